"""Second thoughts on which blocks are the body: rules on the shape of the page.

Each rule has a name, so that what it does can be measured; a rule sees all blocks and the choice so
far, and returns a better one.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

from tasks.clean.blocks import Block
from tasks.clean.first_choice import FILLABLE, PROSE, Choice, is_named_furniture, verify
from tasks.clean.page_parts import parts_of

Rule = Callable[[Sequence[Block], Choice], Choice]

MAIN = 0.8
"""The main container is the smallest element with this share of the body's prose."""

TYPICAL = 0.2
"""Blocks of a kind that has this share of the body are typical of it."""

COMMON = 0.35
"""A class that this share of the body's own text carries tells nothing."""

LONG = 100
"""Doubtful class names do not count against a paragraph with more characters."""

_SENTENCE_END = re.compile(r"[.!?…][\"”’')»]*$")


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
        if block.tag in FILLABLE and _stands_typically(block, kinds, TYPICAL * total):
            filled[number] = True
    return filled


def _stands_typically(block: Block, kinds: Counter[tuple[str, ...]], least: float) -> bool:
    """Tell whether a block stands in the kind of element that the body's paragraphs stand in."""
    if is_named_furniture(block):
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
    typical = {
        path
        for path, size in kinds.items()
        if size >= 0.3 * total and (path[0] != "p." or not path[1].endswith("."))
    }
    return [
        keep
        or (
            block.path in typical
            and len(block.text) > PROSE
            and block.link_share < 0.3
            and not is_named_furniture(block)
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
