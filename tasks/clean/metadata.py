"""Everything a page says about its article, each field with where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from tasks.clean.blocks import Block
from tasks.clean.byline import byline
from tasks.clean.dates import Moment, modified, published
from tasks.clean.headline import Verdict, claimed_heading, headline, sorted_headings
from tasks.clean.identity import canonical_url, outlet_of
from tasks.clean.liveblog import is_liveblog
from tasks.clean.page_head import head_lines
from tasks.clean.structured import PageFacts, page_facts, text_of, texts_of
from tasks.clean.words import fold
from tasks.records import ArticleType, FieldSource

LONGEST_NAME = 7
"""Words of the name of an outlet."""

_OPINION = re.compile(
    r"/(?:opinions?|comment(?:isfree|ary)?|columns?|columnists|editorials?|op-?eds?|meinung|kommentar|tribunes?|opinion(?:es)?|voices)(?:/|$)",
    re.IGNORECASE,
)
_INTERVIEW = re.compile(r"/(?:interviews?|entrevistas?)(?:/|$)|^interview\b", re.IGNORECASE)
_NEWS_PATH = re.compile(r"/(?:19|20)\d\d/\d\d?/|/news/|/article|-\d{5,}|\d{6,}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about its article."""

    url: str | None = None
    canonical_url: str | None = None
    outlet: str | None = None
    outlet_name: str | None = None
    headline: Verdict | None = None
    headlines: tuple[str, ...] = ()
    """Every form of the headline on the page, to recognise it where it is repeated."""
    standfirst: str | None = None
    standfirst_source: str = ""
    summaries: tuple[str, ...] = ()
    """What JSON-LD and meta elements give as the summary, to recognise it where it is printed."""
    authors: tuple[str, ...] | None = None
    bylines: tuple[str, ...] = ()
    """All names of the byline, organisations first."""
    section: str | None = None
    keywords: tuple[str, ...] | None = None
    image_url: str | None = None
    language: str | None = None
    kinds: tuple[str, ...] = ()
    """schema.org types of the article."""
    article_type: ArticleType | None = None
    published: Moment | None = None
    modified: Moment | None = None
    is_paywalled: bool | None = None
    article_body: str | None = None
    """The body as JSON-LD has it: often a teaser; used to verify, never as the text."""
    is_article: bool | None = None
    """Whether the page calls itself an article (or something else); null when it says nothing."""
    head: tuple[Block, ...] = ()
    """The lines around the headline."""
    sources: tuple[FieldSource, ...] = ()


def page_metadata(
    tree: HtmlElement, blocks: Sequence[Block], url: str | None, latest: datetime | None
) -> Metadata:
    """Read a page's metadata.

    Args:
        tree: The page.
        blocks: Its text blocks.
        url: The final URL; a saved page may know its own.
        latest: A time by which the page existed, if known.
    """
    shown, site = sorted_headings(tree)
    facts = page_facts(tree, shown[0] if shown else None)
    printed = shown or claimed_heading(tree, facts)
    address = url or _own_url(facts)
    canonical = canonical_url(address, facts.canonical)
    outlet = outlet_of(canonical or address)
    names = [*outlet_names(facts, outlet), *site]
    title = headline(facts, printed, names, "h1" if shown else "heading")
    forms = tuple(dict.fromkeys(filter(None, _headline_forms(facts, printed, title))))
    head = head_lines(blocks, forms)
    named = byline(facts, tree, blocks, head, names)
    first = published(facts, tree, head, address, latest)
    last = modified(facts, first, latest)
    summary, summary_source = _standfirst(facts, title.text if title else None)
    ld_body = facts.article.get("articleBody")
    sources = [
        FieldSource("headline", title.source, title.confidence) if title else None,
        FieldSource("authors", named.source, 0.7 if named.source == "byline" else 0.9)
        if named.people
        else None,
        FieldSource(
            "published_at",
            first.source,
            0.95 if first.source == "json-ld" else 0.8 if first.source == "meta" else 0.6,
        )
        if first
        else None,
        FieldSource("modified_at", last.source, 0.8) if last else None,
        FieldSource("standfirst", summary_source, 0.6) if summary else None,
    ]
    return Metadata(
        url=address,
        canonical_url=canonical,
        outlet=outlet,
        outlet_name=next(iter(names), None),
        headline=title,
        headlines=forms,
        head=tuple(head),
        standfirst=summary,
        standfirst_source=summary_source,
        summaries=tuple(filter(None, (text for text, _ in _summaries(facts)))),
        authors=named.people or None,
        bylines=(*named.organisations, *named.people),
        section=_section(facts),
        keywords=_keywords(facts),
        image_url=_image(facts, address),
        language=facts.language or facts.first("og:locale", "content-language", "language"),
        kinds=facts.types,
        article_type=_article_type(facts, address, title.text if title else None),
        published=first,
        modified=last,
        is_paywalled=_is_paywalled(facts),
        article_body=text_of(ld_body) if isinstance(ld_body, str) else None,
        is_article=_is_article(facts, address),
        sources=tuple(source for source in sources if source),
    )


