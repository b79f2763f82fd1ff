"""The headline of a page, by vote of everything on it that claims to be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from tasks.clean.structured import PageFacts, text_of
from tasks.clean.title_ends import without_labels, without_outlet
from tasks.clean.words import fold, normalise

_NOT_HEADLINE = re.compile(
    r"\blogo|brand|site-?title|site-?name|masthead|nav|menu|comment|related|share", re.IGNORECASE
)
_TRAILING = re.compile(r"\s*[-|–—·»]\s")
_HOME = re.compile(
    r"(?:(?:https?:)?//[\w.:-]+)?/?(?:(?:index|home|default)\.\w{3,5})?$", re.IGNORECASE
)
_NO_WORDS = ("svg", "style", "script", "noscript", "template")

_PRINTED = ("h1", "heading")
_SET_OFF = re.compile(r"[:|–—-]\s*$")

LONGEST = 400
"""No heading of an article has more characters."""

H1 = 2.5
"""Weight of the only main heading in sight, if it reads like a headline."""

ECHO = 0.3
"""Weight of a twitter:title that says what og:title says: sites fill in both with one value."""

KICKER = 5
"""Words that a kicker or a label may have."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One candidate for the headline."""

    text: str
    source: str
    weight: float

    key: str
    """The text, folded."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The headline chosen, who agreed on it, and how sure that is."""

    text: str
    source: str
    confidence: float


def headings(tree: HtmlElement, tags: Iterable[str] = ("h1",)) -> list[str]:
    """List the main headings in sight, without those that name the site."""
    return sorted_headings(tree, tags)[0]


def sorted_headings(
    tree: HtmlElement, tags: Iterable[str] = ("h1",)
) -> tuple[list[str], list[str]]:
    """List the main headings in sight, and what old pages call their site.

    The latter are headings that are one link to the front page.
    """
    found: list[str] = []
    sites: list[str] = []
    for element in tree.iter(*tags):
        css = f"{element.get('class') or ''} {element.get('id') or ''}"
        text = normalise(" ".join(_words_of(element)))
        if not text or len(text) >= LONGEST:
            continue
        if _leads_home(element):
            sites.append(text)
        elif not _NOT_HEADLINE.search(css) and not _in_trail(element):
            found.append(text)
    return found, sites


def claimed_heading(tree: HtmlElement, facts: PageFacts) -> list[str]:
    """Find the lesser heading that says what the page claims, where it has no main heading."""
    claimed = {
        fold(text)
        for text in (text_of(facts.article.get("headline")), facts.first("og:title"), facts.title)
        if text and len(text.split()) >= 4
    }
    return [text for text in headings(tree, ("h2", "h3")) if fold(text) in claimed][:1]


def _leads_home(heading: HtmlElement) -> bool:
    """Tell whether a heading is one link to a front page."""
    link = next(heading.iter("a"), None)
    if link is None or not _HOME.match((link.get("href") or "-").strip()):
        return False
    return len(normalise("".join(link.itertext()))) >= len(normalise("".join(heading.itertext())))


def _in_trail(heading: HtmlElement) -> bool:
    """Tell whether a heading is the last step of a trail of links, which is not for reading."""
    steps = zip(range(3), heading.iterancestors(), strict=False)
    return any(
        step.tag in ("nav", "li") or "breadcrumb" in f"{step.get('class')} {step.get('id')}".lower()
        for _, step in steps
    )


def _words_of(heading: HtmlElement) -> Iterator[str]:
    """Read a heading without its drawings, whose titles are words too."""
    yield heading.text or ""
    for child in heading:
        if isinstance(child.tag, str) and child.tag not in _NO_WORDS:
            yield from _words_of(child)
        yield child.tail or ""


def headline(
    facts: PageFacts, shown: list[str], outlet_names: Iterable[str], tag: str = "h1"
) -> Verdict | None:
    """Choose the headline.

    Args:
        facts: The page's claims.
        shown: Its main headings.
        outlet_names: What the outlet calls itself: no headline, and cut off at its ends.
        tag: What the headings are: h1, or heading where the page has only lesser ones.
    """
    names = {fold(name) for name in outlet_names if name}
    claims = _claims(facts, shown, names, tag)
    if not claims:
        return None
    keys = {claim: _core(claim, claims) for claim in claims}
    ballots: dict[str, float] = {}
    sources: dict[str, list[str]] = {}
    for claim, key in keys.items():
        ballots[key] = ballots.get(key, 0.0) + claim.weight
        sources.setdefault(key, []).append(claim.source)
    total = sum({claim.source: claim.weight for claim in claims}.values())
    best = max(ballots, key=lambda key: ballots[key])
    text = next(claim.text for claim in claims if claim.key == best)
    voters = list(dict.fromkeys(sources[best]))
    return Verdict(text, "+".join(voters), round(min(1.0, ballots[best] / total), 2))


