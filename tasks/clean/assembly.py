"""The last step: is there an article, and the record of it."""

from __future__ import annotations

from tasks.clean import identity
from tasks.clean.agency import wire_agency
from tasks.clean.dateline import find_dateline
from tasks.clean.dates import Moment
from tasks.clean.furniture import Body
from tasks.clean.language import language_of
from tasks.clean.metadata import Metadata
from tasks.clean.words import fold
from tasks.errors import CleanError
from tasks.records import Article, FieldSource, Snapshot

SHORTEST = 40
"""A text with fewer characters is no article."""

SHORT = 250
"""Below so many characters a page must call itself an article to be one."""

LONGEST = 400_000
"""A longer text is a book, or made to keep machines busy: the longest of 3,500 real articles and
liveblogs has 117,000 characters, and what a text costs grows faster than its length."""


def require_bounded(text: str) -> None:
    """Refuse a text that is far longer than articles are.

    Raises:
        CleanError: too_large.
    """
    if len(text) > LONGEST:
        raise CleanError("too_large", f"{len(text):,} characters of text; at most {LONGEST:,}")


def require_article(text: str, meta: Metadata, body: Body) -> None:
    """Refuse pages that hold no article.

    Raises:
        CleanError: not_article, too_short or too_large.
    """
    require_bounded(text)
    sentences = sum(1 for paragraph in body.paragraphs if len(paragraph) > 80)
    if meta.is_article is False and sentences < 5:
        raise CleanError("not_article", "the page calls itself no article, and reads like a list")
    if len(text) < SHORTEST or (len(text) < SHORT and meta.is_article is not True):
        raise CleanError("too_short", f"{len(text)} characters of text are left")
    if sentences == 0 and len(body.paragraphs) > 8 and meta.is_article is not True:
        raise CleanError(
            "not_article", f"{len(body.paragraphs)} lines and no paragraph: a list page"
        )


def assemble(
    snapshot: Snapshot,
    meta: Metadata,
    body: Body,
    text: str,
    extractor: str,
    headline: str | None = None,
    spoken: str | None = None,
) -> Article:
    """Put an article together from what was found.

    Args:
        snapshot: Where the page came from.
        meta: What the page says.
        body: The text without its furniture.
        text: The same, joined.
        extractor: What took the text out of the page.
        headline: Of a plain text; a page has it in `meta`.
        spoken: The language of the site's other pages, if known.
    """
    headline = headline or (meta.headline.text if meta.headline else None)
    address = snapshot.address
    sources = list(meta.sources)
    if headline is None and address.headline_hint:
        headline = address.headline_hint
        sources.append(FieldSource("headline", "feed", 0.7))
    published = meta.published
    if published is None and address.published_at_hint:
        source = "sitemap" if address.source_kind == "sitemap" else "feed"
        published = Moment(address.published_at_hint, "second", source)
        sources.append(FieldSource("published_at", source, 0.7))
    content = identity.content_hash(headline, text)
    name = identity.article_id(meta.canonical_url, headline, text)
    opening = _opening(body)
    dateline = find_dateline(opening)
    return Article(
        article_id=name,
        revision_id=identity.revision_id(name, content),
        content_hash=content,
        text=text,
        source_kind=address.source_kind,
        source=address.source,
        extractor=extractor,
        url=meta.url,
        canonical_url=meta.canonical_url,
        outlet=meta.outlet,
        outlet_name=meta.outlet_name,
        headline=headline,
        standfirst=_standfirst(meta, text),
        authors=meta.authors,
        section=meta.section,
        keywords=meta.keywords,
        image_url=meta.image_url,
        language=language_of(text, meta.language, spoken),
        article_type=meta.article_type,
        published_at=published.at if published else None,
        published_at_precision=published.precision if published else None,
        published_at_source=published.source if published else None,
        modified_at=meta.modified.at if meta.modified else None,
        dateline=dateline.text if dateline else None,
        credit_line=body.credit_line,
        wire_agency=wire_agency(body.credit_line, meta.bylines, opening),
        is_paywalled=meta.is_paywalled,
        rights=snapshot.rights,
        http_status=snapshot.http_status,
        captured_at=snapshot.captured_at,
        segments=body.segments,
        field_sources=tuple(sources),
    )


def _opening(body: Body) -> str:
    """Read the words a text opens with: a dateline on a line of its own, or the first paragraph."""
    alone = (
        item.segment
        for item in body.segments
        if item.role == "dateline"
        and item.rule_id in ("dateline_line", "text_head")
        and find_dateline(item.segment)
    )
    return next(alone, body.paragraphs[0] if body.paragraphs else "")


def _standfirst(meta: Metadata, text: str) -> str | None:
    """Believe a claimed summary unless the body holds it: search engines get its first lines."""
    if not meta.standfirst or meta.standfirst_source in ("", "body"):
        return meta.standfirst
    start = fold(meta.standfirst.rstrip(". …"))[:120]
    return None if start and start in fold(text) else meta.standfirst
