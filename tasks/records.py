"""What flows through the pipeline: one dataclass a step, one documented field a column.

The docstring under a field is its entry in the data dictionary and its description inside the
Parquet files (see `tasks.store.schema`). All offsets are half-open code points: `text[start:end]`.
`None` means unknown; an empty string or a guess never does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

SourceKind = Literal["url", "feed", "sitemap", "html_file", "text_file", "warc"]
Stage = Literal["discover", "fetch", "clean", "extract", "enrich", "store"]
ArticleType = Literal["news", "liveblog", "opinion", "interview", "other"]
Precision = Literal["second", "minute", "day"]
EntityType = Literal["PERSON", "ORG", "PLACE", "GROUP", "EVENT", "WORK", "LAW", "PRODUCT"]
MentionKind = Literal["name", "nominal", "pronoun"]
QuoteType = Literal["direct", "mixed", "indirect"]
QuoteField = Literal["body", "headline", "standfirst"]
SpeakerKind = Literal["person", "organisation", "group", "document", "unnamed"]
CueClass = Literal["neutral", "strong", "doubtful", "document"]
SegmentRole = Literal[
    "furniture",
    "appeal",
    "headline",
    "standfirst",
    "credit_line",
    "byline",
    "dateline",
    "caption",
    "duplicate",
]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text."""

    start: int
    """Offset of the first character."""

    end: int
    """Offset just past the last character."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a page can be had, and where we learned of it."""

    location: str
    """An http(s) URL, or the path of a file as the user gave it."""

    source_kind: SourceKind
    """How the page was found: url, feed, sitemap, html_file, text_file or warc."""

    source: str
    """Where this address came from: the feed, sitemap, list, archive or URL; for a page in a file,
    the file; `-` for standard input."""

    offset: int | None = None
    """Byte offset of the record in a WARC file; null elsewhere."""

    headline_hint: str | None = None
    """The title its feed or sitemap gives it."""

    published_at_hint: datetime | None = None
    """The time of publication its feed or sitemap gives it (UTC)."""

    guid: str | None = None
    """The identifier its feed gives it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A saved page: not its bytes, but where they lie. What the fetch stage hands on."""

    address: Address
    """Where the page was asked for."""

    path: str
    """The file that holds the bytes: the user's own file, or a WARC under data/raw."""

    offset: int | None
    """Byte offset of the record if `path` is a WARC; null for a plain file."""

    digest: str
    """`sha256:` and the hex digest of the payload: the same bytes have the same digest."""

    url: str | None = None
    """The final URL, after redirects; null for a file that names none."""

    content_type: str | None = None
    """The Content-Type header; null for files."""

    http_status: int | None = None
    """HTTP status; null for files."""

    captured_at: datetime | None = None
    """When the bytes were received (UTC); null for a file, which does not say."""

    rights: str | None = None
    """What robots.txt, TDM reservation and meta robots say of this page: one short code."""


@dataclass(frozen=True, slots=True)
class Page:
    """A saved page together with its bytes. What the clean stage reads."""

    snapshot: Snapshot
    """Where the page came from."""

    body: bytes
    """The payload, after transfer and content decoding; its character set is not yet decided."""


@dataclass(frozen=True, slots=True)
class FieldSource:
    """Where a piece of metadata came from."""

    field: str
    """Name of the field of `Article`."""

    source: str
    """What said so, joined by `+`: json-ld, opengraph, meta, h1, title, body, feed, url …"""

    confidence: float
    """From 0 to 1."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the page that cleaning removed from the body or lifted out of it."""

    segment: str
    """The words removed or lifted, as they stood."""

    position: int
    """Offset in the article's text at which they stood."""

    role: SegmentRole
    """What they are: furniture, appeal, headline, standfirst, credit_line, byline, dateline,
    caption or duplicate."""

    rule_id: str
    """The rule that removed or lifted them."""


