"""Which cue of a sentence each of its quotations belongs to."""

from __future__ import annotations

import re

from tasks.extract.contents import WH, after
from tasks.extract.cue import Cue
from tasks.extract.parses import Parse, chunk_of, is_capital, is_predicate, starts_clause
from tasks.extract.verb_forms import function_words

# A clause right after a cue: the words in marks before it are no words of its subject's.
OWN_CLAUSE = re.compile(r"S|[AT]*N[PNTA]*V")

# What stands between a verb and the words in marks it introduces: "told police on Friday,".
SAYING = re.compile(r"(?:N|P[NT]|T)?[,:]?")
UTTERED = frozenset(["shout", "chant", "sing", "quote", "cite", "repeat", "recite", "print"])
PRONOUNS = frozenset(["he", "she", "they"])
# From a subject behind words in marks to its "to say": "was quick", "went on", "is fond of".
ON_THE_WAY = re.compile(r"A{0,2}VA?(?:[EN]|PN?|NP|NPN)?")
GOING_ON = frozenset(["go_on", "continue"])

# Verbs that rather give than say: "Hale said they had offered “two per cent”".
GIVING = frozenset(["offer", "present", "use", "use_the_word", "highlight", "outline", "introduce"])


def bounds_of(sentence: Parse, cue: Cue, source: tuple[int, int]) -> tuple[int, int]:
    """Give first and last chunk of a cue with its subject, if that stands with it."""
    number = cue.chunk_no
    first = last = number
    at = chunk_of(sentence, source[0])
    if at > number:
        last = at if sentence.kinds[number + 1 : at].strip("ATPNE") == "" else number
        if cue.mood == "passive" and sentence.kinds[:number].endswith(("QN", "Q,N")):
            first = number - 1  # “It fell,” reporters were told by Ms Hale
    elif cue.mood == "ing" and at == number - 1 and at and sentence.kinds[at - 1] in "CB,-":
        first = at
    elif cue.mood not in ("ing", "infinitive"):
        sharing = any(
            at < other.chunk_no < number and subject == source for other, subject in sentence.frames
        )
        first = number if sharing else at
    elif at < number and _is_said_behind(sentence, at, number):
        first = at
    if first > 0 and sentence.kinds[first] == "R":
        aside = {",", "-"} & set(sentence.kinds[first:number])
        first = first if aside else number  # "who, on a call on Friday, said"
    last = max(last, after(sentence.chunks, cue) - 1)
    return first, last


def owners_of(sentence: Parse, bounds: list[tuple[int, int]]) -> dict[int, int]:
    """Give each quotation of the sentence to one of its cues."""
    owners: dict[int, int] = {}
    kinds = sentence.kinds
    relative = {
        number
        for number, (_, source) in enumerate(sentence.frames)
        if (at := chunk_of(sentence, source[0]))
        and ("R" in kinds[at - 1 : at + 1] or _describes(sentence, at))
    }
    for q, kind in enumerate(kinds):
        if kind != "Q":
            continue
        left = _claiming(sentence, bounds, relative, q)
        right = [n for n, (first, _) in enumerate(bounds) if first > q and n not in relative]
        inside = [n for n, (first, last) in enumerate(bounds) if first <= q <= last]
        adjacent = next(
            (n for n in right if kinds[q + 1 : bounds[n][0]].strip(",-AT.") == ""), None
        )
        if adjacent is not None and _is_modifier(sentence, adjacent, q):
            continue
        if adjacent is not None:
            adjacent = _at_last(sentence, bounds, adjacent)
        if adjacent is not None and not _may_follow(sentence.frames[adjacent][0]):
            adjacent = None
        if adjacent is not None and _may_claim(sentence, bounds, adjacent):
            near = (
                left
                and kinds[bounds[left[-1]][1] + 1 : q].strip(":,-") == ""
                and kinds[q - 1] == ":"
            )
            near = near or _is_told(sentence, bounds, left, adjacent, q)
            near = near or _is_said_twice(sentence, bounds, left, adjacent, q)
            if not near and not _has_own_words(kinds, bounds, left, adjacent):
                owners[q] = adjacent
                continue
        if left:
            owners[q] = _at_last(sentence, bounds, _nearest(sentence, bounds, left, q))
        elif right and sentence.frames[right[0]][0].mood in ("finite", "passive", "according"):
            if not _is_aside(kinds, bounds[right[0]]):
                owners[q] = right[0]
        elif inside:
            continue
    return owners


