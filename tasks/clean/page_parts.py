"""What a part of a page is for, by the words in its class names."""

from __future__ import annotations

import re
from functools import lru_cache

from tasks.clean.blocks import Block
from tasks.lexicon.files import read_words

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=8)
def _pattern(section: str) -> re.Pattern[str]:
    words = sorted(read_words("page_parts.txt", section), key=len, reverse=True)
    listed = "|".join(re.escape(word).replace(r"\*", "[a-z]*") for word in words)
    return re.compile(rf"(?<![a-z])(?:{listed})(?![a-z])")


@lru_cache(maxsize=50_000)
def _words_of(step: str, section: str) -> frozenset[str]:
    _, _, css = step.partition(".")
    if not css:
        return frozenset()
    plain = css.lower().replace("_", "-")
    split = _CAMEL.sub("-", css).lower().replace("_", "-")
    pattern = _pattern(section)
    return frozenset(pattern.findall(f"{plain} {split}" if split != plain else plain))


def parts_of(block: Block, section: str, steps: int = 4) -> frozenset[str]:
    """Name the words of a section that a block's class names hold.

    Args:
        block: Of the page.
        section: Of page_parts.txt: furniture, doubtful or standfirst.
        steps: How many elements up to look.
    """
    found: frozenset[str] = frozenset()
    for step in block.path[:steps]:
        words = _words_of(step, section)
        if words:
            found |= words
    return found
