"""The headline of a page, by vote of everything on it that claims to be one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from tasks.clean.structured import PageFacts, text_of
from tasks.clean.words import fold, normalise

_SUFFIX = re.compile(r"\s+[|–—·•»›:-]+\s+|\s*\|\s*")
_SITE_PART = re.compile(
    r"\.(?:com|org|net|de|fr|es|it|co|uk)\b|^(?:the )?[\w' ]*(?:news|times|post|journal|zeitung)$",
    re.IGNORECASE,
)
_NOT_HEADLINE = re.compile(
    r"\blogo|brand|site-?title|site-?name|masthead|nav|menu|comment|related|share", re.IGNORECASE
)


H1 = 2.5
"""Weight of the only main heading in sight, if it reads like a headline."""

KICKER = 5
"""Words that a kicker or a label may have."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One candidate for the headline."""

    text: str
    source: str
    weight: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """The headline chosen, who agreed on it, and how sure that is."""

    text: str
    source: str
    confidence: float


def headings(tree: HtmlElement, tags: Iterable[str] = ("h1",)) -> list[str]:
    """List the main headings in sight, without those that name the site."""
    found: list[str] = []
    for element in tree.iter(*tags):
        css = f"{element.get('class') or ''} {element.get('id') or ''}"
        text = normalise(" ".join(element.itertext()))
        if text and len(text) < 400 and not _NOT_HEADLINE.search(css):
            found.append(text)
    return found


def headline(facts: PageFacts, shown: list[str], outlet_names: Iterable[str]) -> Verdict | None:
    """Choose the headline.

    Args:
        facts: The page's claims.
        shown: Its main headings.
        outlet_names: What the outlet calls itself: no headline, and cut off at its ends.
    """
    names = {fold(name) for name in outlet_names if name}
    claims = _claims(facts, shown, names)
    if not claims:
        return None
    keys = {claim: _core(fold(claim.text), claims) for claim in claims}
    ballots: dict[str, float] = {}
    sources: dict[str, list[str]] = {}
    for claim, key in keys.items():
        ballots[key] = ballots.get(key, 0.0) + claim.weight
        sources.setdefault(key, []).append(claim.source)
    total = sum({claim.source: claim.weight for claim in claims}.values())
    best = max(ballots, key=lambda key: ballots[key])
    text = next(claim.text for claim in claims if fold(claim.text) == best)
    voters = list(dict.fromkeys(sources[best]))
    return Verdict(text, "+".join(voters), round(min(1.0, ballots[best] / total), 2))


def without_outlet(title: str, names: set[str]) -> str:
    """Cut the outlet's name off the ends of a title."""
    pieces = _SUFFIX.split(title)
    separators = _SUFFIX.findall(title)
    while len(pieces) > 1:
        if _is_outlet(pieces[-1], names):
            pieces.pop()
            separators.pop()
        elif _is_outlet(pieces[0], names) and fold(pieces[0]) in names:
            pieces.pop(0)
            separators.pop(0)
        else:
            break
    text = pieces[0]
    for separator, piece in zip(separators, pieces[1:], strict=True):
        text += separator + piece
    return text.strip()


def _is_outlet(piece: str, names: set[str]) -> bool:
    key = fold(piece)
    joined = key.replace(" ", "")
    return (
        not key
        or key in names
        or any(joined == name.replace(" ", "") for name in names)
        or (len(key.split()) <= 4 and bool(_SITE_PART.search(piece)))
    )


def _claims(facts: PageFacts, shown: list[str], names: set[str]) -> list[Claim]:
    listed = [
        *((text, "h1", _heading_weight(text, shown)) for text in shown[:4]),
        (text_of(facts.article.get("headline")), "json-ld", 1.6),
        (facts.first("og:title"), "opengraph", 1.2),
        (facts.first("twitter:title"), "twitter", 0.7),
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
        cut = without_outlet(text, names)
        key = fold(cut)
        if key and key not in names:
            claims.append(Claim(cut, source, weight))
    return claims


def _core(key: str, claims: list[Claim]) -> str:
    """Read a claim that is another one with a kicker before or a label after it as that other."""
    words = len(key.split())
    for claim in claims:
        core = fold(claim.text)
        extra = words - len(core.split())
        if len(core.split()) < 4 or not 0 < extra <= KICKER:
            continue
        if key.endswith(f" {core}") or (claim.source == "h1" and key.startswith(f"{core} ")):
            return core
    return key


def _heading_weight(text: str, shown: list[str]) -> float:
    """Weigh a heading: the only one on the page, if it reads like a headline, outvotes all."""
    if len(shown) > 1:
        return 1.2
    return H1 if len(text.split()) >= 4 else 2.0