def _is_said_behind(sentence: Parse, subject: int, number: int) -> bool:
    """Whether an infinitive or a form in -ing says the words before its subject.

    `“It fell,” she had to admit`, `“It fell,” Ms Hale was fond of saying`.
    """
    kinds = sentence.kinds
    q = len(kinds[:subject].rstrip(",-AT")) - 1
    if q < 0 or kinds[q] != "Q" or not ON_THE_WAY.fullmatch(kinds, subject + 1, number):
        return False
    if not starts_clause(sentence, q) and ("V" not in kinds[:q] or kinds[0] in "PS"):
        return False  # After the “long winter,” Ms Hale left to tell …
    begins = sentence.tokens[sentence.chunks[q].first].start
    return begins in sentence.pauses or kinds[q + 1] in ",-"


def _may_claim(sentence: Parse, bounds: list[tuple[int, int]], number: int) -> bool:
    """Whether a cue may claim the words in marks before it: one that stands with its subject."""
    cue = sentence.frames[number][0]
    return cue.mood in ("finite", "passive", "according") or bounds[number][0] < cue.chunk_no


def _at_last(sentence: Parse, bounds: list[tuple[int, int]], number: int) -> int:
    """Give the "say" of "used to say" and "went on to say" for their first verb."""
    cue, subject = sentence.frames[number]
    weak = cue.complement == "marks" or cue.is_thought or cue.lemma in GOING_ON
    if not weak or cue.mood == "infinitive":
        return number
    for n, (other, owner) in enumerate(sentence.frames[number + 1 :], number + 1):
        if owner == subject and other.mood == "infinitive" and bounds[n][0] == bounds[number][0]:
            return n
    return number


def _describes(sentence: Parse, subject: int) -> bool:
    """Whether a clause is about the noun before it: "a change analysts said was late"."""
    before = sentence.tokens[sentence.chunks[subject - 1].first].low
    return sentence.kinds[subject - 1] == "N" and before in ("a", "an")


def _may_follow(cue: Cue) -> bool:
    """Whether a cue may stand behind the words it reports: not in "the “cut” was rejected by …"."""
    if cue.mood != "passive":
        return True
    return cue.complement in ("bare", "asks") or cue.lemma in UTTERED


def _claiming(
    sentence: Parse, bounds: list[tuple[int, int]], relative: set[int], q: int
) -> list[int]:
    """Give the cues before a quotation that may claim it.

    Not those inside its subject: `she said whoever complained about it “was wrong”`, `she says
    the posts accusing her of theft are “lies”`.
    """
    left = [n for n, (_, last) in enumerate(bounds) if last < q]
    if len(left) < 2:
        return left
    kinds = sentence.kinds
    predicate = is_predicate(sentence, q)
    claiming = []
    for n in left:
        cue = sentence.frames[n][0]
        between = kinds[bounds[n][1] + 1 : q]
        inner = cue.mood == "infinitive" or n in relative
        inner = (inner and predicate) or (
            cue.mood == "ing"
            and kinds[max(cue.chunk_no - 1, 0)] == "N"
            and cue.complement == "marks"
        )
        if not (inner and ("V" in between or (predicate and "S" not in between))):
            claiming.append(n)
    return claiming or left


def _is_told(
    sentence: Parse, bounds: list[tuple[int, int]], left: list[int], right: int, q: int
) -> bool:
    """Whether words in marks are what somebody is told: "told police “I did”, the court heard"."""
    if not left:
        return False
    cue = sentence.frames[left[-1]][0]
    if cue.mood != "finite" or cue.is_thought:
        return False
    if sentence.frames[right][0].lemma == "hear":
        return cue.complement == "bare"
    between = sentence.kinds[bounds[left[-1]][1] + 1 : q]
    return cue.lemma == "tell" and between.rstrip(",:") == "N"