def _names_site(key: str, names: set[str]) -> bool:
    """Tell a heading that holds only the outlet's name, from a logo: "Vellmouth Post logo"."""
    words = {word for name in names for word in name.split()}
    return set(key.split()) <= words | {"logo", "home", "the"}


def _claims(facts: PageFacts, shown: list[str], names: set[str], tag: str) -> list[Claim]:
    shared = facts.first("og:title")
    echo = shared is not None and fold(shared) == fold(facts.first("twitter:title") or "")
    listed = [
        *((text, tag, _heading_weight(text, shown, tag)) for text in shown[:4]),
        (text_of(facts.article.get("headline")), "json-ld", 1.6),
        (shared, "opengraph", 1.2),
        (facts.first("twitter:title"), "twitter", ECHO if echo else 0.7),
        (
            facts.first("parsely-title", "sailthru.title", "dc.title", "title", "hdl", "headline"),
            "meta",
            0.9,
        ),
        (facts.title, "title", 0.8),
    ]
    claims = []
    for text, source, weight in listed:
        if not text:
            continue
        cut = without_labels(without_outlet(text, names))
        key = fold(cut)
        if key and key not in names and not _names_site(key, names):
            claims.append(Claim(cut, source, weight, key))
    return claims


def _core(claim: Claim, claims: list[Claim]) -> str:
    """Read a claim that is another one with a kicker before or a label after it as that other."""
    key = claim.key
    words = key.count(" ") + 1
    for other in claims:
        core = other.key
        length = core.count(" ") + 1
        extra = words - length
        if extra <= 0 or (length < 4 and not _is_short_headline(claim, other, claims)):
            continue
        if key.endswith(f" {core}") and extra <= KICKER and _is_backed(claim, other, claims):
            return core
        if other.source in _PRINTED and key.startswith(f"{core} "):
            rest = claim.text[len(other.text) :]
            if extra <= KICKER or _TRAILING.match(rest):
                return core
    return key


def _is_short_headline(longer: Claim, shorter: Claim, claims: list[Claim]) -> bool:
    """Tell a short main heading that metadata set a kicker before: "Harbour: Larks ascend".

    What JSON-LD gives as the headline has no kicker but one that belongs to it.
    """
    if shorter.source != "h1" or longer.source in _PRINTED or " " not in shorter.key:
        return False
    if any(claim.source == "json-ld" and claim.key == longer.key for claim in claims):
        return False
    whole, end = longer.text.lower(), shorter.text.lower()
    return whole.endswith(end) and _SET_OFF.search(whole.removesuffix(end)) is not None


def _is_backed(longer: Claim, shorter: Claim, claims: list[Claim]) -> bool:
    """Tell a kicker from the first words of a headline: what it is set off by, or by more votes."""
    if shorter.source in _PRINTED or "|" in longer.text[: len(longer.text) - len(shorter.text)]:
        return True
    # What two kinds of metadata leave out is set off in print, by type or colour.
    if longer.source in _PRINTED and len({c.source for c in claims if c.key == shorter.key}) > 1:
        return True
    weights = (
        sum(claim.weight for claim in claims if claim.key == form.key) for form in (longer, shorter)
    )
    return next(weights) <= next(weights)


def _heading_weight(text: str, shown: list[str], tag: str) -> float:
    """Weigh a heading: the only one on the page, if it reads like a headline, outvotes all."""
    if tag != "h1":
        return 1.2
    if len(text.split()) < 4:
        return 2.0 if len(shown) == 1 else 1.2
    # What stands there twice is a prompt or a copy for small screens, and no rival.
    rivals = [o for o in shown if o != text and len(o.split()) >= 4 and shown.count(o) == 1]
    return H1 if not rivals else 1.2
