"""Second thoughts on which blocks are the body: rules on the shape of the page.

Each rule has a name, so that what it does can be measured; a rule sees all blocks and the choice so
far, and returns a better one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from tasks.clean.blocks import HEADINGS, Block
from tasks.clean.page_parts import parts_of
from tasks.clean.words import fold

Choice = list[bool]
Rule = Callable[[Sequence[Block], Choice], Choice]

PROSE = 60
"""A block with more characters, few of them linked, is a paragraph rather than a label."""

MAIN = 0.8
"""The main container is the smallest element with this share of the body's prose."""

TYPICAL = 0.2
"""Blocks of a kind that has this share of the body are typical of it."""

COMPLETE = 1000
"""A claimed body with fewer characters may be a teaser."""

EVIDENT = 0.8
"""Share of a page's prose that must stand in one element for the body to be evident."""

COMMON = 0.35
"""A class that this share of the body's own text carries tells nothing."""

LONG = 100
"""Doubtful class names do not count against a paragraph with more characters."""

_SENTENCE_END = re.compile(r"[.!?…][\"”’')»]*$")
_FILLABLE = HEADINGS | {"p", "li", "div", "blockquote"}


def verify(blocks: Sequence[Block], choice: Choice, claimed: str | None) -> Choice:
    """Choose again where the page's own articleBody says that the choice missed the article.

    The claimed text itself is never used: it is often a teaser, and has no paragraphs.

    Args:
        blocks: Of the page.
        choice: So far.
        claimed: articleBody of the JSON-LD.
    """
    whole = f" {fold(claimed or '')} "
    if len(whole) < 400:
        return choice
    hits = [
        15 < len(block.key) < 0.6 * len(whole) and f" {block.key} " in whole for block in blocks
    ]
    covered = sum(len(block.key) for block, hit in zip(blocks, hits, strict=True) if hit)
    chosen = sum(
        len(block.key)
        for block, hit, keep in zip(blocks, hits, choice, strict=True)
        if hit and keep
    )
    return hits if covered > 0.7 * len(whole) and chosen < 0.8 * covered else choice


def vouched(blocks: Sequence[Block], claimed: str | None) -> Choice | None:
    """Choose the blocks that the page's own articleBody vouches for, if it is clearly complete.

    Complete means: nearly all of it stands in the blocks, and no prose that is marked up like what
    it names is left over.

    Returns:
        The choice; null where the claim is a teaser, or says nothing.
    """
    whole = f" {fold(claimed or '')} "
    if len(whole) < COMPLETE:
        return None
    hits = [
        15 < len(block.key) < 0.5 * len(whole) and f" {block.key} " in whole for block in blocks
    ]
    covered = sum(len(block.key) + 1 for block, hit in zip(blocks, hits, strict=True) if hit)
    if not 0.9 * len(whole) < covered < 1.15 * len(whole):
        return None
    kinds = {block.path[:3] for block, hit in zip(blocks, hits, strict=True) if hit}
    left = sum(
        len(block.text)
        for block, hit in zip(blocks, hits, strict=True)
        if not hit and len(block.text) > PROSE and block.path[:3] in kinds
    )
    if left >= 0.1 * covered:
        return None
    parents = Counter(block.elements[1:2] for block, hit in zip(blocks, hits, strict=True) if hit)
    return [
        hit
        or (
            block.tag == "p"
            and parents[block.elements[1:2]] >= 3
            and block.link_share < 0.5
            and len(block.text) > PROSE
            and not _is_furniture(block)
        )
        for block, hit in zip(blocks, hits, strict=True)
    ]