@dataclass(frozen=True, slots=True)
class Article:
    """The journalism of a page, without the furniture around it."""

    article_id: str
    """Stable identifier: 20 hex digits of the SHA-256 of the canonical URL, or of the normalised
    headline and text for a file that names no URL."""

    revision_id: str
    """Names this text of the article: article_id, a hyphen, 8 hex digits of content_hash."""

    content_hash: str
    """SHA-256 (hex) of headline and text: what is compared to tell a changed article."""

    text: str
    """The body in Unicode NFC, one paragraph a line (`\\n` between paragraphs)."""

    source_kind: SourceKind
    """How the page was found: url, feed, sitemap, html_file, text_file or warc."""

    source: str
    """Where the article came from: the feed, sitemap, list, archive or URL; for a page in a file,
    the file; `-` for standard input."""

    extractor: str
    """What took the text out of the page: plaintext, trafilatura, template …, with its version."""

    url: str | None = None
    """Address the page was fetched from; null for a file that names none."""

    canonical_url: str | None = None
    """The canonical form of the address: the same article has the same one."""

    outlet: str | None = None
    """Registered domain of the publisher, such as `example.co.uk`; null if a file names none."""

    outlet_name: str | None = None
    """The publisher's name as the page gives it."""

    headline: str | None = None
    """The headline, as printed."""

    standfirst: str | None = None
    """The summary printed under the headline."""

    authors: tuple[str, ...] | None = None
    """People named in the byline; null when nobody is named."""

    section: str | None = None
    """The section of the outlet, such as `World`."""

    keywords: tuple[str, ...] | None = None
    """The outlet's own keywords."""

    image_url: str | None = None
    """The lead image."""

    language: str | None = None
    """BCP-47 code of the language of the text."""

    article_type: ArticleType | None = None
    """news, liveblog, opinion, interview or other; null when unknown."""

    published_at: datetime | None = None
    """When the article says it was published (UTC); see the precision."""

    published_at_precision: Precision | None = None
    """How much of published_at was given: second, minute or day."""

    published_at_source: str | None = None
    """What gave published_at: json-ld, meta, time, text, feed, sitemap, url."""

    modified_at: datetime | None = None
    """When the article says it was last changed (UTC)."""

    dateline: str | None = None
    """Where, when and for whom the text was written, as printed before its first sentence, such as
    `PARIS, May 3 (AP)`; the text keeps it unless it stands on a line of its own."""

    credit_line: str | None = None
    """Lines such as "Additional reporting by agencies"."""

    wire_agency: str | None = None
    """The news agency the text comes from, if its credit or byline says so."""

    is_paywalled: bool | None = None
    """Whether the page says that it is not free to read; null when it says nothing."""

    rights: str | None = None
    """What robots.txt, TDM reservation and meta robots say of this page: one short code."""

    http_status: int | None = None
    """HTTP status of the page; null for files."""

    captured_at: datetime | None = None
    """When the page was received (UTC); null for a file, which does not say."""

    site_snapshot: str | None = None
    """The learned template of the site that this text was taken out with."""

    segments: tuple[Segment, ...] = ()
    """What was removed from the body or lifted out of it."""

    field_sources: tuple[FieldSource, ...] = ()
    """Where each piece of metadata came from."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch between quotation marks, found by the marks state machine."""

    start: int
    """Offset of the first character inside the marks."""

    end: int
    """Offset just past the last character inside the marks."""

    is_closed: bool
    """Whether a closing mark was found; an unclosed stretch runs to the end of its paragraph."""

    is_continued: bool
    """Whether it goes on from an unclosed mark of the paragraph before."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the text that names or refers to something."""

    mention: str
    """The words, as written."""

    type: EntityType
    """PERSON, ORG, PLACE, GROUP, EVENT, WORK, LAW or PRODUCT."""

    kind: MentionKind
    """name, nominal ("the minister") or pronoun."""

    start: int
    """Offset of the first character in the article's text."""

    end: int
    """Offset just past the last character."""

    sentence_no: int
    """Which sentence of the text it stands in, from 0."""

    confidence: float | None = None
    """From 0 to 1; null where the tagger gives none."""

    entity_no: int | None = None
    """The entity of this article it refers to; null until the enrich stage has decided."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing an article names."""

    entity_no: int
    """Order of first mention in the article, from 0."""

    entity_id: str
    """Stable across articles: wd:Q… (Wikidata), gn:… (GeoNames), iso:… (country) or local:…"""

    canonical_name: str
    """The fullest name, without honorific."""

    type: EntityType
    """PERSON, ORG, PLACE, GROUP, EVENT, WORK, LAW or PRODUCT."""

    mention_count: int
    """How often the article mentions it by name."""

    start: int
    """Offset of the first mention."""

    end: int
    """Offset just past the first mention."""

    salience: float
    """How central it is to the article, from 0 to 1."""

    aliases: tuple[str, ...] = ()
    """Other forms of the name in this article."""

    description: str | None = None
    """Its role in the text, such as "Russia's foreign minister"."""

    confidence: float | None = None
    """From 0 to 1: how sure we are that these mentions are one thing of this type."""

    wikidata_id: str | None = None
    """Wikidata id, such as Q159."""

    geonames_id: str | None = None
    """GeoNames id."""

    country_code: str | None = None
    """ISO 3166-1 alpha-2 code of the country it is or lies in."""

    latitude: float | None = None
    """Degrees north."""

    longitude: float | None = None
    """Degrees east."""

    link_method: str | None = None
    """How entity_id was found: kb_name, kb_alias, corpus, correction; null for local ids."""

    kb_version: str | None = None
    """Version of the knowledge base consulted."""

    gender: str | None = None
    """f or m, from pronouns and honorifics in the text only; null when the text does not say."""