def outlet_names(facts: PageFacts, outlet: str | None) -> list[str]:
    """List what the outlet calls itself: site name, publisher, and its domain."""
    publisher = facts.article.get("publisher")
    listed = [
        facts.first("og:site_name"),
        text_of(publisher.get("name")) if isinstance(publisher, dict) else text_of(publisher),
        facts.first("application-name", "apple-mobile-web-app-title", "dc.publisher"),
        outlet,
        outlet.partition(".")[0] if outlet else None,
    ]
    titles = (facts.first("og:title"), text_of(facts.article.get("headline")))
    headlines = {fold(text) for text in titles if text and len(text.split()) >= 4}
    # Some pages give the headline as the name of the site.
    names = [
        name
        for name in listed
        if name
        and not name.startswith("http")
        and len(name.split()) <= LONGEST_NAME
        and fold(name) not in headlines
    ]
    return list(dict.fromkeys(names))


def _own_url(facts: PageFacts) -> str | None:
    """Find the address a saved page gives itself."""
    for url in (facts.canonical, facts.first("og:url"), text_of(facts.article.get("url"))):
        if url and url.startswith(("http://", "https://")):
            return url
    return None


def _headline_forms(
    facts: PageFacts, shown: list[str], title: Verdict | None
) -> Iterable[str | None]:
    yield title.text if title else None
    for text in shown:
        if title is None or _is_alike(text, title.text):
            yield text
    yield text_of(facts.article.get("headline"))
    yield facts.first("og:title")
    yield facts.first("twitter:title")
    yield facts.title


def _is_alike(first: str, second: str) -> bool:
    one, two = set(fold(first).split()), set(fold(second).split())
    return bool(one & two) and len(one & two) >= 0.5 * min(len(one), len(two))


def _summaries(facts: PageFacts) -> tuple[tuple[str | None, str], ...]:
    return (
        (text_of(facts.article.get("description")), "json-ld"),
        (text_of(facts.article.get("abstract")), "json-ld"),
        (facts.first("og:description"), "opengraph"),
        (facts.first("description"), "meta"),
        (facts.first("twitter:description"), "twitter"),
    )


def _standfirst(facts: PageFacts, title: str | None) -> tuple[str | None, str]:
    for text, source in _summaries(facts):
        if text and len(text.split()) >= 4 and not (title and fold(text) == fold(title)):
            return text, source
    return None, ""


def _section(facts: PageFacts) -> str | None:
    named = text_of(facts.article.get("articleSection"))
    return named or facts.first(
        "article:section", "og:article:section", "parsely-section", "section"
    )


def _keywords(facts: PageFacts) -> tuple[str, ...] | None:
    claimed = (
        texts_of(facts.article.get("keywords"))
        or [
            *facts.meta.get("news_keywords", ()),
            *facts.meta.get("article:tag", ()),
        ]
        or list(facts.meta.get("keywords", ()))
    )
    words = [word.strip() for text in claimed for word in re.split(r"[,;|]", text)]
    kept = tuple(dict.fromkeys(word for word in words if 1 < len(word) < 80))
    return kept[:40] or None


def _image(facts: PageFacts, url: str | None) -> str | None:
    value = facts.article.get("image")
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl")
    image = facts.first("og:image", "og:image:url", "twitter:image") or text_of(value)
    if not image or image.startswith("data:"):
        return None
    try:
        image = urljoin(url, image) if url else image
    except ValueError:
        return None
    return image if image.startswith(("http://", "https://")) else None


def _article_type(facts: PageFacts, url: str | None, title: str | None) -> ArticleType | None:
    kinds = " ".join(facts.types)
    try:
        path = urlsplit(url or "").path
    except ValueError:
        path = ""
    section = (_section(facts) or "").lower()
    if "LiveBlog" in kinds or is_liveblog(title, path):
        return "liveblog"
    if (
        "Opinion" in kinds
        or _OPINION.search(path)
        or section in ("opinion", "opinions", "comment", "editorial", "meinung")
    ):
        return "opinion"
    if _INTERVIEW.search(path) or section in ("interview", "interviews"):
        return "interview"
    if any(
        kind in kinds for kind in ("NewsArticle", "ReportageNewsArticle", "AnalysisNewsArticle")
    ):
        return "news"
    if any(
        kind in kinds
        for kind in ("BlogPosting", "Review", "Recipe", "TechArticle", "ScholarlyArticle")
    ):
        return "other"
    return "news" if "Article" in kinds and facts.first("article:published_time") else None


def _is_paywalled(facts: PageFacts) -> bool | None:
    free = facts.article.get("isAccessibleForFree")
    if isinstance(free, str):
        free = {"true": True, "false": False}.get(free.strip().lower())
    if isinstance(free, bool):
        return not free
    tier = (facts.first("article:content_tier", "content_tier") or "").lower()
    return {"free": False, "metered": False, "locked": True, "premium": True}.get(tier)


def _is_article(facts: PageFacts, url: str | None) -> bool | None:
    if facts.article:
        return True
    kind = (facts.first("og:type") or "").lower()
    if kind in ("article", "news", "blog", "post") or facts.first("article:published_time"):
        return True
    try:
        _, _, path, query, _ = urlsplit(url or "")
    except ValueError:
        return None
    if url and not path.strip("/") and not query:
        return False
    return True if _NEWS_PATH.search(path) else None