def evident(blocks: Sequence[Block]) -> Choice | None:
    """Choose the body of a page whose prose stands in one element: then there is nothing to weigh.

    Returns:
        The choice; null where the prose is spread, or there is little of it.
    """
    parents: Counter[int] = Counter()
    count: Counter[int] = Counter()
    total = 0
    for block in blocks:
        if len(block.text) > PROSE and block.link_share < 0.4 and not parts_of(block, "furniture"):
            total += len(block.text)
            if block.tag == "p" and len(block.elements) > 1:
                parents[block.elements[1]] += len(block.text)
                count[block.elements[1]] += 1
    if not parents:
        return None
    body, size = parents.most_common(1)[0]
    if size < EVIDENT * total or size < COMPLETE or count[body] < 5:
        return None
    return [
        (block.elements[1:2] == (body,) and block.tag in _FILLABLE)
        or (body in block.elements[2:5] and block.tag in ("li", "p", "tr"))
        or (body in block.elements[2:4] and block.tag in HEADINGS)
        or (block.elements[:1] == (body,) and len(block.text) > PROSE)
        for block in blocks
    ]


def fill_gaps(blocks: Sequence[Block], choice: Choice) -> Choice:
    """Take in blocks between chosen ones that stand where the body stands: headings, list items."""
    main = main_container(blocks, choice)
    chosen = [number for number, keep in enumerate(choice) if keep]
    if main is None or not chosen:
        return choice
    kinds = _kinds(blocks, choice, 1)
    total = sum(kinds.values()) or 1
    filled = list(choice)
    for number in range(chosen[0], chosen[-1]):
        block = blocks[number]
        if filled[number] or block.link_share >= 0.5 or main not in block.elements:
            continue
        if block.tag in _FILLABLE and _stands_typically(block, kinds, TYPICAL * total):
            filled[number] = True
    return filled


def _stands_typically(block: Block, kinds: Counter[tuple[str, ...]], least: float) -> bool:
    """Tell whether a block stands in the kind of element that the body's paragraphs stand in."""
    if _is_furniture(block):
        return False
    if block.tag == "li" or block.path[1:2] == ("blockquote.",):
        return kinds[block.path[2:4]] >= least
    # Bare text in the very element whose paragraphs are the body is part of it.
    return kinds[block.path[1:3]] >= least or (
        block.tag == "div" and len(block.text) > PROSE and kinds[block.path[0:2]] >= least
    )


def extend(blocks: Sequence[Block], choice: Choice) -> Choice:
    """Take in prose outside the chosen part that is marked up exactly like most of the body."""
    kinds: Counter[tuple[str, ...]] = Counter()
    for block, keep in zip(blocks, choice, strict=True):
        if keep and len(block.text) > PROSE and block.link_share < 0.5:
            kinds[block.path] += len(block.text)
    total = sum(kinds.values()) or 1
    typical = {path for path, size in kinds.items() if size >= 0.3 * total and path[0] != "p."}
    return [
        keep
        or (
            block.path in typical
            and len(block.text) > PROSE
            and block.link_share < 0.3
            and not _is_furniture(block)
        )
        for block, keep in zip(blocks, choice, strict=True)
    ]


def drop_page_parts(blocks: Sequence[Block], choice: Choice) -> Choice:
    """Leave out parts whose class names say what they are, such as related or newsletter."""
    common: Counter[str] = Counter()
    total = 0
    for block, keep in zip(blocks, choice, strict=True):
        if keep:
            total += len(block.text)
            for word in parts_of(block, "furniture") | parts_of(block, "doubtful"):
                common[word] += len(block.text)

    def is_part(block: Block) -> bool:
        if any(common[word] < COMMON * total for word in parts_of(block, "furniture")):
            return True
        if len(block.text) >= LONG and block.link_share <= 0.5:
            return False
        return any(common[word] < COMMON * total for word in parts_of(block, "doubtful"))

    return [keep and not is_part(block) for block, keep in zip(blocks, choice, strict=True)]


def drop_tail(blocks: Sequence[Block], choice: Choice) -> Choice:
    """Leave out what follows the last typical block and is set in another place than the body."""
    kinds = _kinds(blocks, choice, 1)
    total = sum(kinds.values()) or 1
    typical = {place for place, size in kinds.items() if size >= TYPICAL * total}
    ends = [
        number
        for number, (block, keep) in enumerate(zip(blocks, choice, strict=True))
        if keep and block.path[1:3] in typical
    ]
    if not ends or sum(kinds[place] for place in typical) < 0.6 * total:
        return choice
    container = set(blocks[ends[-1]].elements[1:])
    return [
        keep
        and not (
            number > ends[-1]
            and (block.tag != "li" or block.path[2:4] not in typical)
            and not (container & set(block.elements[1:2]))
        )
        for number, (block, keep) in enumerate(zip(blocks, choice, strict=True))
    ]