@dataclass(frozen=True, slots=True)
class SpeakerCandidate:
    """Somebody who may be the speaker of a quote."""

    speaker: str
    """Canonical name."""

    probability: float
    """From 0 to 1; what is missing from 1 is that it is nobody named here."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation: reported words, the cue that attributes them, and whose words they are."""

    quote_no: int
    """Order in the article, from 0 (headline, standfirst, then body)."""

    quote_id: str
    """Stable identifier of article, folded words and ordinal among equals; survives re-runs."""

    field: QuoteField
    """Where it stands: body, headline or standfirst; all offsets count into that field."""

    quote: str
    """The reported words without quotation marks; the parts of a split quote joined by a space.

    The parts are as printed: the comma before “she said” stays, and so may a capital after it.
    `spans` tells them apart, which is how to show them with a mark of omission between.
    """

    type: QuoteType
    """direct (all in marks), mixed (partly) or indirect (no marks)."""

    start: int
    """Offset of the first character of the first part."""

    end: int
    """Offset just past the last character of the last part."""

    spans: tuple[Span, ...]
    """The parts of the quote, without marks."""

    paragraph_no: int
    """Which paragraph it starts in, from 0."""

    rule_id: str
    """The rule that found it."""

    confidence: float
    """From 0 to 1: how likely the whole row is right (found, and speaker where one is given)."""

    word_count: int
    """Words in `quote`."""

    quote_hash: str
    """Hash of the folded words: the same words anywhere have the same one."""

    speaker: str | None = None
    """Canonical name of whose words they are; null when unsure."""

    speaker_entity_id: str | None = None
    """The speaker's entity_id."""

    speaker_entity_no: int | None = None
    """The speaker's number among the article's entities."""

    speaker_kind: SpeakerKind | None = None
    """person, organisation, group, document or unnamed."""

    speaker_role: str | None = None
    """What the text says the speaker is, such as "the US secretary of state"."""

    speaker_gender: str | None = None
    """f or m, from pronouns and honorifics in the text only."""

    source: str | None = None
    """Who is quoted, as written there: "Mr Lavrov", "he", "a spokesman"."""

    source_start: int | None = None
    """Offset of the source."""

    source_end: int | None = None
    """Offset just past the source."""

    via: str | None = None
    """Who or what relays it: "his ministry" in "was quoted as saying by his ministry"."""

    cue: str | None = None
    """The words that attribute it: "said", "according to"."""

    cue_class: CueClass | None = None
    """neutral (said), strong (insisted), doubtful (claimed) or document (reads)."""

    cue_start: int | None = None
    """Offset of the cue."""

    cue_end: int | None = None
    """Offset just past the cue."""

    addressee: str | None = None
    """Whom it was said to, as written: "the BBC" in "told the BBC"."""

    context_before: str | None = None
    """Up to 80 characters before it (W3C TextQuoteSelector prefix)."""

    context_after: str | None = None
    """Up to 80 characters after it (W3C TextQuoteSelector suffix)."""

    resolution: str | None = None
    """How the speaker was found: "he -> Mr Lavrov -> Sergei Lavrov"."""

    speaker_candidates: tuple[SpeakerCandidate, ...] | None = None
    """Who else it may be, most likely first."""

    trace_id: str | None = None
    """The same quotation across articles; null until looked for."""


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An article and what was found in it."""

    article: Article
    """The article."""

    marks: tuple[Mark, ...] = ()
    """Stretches of the body between quotation marks, outermost only."""

    sentences: tuple[Span, ...] = ()
    """Sentences of the body; a quoted stretch never splits the sentence around it."""

    mentions: tuple[Mention, ...] = ()
    """Mentions in the body, in reading order."""

    entities: tuple[Entity, ...] = ()
    """What the mentions refer to; empty until the enrich stage."""

    quotes: tuple[Quote, ...] = ()
    """Quotes of headline, standfirst and body; without speakers until the enrich stage."""

    nlp_model: str | None = None
    """The model that found the mentions, with its version."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An address that could not go on, and why. The run goes on without it."""

    url: str
    """The URL or path."""

    stage: Stage
    """The stage that gave it up."""

    reason: str
    """A fixed code: http_404, robots, timeout, too_large, not_article, too_short, unreadable …"""

    detail: str
    """What happened, for a person to read."""

    canonical_url: str | None = None
    """The canonical URL, if it was known by then."""

    article_id: str | None = None
    """The article, if it was known by then."""

    http_status: int | None = None
    """HTTP status, if there was an answer."""

    attempts: int = 1
    """How often it was tried."""

    retry_after: datetime | None = None
    """Not to be tried again before this time (UTC)."""


@dataclass(frozen=True, slots=True)
class Skip:
    """An address that was left alone on purpose: not due, filtered, or given twice."""

    url: str
    """The URL or path."""

    reason: str
    """A fixed code: not_due, duplicate, filtered, too_old …"""
