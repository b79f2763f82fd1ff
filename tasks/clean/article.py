"""From a page to its article: the clean stage for one page.

Pure: the same page, template and site lines give the same article, without disk, network or clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePath

from lxml.html import HtmlElement

from tasks.clean import identity
from tasks.clean.agency import wire_agency
from tasks.clean.blocks import Block, prune_menus, walk
from tasks.clean.body import extract_body, extract_by_template
from tasks.clean.byline import people
from tasks.clean.charset import decode_page, has_mojibake, repair_mojibake
from tasks.clean.dates import Moment
from tasks.clean.document import looks_like_html, parse_html, strip_machinery
from tasks.clean.furniture import Body, remove_furniture
from tasks.clean.interview import is_interview
from tasks.clean.language import language_of
from tasks.clean.liveblog import introduction
from tasks.clean.metadata import Metadata, page_metadata
from tasks.clean.plaintext import read_plaintext
from tasks.clean.rules import Profile
from tasks.clean.site_template import SiteTemplate, apply_template
from tasks.clean.standfirst import find_standfirst
from tasks.clean.words import fold
from tasks.errors import CleanError
from tasks.records import Article, FieldSource, Page, Segment, Snapshot

SHORTEST = 40
"""A text with fewer characters is no article."""

SHORT = 250
"""Below so many characters a page must call itself an article to be one."""


_NEWS_ONLY = frozenset({"drop_link_lists"})
"""Rules on the page's shape that hold for news: elsewhere lists of links may be the point."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article, with what its page says beyond the columns of an article."""

    article: Article
    """The article."""

    meta: Metadata
    """All that the page says of it."""

    printed_standfirst: tuple[str, ...] = ()
    """The paragraphs of a standfirst that the page prints, and that were lifted from the body."""

    blocks: tuple[Block, ...] = ()
    """The text blocks of the page; empty for plain text."""

    choice: tuple[bool, ...] = ()
    """Which of them were taken for the body, standfirst included; empty if that is unknown."""

    is_fallback: bool = False
    """Whether the template of the site was tried and did not fit the page."""


def clean_page(
    page: Page,
    *,
    template: SiteTemplate | None = None,
    site_lines: Mapping[str, int] | None = None,
    now: datetime | None = None,
) -> Article:
    """Take the article out of a page.

    Args:
        page: The page with its bytes.
        template: What was learned of its site, if anything.
        site_lines: Folded line -> on how many other pages of the site it stood.
        now: A time by which the page existed, where the page was not captured by us: a date of
            publication after it is not believed.

    Raises:
        CleanError: not_article, too_short, unreadable, too_large, several_articles.
    """
    return take_apart(page, template=template, site_lines=site_lines, now=now).article


def take_apart(
    page: Page,
    *,
    template: SiteTemplate | None = None,
    site_lines: Mapping[str, int] | None = None,
    now: datetime | None = None,
    without: frozenset[str] = frozenset(),
) -> Cleaned:
    """Take the article out of a page, and keep what can be learned from it.

    Args:
        page: As for `clean_page`, like the others.
        template: What was learned of its site.
        site_lines: Lines of other pages of the site.
        now: A time by which the page existed.
        without: Names of rules to leave out, to measure what each one does.

    Raises:
        CleanError: As `clean_page`.
    """
    text = decode_page(page.body, page.snapshot.content_type)
    latest = page.snapshot.captured_at or now
    if is_html(page.snapshot, text):
        return _clean_html(page.snapshot, text, template, site_lines or {}, latest, without)
    return _clean_plaintext(page.snapshot, text, site_lines or {}, latest)


