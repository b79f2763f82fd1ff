"""What the reporter goes on with after words in marks: where what is reported ends before it."""

from __future__ import annotations

import re

from tasks.extract.cue import Cue
from tasks.extract.parses import Parse, is_capital
from tasks.extract.requests import AFTER
from tasks.extract.word_kinds import is_number

UTTERING = frozenset(
    ["say", "reply", "answer", "shout", "yell", "scream", "chant", "whisper", "mutter", "joke",
     "quip", "mouth", "murmur"]
)  # fmt: skip
OWN_DEED = re.compile(r",?[CB]A*V|S(?=G|N[^V]*V)")
JOINED_VERB = re.compile(r"(?P<object>[NPTAQ]+),?[CB]A*V")


def is_uttered(sentence: Parse, cue: Cue, start: int, end: int) -> bool:
    """Whether what follows the words in marks is the reporter's: `said “never” in court on Monday`.

    "People saying “enough is enough” have grown by a third": the main verb comes next.
    """
    kinds = sentence.kinds
    if cue.mood == "ing" and kinds[start] in "VE":
        return cue.chunk_no > 0 and kinds[cue.chunk_no - 1] == "N"
    if cue.lemma == "read":
        return kinds[start] not in "VN"
    if cue.lemma not in UTTERING or not {"V", "G", "S", "C"}.isdisjoint(kinds[start:end]):
        return False
    if kinds[start] == "N":  # said “no” five times
        return is_number(sentence.tokens[sentence.chunks[start].first])
    aloud = cue.lemma not in ("say", "reply", "answer") or is_capital(sentence, start - 1)
    return aloud and kinds[start] in "PT"


def before_own_deed(sentence: Parse, start: int, end: int) -> int:
    """End a promise before what who promises does: `vowed to “fight” on and left`, `… while …`."""
    deed = OWN_DEED.search(sentence.kinds, start, end)
    if deed is None:
        return end
    word = sentence.tokens[sentence.chunks[deed.start()].first].low
    if sentence.kinds[deed.start()] == "S" and word not in AFTER | {"before"}:
        return end
    return deed.start()


def before_main_verb(kinds: str, cue: Cue, start: int, end: int) -> int:
    """End a claim before the verb of its sentence: "her claim that it was “late” was rejected"."""
    if "V" in kinds[: cue.chunk_no]:
        return end
    comma = kinds.find(",V", start, end)
    if comma >= 0:
        return comma
    verb = kinds.rfind("V", start, end)
    while verb > start and (kinds[verb - 1] in "RSAC" or kinds[verb - 2 : verb] == "SN"):
        verb = kinds.rfind("V", start, verb)
    return verb if verb >= start else end


def before_verb(kinds: str, start: int, last: int, end: int) -> int:
    """End what is named before the next verb of who names it: "a “dream” of it, but went home"."""
    joined = JOINED_VERB.match(kinds, start, end)
    return joined.end("object") if joined is not None and joined.end("object") > last else end