def _is_said_twice(
    sentence: Parse, bounds: list[tuple[int, int]], left: list[int], right: int, q: int
) -> bool:
    """Whether a cue behind words in marks only repeats, or answers, the one before them.

    `Asked again, Ms Hale said “I know nothing,” she said`; `He shouted, “Out,” Mr Reid recalled`;
    `Ms Hale said she left because “nobody came,” she said`.
    """
    spoken = [
        n
        for n in left
        if sentence.frames[n][0].mood == "finite" and not sentence.frames[n][0].is_thought
    ]
    if not spoken or sentence.frames[right][0].mood == "according":
        return False
    first, last = bounds[spoken[-1]]
    between = sentence.kinds[last + 1 : q]
    source = sentence.frames[right][1]
    if spoken[-1] == left[-1] and is_capital(sentence, q) and SAYING.fullmatch(between):
        word = sentence.tokens[sentence.chunks[first - 1].first].low if first else ""
        return word not in WH - {"when", "where"} and sentence.kinds[first - 1 : first] != "R"
    repeated = source[1] - source[0] == 1 and sentence.tokens[source[0]].low in PRONOUNS
    clause = sentence.frames[spoken[0]][0].complement == "bare" and "V" in between
    return repeated and clause and between[-1:] not in ("", ",", ":", "-", ".")


def _is_modifier(sentence: Parse, number: int, q: int) -> bool:
    """Whether marks stand inside the subject of a cue: the “Harbour Lights” star said."""
    source = sentence.frames[number][1]
    inside = chunk_of(sentence, source[0]) == q + 1 and q and sentence.kinds[q - 1] == "N"
    token = sentence.tokens[sentence.chunks[q].first]
    if not inside or token.start in sentence.pauses:
        return False
    first = sentence.tokens[source[0]]
    opened = sentence.tokens[sentence.chunks[q - 1].first].low in ("the", "a", "an", "its", "this")
    return opened and not first.is_capital and first.low not in function_words("determiners")


def _is_aside(kinds: str, cue: tuple[int, int]) -> bool:
    """Whether marks stand in "Asked about the “coup”, Ms Hale said it was nonsense".

    Nor are they hers in "There is a “blue line”, but Ms Hale said it never rang".
    """
    apart = kinds[0] in "SE" or kinds[max(cue[0] - 2, 0) : cue[0]] in (",B", ",C")
    return apart and OWN_CLAUSE.match(kinds, cue[1] + 1) is not None


def _has_own_words(kinds: str, bounds: list[tuple[int, int]], left: list[int], right: int) -> bool:
    """Whether the cue after a quotation reports something else, and one before it claims this.

    In "When Mr Reid called it “a farce,” Ms Hale said: …" the words are Mr Reid's.
    """
    if not left:
        return _is_aside(kinds, bounds[right])
    rest = kinds[bounds[right][1] + 1 :].lstrip("AT,")
    return rest.startswith((":", "Q", "S", "NV", "NAV"))


def _nearest(sentence: Parse, bounds: list[tuple[int, int]], left: list[int], q: int) -> int:
    """Choose among the cues to the left of a quotation: a verb of speech before one of thought.

    In "she said she wants a “fresh start”" the words are what she said.
    """
    finite = [n for n in left if sentence.frames[n][0].mood != "participle"]
    nearest = max(finite or left, key=lambda n: (bounds[n][1], n))
    cue = sentence.frames[nearest][0]
    outer = [
        n
        for n in left
        if n != nearest
        and not sentence.frames[n][0].is_thought
        and (cue.is_thought or not sentence.frames[n][0].is_modal)
        and sentence.frames[n][0].complement in ("bare", "that")
        and ";" not in sentence.kinds[bounds[n][1] : q]
    ]
    if not outer:
        return nearest
    if (
        cue.is_thought
        or cue.lemma in GIVING
        or (cue.is_modal and sentence.frames[outer[-1]][0].mood == "finite")
    ):
        return outer[-1]
    aside = sentence.kinds[bounds[outer[-1]][1] + 1 : bounds[nearest][0]]
    token = sentence.tokens[sentence.chunks[q].first]
    if (
        aside.strip("ATPN") == "S"
        and sentence.kinds[q - 1] == ","
        and token.start in sentence.capitals
    ):
        # In "he said as he introduced his wife, “…”" the words are what he said.
        return outer[-1]
    return nearest