def drop_above(blocks: Sequence[Block], choice: Choice) -> Choice:
    """Leave out what stands above the main heading and is marked up unlike the body."""
    kinds = _kinds(blocks, choice, 0)
    total = sum(kinds.values()) or 1
    heads = [number for number, block in enumerate(blocks) if block.tag == "h1"]
    chosen = [number for number, keep in enumerate(choice) if keep]
    if not heads or not chosen or heads[0] > chosen[len(chosen) // 2]:
        return choice
    return [
        keep
        and not (
            number < heads[0] and len(block.text) < LONG and kinds[block.path[:3]] < TYPICAL * total
        )
        for number, (block, keep) in enumerate(zip(blocks, choice, strict=True))
    ]


def drop_link_lists(blocks: Sequence[Block], choice: Choice) -> Choice:
    """Leave out lists whose items are mostly links and no sentences."""
    lists: dict[int, list[int]] = defaultdict(list)
    for number, (block, keep) in enumerate(zip(blocks, choice, strict=True)):
        if keep and block.tag == "li" and len(block.elements) > 1:
            lists[block.elements[1]].append(number)
    kept = list(choice)
    for items in lists.values():
        size = sum(len(blocks[number].text) for number in items)
        linked = sum(blocks[number].link_share * len(blocks[number].text) for number in items)
        sentences = sum(bool(_SENTENCE_END.search(blocks[number].text)) for number in items)
        if linked > 0.55 * size and sentences < 0.5 * len(items):
            for number in items:
                kept[number] = False
    return kept


RULES: tuple[tuple[str, Rule], ...] = (
    ("extend", extend),
    ("fill_gaps", fill_gaps),
    ("drop_page_parts", drop_page_parts),
    ("drop_tail", drop_tail),
    ("drop_above", drop_above),
    ("drop_link_lists", drop_link_lists),
)


def refine(
    blocks: Sequence[Block],
    choice: Choice,
    claimed: str | None = None,
    without: frozenset[str] = frozenset(),
) -> Choice:
    """Apply all rules in turn.

    Args:
        blocks: Of the page.
        choice: The first choice.
        claimed: articleBody of the page's JSON-LD.
        without: Names of rules to leave out, to measure what each one does.
    """
    if "verify" not in without:
        choice = verify(blocks, choice, claimed)
    for name, rule in RULES:
        if name not in without and any(choice):
            better = rule(blocks, choice)
            choice = better if any(better) else choice
    return choice


def main_container(blocks: Sequence[Block], choice: Choice) -> int | None:
    """Find the smallest element that holds most of the chosen prose; null if there is none."""
    weights: Counter[int] = Counter()
    total = 0
    for block, keep in zip(blocks, choice, strict=True):
        if keep and block.link_share < 0.5 and len(block.text) > PROSE:
            total += len(block.text)
            for element in block.elements[1:]:
                weights[element] += len(block.text)
    # Elements are numbered in document order: of those that hold enough, the last is the innermost.
    return max((e for e, weight in weights.items() if weight >= MAIN * total), default=None)


def _kinds(blocks: Sequence[Block], choice: Choice, first: int) -> Counter[tuple[str, ...]]:
    """Count the chosen characters by where they stand in the page: path[first:3]."""
    kinds: Counter[tuple[str, ...]] = Counter()
    for block, keep in zip(blocks, choice, strict=True):
        if keep and block.link_share < 0.5:
            kinds[block.path[first:3]] += len(block.text)
    return kinds


def _is_furniture(block: Block) -> bool:
    return bool(parts_of(block, "furniture") or parts_of(block, "doubtful"))
