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
from tasks.clean.assembly import SHORTEST, assemble, require_article, require_bounded
from tasks.clean.blocks import Block, walk
from tasks.clean.body import extract_body, extract_by_template
from tasks.clean.charset import Decoded, decode_page, has_mojibake, repair_mojibake
from tasks.clean.document import looks_like_html, parse_html
from tasks.clean.furniture import Body, dropped_length, remove_furniture
from tasks.clean.interview import is_interview
from tasks.clean.liveblog import introduction, is_marked_live
from tasks.clean.metadata import Metadata, page_metadata
from tasks.clean.person_names import people
from tasks.clean.plaintext import read_plaintext
from tasks.clean.rules import Profile
from tasks.clean.second_article import second_article
from tasks.clean.site_template import SiteTemplate, apply_template, is_unusual
from tasks.clean.standfirst import find_standfirst
from tasks.errors import CleanError
from tasks.records import Article, FieldSource, Page, Segment, Snapshot

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

    dropped: int = 0
    """Characters that were dropped from the body as furniture."""


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
    decoded = decode_page(page.body, page.snapshot.content_type)
    latest = page.snapshot.captured_at or now
    if is_html(page.snapshot, decoded.text):
        return _clean_html(page.snapshot, decoded, template, site_lines or {}, latest, without)
    return _clean_plaintext(page.snapshot, decoded.text, site_lines or {}, latest)


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
    decoded: Decoded,
    template: SiteTemplate | None,
    site_lines: Mapping[str, int],
    latest: datetime | None,
    without: frozenset[str],
) -> Cleaned:
    tree, blocks, nodes = _read(decoded, template.barren if template else frozenset())
    if has_mojibake(block.text for block in blocks):
        tree, blocks, nodes = _read(Decoded(repair_mojibake(decoded.text)))
    meta = page_metadata(tree, blocks, snapshot.url, latest)
    profile: Profile = "conservative" if meta.article_type in (None, "other") else "news"
    if profile == "conservative":
        without |= _NEWS_ONLY
    # What holds the text of a site's articles tells nothing of the posts of its liveblogs.
    is_live = meta.article_type == "liveblog"
    known = apply_template(template, blocks) if template and not is_live else None
    if template and not known:
        blocks, nodes = _walk(tree)
    if template and known:
        extraction = extract_by_template(blocks, known, without)
        site_lines = site_lines or template.lines
    else:
        extraction = extract_body(tree, blocks, nodes, meta.article_body, without)
    choice = extraction.choice
    printed: tuple[str, ...] = ()
    if choice and "standfirst" not in without:
        numbers = find_standfirst(blocks, extraction.choice, meta.headlines, meta.summaries)
        printed = tuple(blocks[number].text for number in numbers)
        extraction = extraction.without(blocks, numbers)
    posts: tuple[str, ...] = ()
    # A page that calls itself a LiveBlogPosting is its posts; a NewsArticle has them appended.
    if meta.article_type in (None, "news") and is_marked_live(blocks, extraction.choice):
        meta = replace(meta, article_type="liveblog")
    is_appended = meta.article_type == "liveblog" and "LiveBlogPosting" not in meta.kinds
    if is_appended and extraction.choice and "liveblog" not in without:
        intro = introduction(blocks, extraction.choice)
        if intro:
            numbers = tuple(n for n, keep in enumerate(extraction.choice) if keep and not intro[n])
            posts = tuple(blocks[number].text for number in numbers)
            extraction = extraction.without(blocks, numbers)
    apart: tuple[str, ...] = ()
    if extraction.choice and meta.article_type != "liveblog" and "second_article" not in without:
        numbers = second_article(blocks, extraction.choice, meta.headlines, meta.authors or ())
        apart = tuple(blocks[number].text for number in numbers)
        extraction = extraction.without(blocks, numbers)
        choice = tuple(keep and number not in numbers for number, keep in enumerate(choice))
    body = remove_furniture(
        extraction.paragraphs,
        headlines=meta.headlines,
        site_lines=site_lines,
        profile=profile,
        without=without,
    )
    joined = "\n".join(body.paragraphs)
    dropped = dropped_length(body)
    if template and known and is_unusual(template, dropped, len(joined)):
        anew = _clean_html(snapshot, decoded, None, site_lines, latest, without)
        return replace(anew, is_fallback=True)
    require_article(joined, meta, body)
    if printed:
        body = _with_standfirst(body, printed)
        meta = replace(meta, standfirst=" ".join(printed), standfirst_source="body")
    if meta.article_type in (None, "news") and is_interview(blocks, extraction.choice):
        meta = replace(meta, article_type="interview")
    if posts:
        body = _appended(body, posts, len(joined), "liveblog_post")
    if apart:
        body = _appended(body, apart, len(joined), "second_article")
    spoken = template.language if template and known else None
    article = assemble(snapshot, meta, body, joined, extraction.extractor, spoken=spoken)
    if template and known:
        article = replace(article, site_snapshot=template.snapshot)
    is_fallback = template is not None and known is None and not is_live
    return Cleaned(article, meta, printed, tuple(blocks), choice, is_fallback, dropped)


def _read(
    decoded: Decoded, barren: frozenset[tuple[str, ...]] = frozenset()
) -> tuple[HtmlElement, list[Block], list[HtmlElement]]:
    tree = parse_html(decoded.text, decoded.utf8)
    return tree, *_walk(tree, barren)


def _walk(
    tree: HtmlElement, barren: frozenset[tuple[str, ...]] = frozenset()
) -> tuple[list[Block], list[HtmlElement]]:
    root = tree.find("body")
    return walk(tree if root is None else root, barren)


def _clean_plaintext(
    snapshot: Snapshot, text: str, site_lines: Mapping[str, int], latest: datetime | None
) -> Cleaned:
    require_bounded(text)  # all of the file is text, and taking a long one apart takes long
    plain = read_plaintext(repair_mojibake(text))
    body = remove_furniture(plain.paragraphs, [plain.headline or ""], plain.standfirst, site_lines)
    body = replace(body, segments=plain.head + body.segments)
    joined = "\n".join(body.paragraphs)
    if len(joined) < SHORTEST:
        raise CleanError("too_short", f"{len(joined)} characters of text are left")
    published = plain.published
    if published and latest and published.at > latest:
        published = None
    modified = plain.modified
    if modified and (
        (latest and modified.at > latest) or (published and modified.at < published.at)
    ):
        modified = None
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
        modified=modified,
        sources=tuple(
            FieldSource(name, "body", 0.8)
            for name, value in (
                ("headline", plain.headline),
                ("standfirst", plain.standfirst),
                ("authors", people(plain.bylines)),
                ("published_at", published),
                ("modified_at", modified),
            )
            if value
        ),
    )
    return Cleaned(assemble(snapshot, meta, body, joined, "plaintext 1", plain.headline), meta)


def _with_standfirst(body: Body, printed: tuple[str, ...]) -> Body:
    lifted = tuple(Segment(text, 0, "standfirst", "standfirst_printed") for text in printed)
    return replace(body, segments=lifted + body.segments)


def _appended(body: Body, texts: tuple[str, ...], end: int, rule_id: str) -> Body:
    apart = tuple(Segment(text, end, "furniture", rule_id) for text in texts)
    return replace(body, segments=body.segments + apart)