def is_html(snapshot: Snapshot, text: str) -> bool:
    """Decide whether a page is HTML: by content type, then content, then name."""
    kind = (snapshot.content_type or "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        return True
    if looks_like_html(text):
        return True
    suffix = PurePath(snapshot.path).suffix.lower()
    return kind != "text/plain" and suffix in (".html", ".htm", ".xhtml") and "<" in text


def _clean_html(
    snapshot: Snapshot,
    text: str,
    template: SiteTemplate | None,
    site_lines: Mapping[str, int],
    latest: datetime | None,
    without: frozenset[str],
) -> Cleaned:
    tree, blocks, nodes = _read(text, template.barren if template else frozenset())
    if has_mojibake(block.text for block in blocks):
        tree, blocks, nodes = _read(repair_mojibake(text))
    meta = page_metadata(tree, blocks, snapshot.url, latest)
    profile: Profile = "conservative" if meta.article_type in (None, "other") else "news"
    if profile == "conservative":
        without |= _NEWS_ONLY
    known = apply_template(template, blocks) if template else None
    if template and not known:
        blocks, nodes = _walk(tree)
    if template and known:
        extraction = extract_by_template(blocks, known, without)
        site_lines = site_lines or template.lines
    else:
        strip_machinery(tree)
        prune_menus(blocks, nodes)
        extraction = extract_body(tree, blocks, meta.article_body, without)
    choice = extraction.choice
    printed: tuple[str, ...] = ()
    if choice and "standfirst" not in without:
        numbers = find_standfirst(blocks, extraction.choice, meta.headlines, meta.summaries)
        printed = tuple(blocks[number].text for number in numbers)
        extraction = extraction.without(blocks, numbers)
    posts: tuple[str, ...] = ()
    # A page that calls itself a LiveBlogPosting is its posts; a NewsArticle has them appended.
    is_appended = meta.article_type == "liveblog" and "LiveBlogPosting" not in meta.kinds
    if is_appended and extraction.choice and "liveblog" not in without:
        intro = introduction(blocks, extraction.choice)
        if intro:
            apart = [n for n, keep in enumerate(extraction.choice) if keep and not intro[n]]
            posts = tuple(blocks[number].text for number in apart)
            extraction = extraction.without(blocks, apart)
    body = remove_furniture(
        extraction.paragraphs,
        headlines=meta.headlines,
        site_lines=site_lines,
        profile=profile,
        without=without,
    )
    joined = "\n".join(body.paragraphs)
    _require_article(joined, meta, body)
    if printed:
        body = _with_standfirst(body, printed)
        meta = replace(meta, standfirst=" ".join(printed), standfirst_source="body")
    if meta.article_type in (None, "news") and is_interview(blocks, extraction.choice):
        meta = replace(meta, article_type="interview")
    if posts:
        body = _with_posts(body, posts, len(joined))
    spoken = template.language if template and known else None
    article = _article(snapshot, meta, body, joined, extraction.extractor, spoken=spoken)
    if template and known:
        article = replace(article, site_snapshot=template.snapshot)
    is_fallback = template is not None and known is None
    return Cleaned(article, meta, printed, tuple(blocks), choice, is_fallback)


def _read(
    text: str, barren: frozenset[tuple[str, ...]] = frozenset()
) -> tuple[HtmlElement, list[Block], list[HtmlElement]]:
    tree = parse_html(text)
    return tree, *_walk(tree, barren)


def _walk(
    tree: HtmlElement, barren: frozenset[tuple[str, ...]] = frozenset()
) -> tuple[list[Block], list[HtmlElement]]:
    root = tree.find("body")
    return walk(tree if root is None else root, barren)


def _clean_plaintext(
    snapshot: Snapshot, text: str, site_lines: Mapping[str, int], latest: datetime | None
) -> Cleaned:
    plain = read_plaintext(repair_mojibake(text))
    body = remove_furniture(plain.paragraphs, [plain.headline or ""], plain.standfirst, site_lines)
    joined = "\n".join(body.paragraphs)
    if len(joined) < SHORTEST:
        raise CleanError("too_short", f"{len(joined)} characters of text are left")
    published = plain.published
    if published and latest and published.at > latest:
        published = None
    url = snapshot.url or plain.url
    canonical = identity.canonical_url(url)
    meta = Metadata(
        url=url,
        canonical_url=canonical,
        outlet=identity.outlet_of(canonical),
        standfirst=plain.standfirst,
        authors=people(plain.bylines) or None,
        bylines=plain.bylines,
        published=published,
        sources=tuple(
            FieldSource(name, "body", 0.8)
            for name, value in (
                ("headline", plain.headline),
                ("standfirst", plain.standfirst),
                ("authors", people(plain.bylines)),
                ("published_at", published),
            )
            if value
        ),
    )
    return Cleaned(_article(snapshot, meta, body, joined, "plaintext 1", plain.headline), meta)


def _with_standfirst(body: Body, printed: tuple[str, ...]) -> Body:
    lifted = tuple(Segment(text, 0, "standfirst", "standfirst_printed") for text in printed)
    return replace(body, segments=lifted + body.segments)


def _with_posts(body: Body, posts: tuple[str, ...], end: int) -> Body:
    apart = tuple(Segment(text, end, "furniture", "liveblog_post") for text in posts)
    return replace(body, segments=body.segments + apart)


def _require_article(text: str, meta: Metadata, body: Body) -> None:
    """Refuse pages that hold no article.

    Raises:
        CleanError: not_article or too_short.
    """
    sentences = sum(1 for paragraph in body.paragraphs if len(paragraph) > 80)
    if meta.is_article is False and sentences < 5:
        raise CleanError("not_article", "the page calls itself no article, and reads like a list")
    if len(text) < SHORTEST or (len(text) < SHORT and meta.is_article is not True):
        raise CleanError("too_short", f"{len(text)} characters of text are left")
    if sentences == 0 and len(body.paragraphs) > 8 and meta.is_article is not True:
        raise CleanError(
            "not_article", f"{len(body.paragraphs)} lines and no paragraph: a list page"
        )


def _article(
    snapshot: Snapshot,
    meta: Metadata,
    body: Body,
    text: str,
    extractor: str,
    headline: str | None = None,
    spoken: str | None = None,
) -> Article:
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
    opening = body.paragraphs[0] if body.paragraphs else ""
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
        credit_line=body.credit_line,
        wire_agency=wire_agency(body.credit_line, meta.bylines, opening),
        is_paywalled=meta.is_paywalled,
        rights=snapshot.rights,
        http_status=snapshot.http_status,
        captured_at=snapshot.captured_at,
        segments=body.segments,
        field_sources=tuple(sources),
    )


def _standfirst(meta: Metadata, text: str) -> str | None:
    """Believe a claimed summary unless the body holds it: search engines get its first lines."""
    if not meta.standfirst or meta.standfirst_source in ("", "body"):
        return meta.standfirst
    start = fold(meta.standfirst.rstrip(". …"))[:120]
    return None if start and start in fold(text) else meta.standfirst
