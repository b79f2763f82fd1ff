"""Find the words that report: verbs, "according to", nouns of saying."""

from __future__ import annotations

import re

from tasks.extract.cue import Cue, Mood
from tasks.extract.cue_forms import CueForm, cue_forms
from tasks.extract.cue_nouns import adamant_cue, light_cue, noun_cue, quoting_cue, words_cue
from tasks.extract.tokens import FUNCTION_WORDS, Chunk, Token
from tasks.lexicon.files import read_words

BE = frozenset(["is", "are", "was", "were", "be", "been", "being", "gets", "got"])
LONGEST_PARTICLE = 3  # words after a verb: "put it to"
ACCEPTING = frozenset(["accepts", "accepted", "accepting"])  # before "that"
STARTING = frozenset(["begins", "began", "goes", "ran"])  # “Dear Sir,” the letter begins
HARD = frozenset(["early", "soon", "hard", "difficult", "impossible", "easy", "premature", "fair"])
_LONGEST_WISH = 6
# A quotation and a clause of subject and verb alone: `“…,” our source spilled.`
_TOLD = re.compile(r"Q,?(?:N(?:PN)?A?(?P<cue>V)(?=[.,;PTGA]|$)|(?P<turned>V)N)")
# What somebody asks who speaks without a name is no report: "asked not to be named, the vote …".
_ANONYMITY = re.compile(
    r"(?:not )?to (?:be (?:named|identified|quoted|photographed|filmed|recorded)"
    r"|(?:remain|stay) (?:anonymous|unnamed))\b|(?:for |on )?anonymity\b"
    r"|that (?:his|her|their|only (?:his|her|their)) (?:full |last |first |real )?names?\b"
)


def find_cues(tokens: list[Token], chunks: list[Chunk]) -> list[Cue]:
    """Find the cues of a sentence, in reading order."""
    cues: list[Cue] = []
    for number, chunk in enumerate(chunks):
        if chunk.kind in "VGEI":
            cue = _verb_cue(tokens, chunks, number)
        elif chunk.kind in "PXwG" and tokens[chunk.first].low == "according":
            cue = _according(tokens, number, chunk)
        elif chunk.kind == "N":
            cue = noun_cue(tokens, chunks, number)
        elif chunk.kind == "P":
            cue = words_cue(tokens, chunks, number)
        else:
            cue = None
        if cue is not None and not (cues and cue.first < cues[-1].last):
            cues.append(cue)
    if any(cue.mood == "finite" for cue in cues):
        return [cue for cue in cues if cue.lemma != "in_view"]  # she said the plan, in her view, …
    return cues


def telling_cues(
    tokens: list[Token], chunks: list[Chunk], kinds: str, pauses: frozenset[int], known: list[Cue]
) -> list[Cue]:
    """Find verbs of any meaning that report by their place, beside words in marks.

    `“Fans are in tears,” our source spilled.`

    Args:
        tokens: The sentence.
        chunks: Its chunks.
        kinds: Their letters.
        pauses: Offsets of quotations that end in a comma.
        known: Cues found by their words.
    """
    cues: list[Cue] = []
    for m in _TOLD.finditer(kinds):
        number = max(m.start("cue"), m.start("turned"))
        chunk = chunks[number]
        verb = tokens[chunk.last - 1]
        if tokens[chunks[m.start()].first].start not in pauses or not (
            verb.low.endswith("ed") or verb.low in STARTING
        ):
            continue
        if kinds[: m.start()].strip("QCBA,-.(") or chunk.last - chunk.first > 1:
            continue
        if any(cue.chunk_no >= m.start() for cue in known):
            continue
        cues.append(Cue(number, chunk.first, chunk.last, verb.low, "finite", "marks", "neutral"))
    return cues


def _according(tokens: list[Token], number: int, chunk: Chunk) -> Cue | None:
    last = chunk.first + 2
    if last > len(tokens) or tokens[last - 1].low != "to":
        return None
    return Cue(number, chunk.first, last, "according to", "according", "bare", "neutral")


def _verb_cue(tokens: list[Token], chunks: list[Chunk], number: int) -> Cue | None:
    chunk = chunks[number]
    at = chunk.last - 1
    token = tokens[at]
    if token.low == "according":
        return _according(tokens, number, chunk)
    phrase = (
        light_cue(tokens, chunks, number)
        or (chunk.kind == "V" and adamant_cue(tokens, chunks, number))
        or (chunk.kind == "I" and quoting_cue(tokens, chunks, number))
    )
    if phrase:
        return phrase
    readings = cue_forms().get(token.low)
    if readings is None or token.is_possessive:
        return None
    if _ANONYMITY.match(" ".join(token.low for token in tokens[at + 1 : at + 1 + _LONGEST_WISH])):
        return None
    following = " ".join(token.low for token in tokens[at + 1 : at + 1 + LONGEST_PARTICLE])
    if _is_no_report(tokens, at, following):
        return None
    if token.low.startswith("accept") and not (
        token.low in ACCEPTING and following.startswith("that ")
    ):
        return None
    done = chunk.last - chunk.first > 2  # "to have told"
    form = _reading(readings, f"{following} ", chunk.kind, _is_alone(chunks, number), done)
    if form is None:
        return None
    last = at + 1 + (len(form.particle.split()) if form.particle else 0)
    mood = _mood(tokens, chunks, number, form)
    if form.lemma in ("quote", "cite") and mood == "passive":
        for later in range(at + 1, min(at + 3, len(tokens))):
            if tokens[later].low == "saying":
                return Cue(number, chunk.first, later + 1, "quote", "passive", "bare", "neutral")
    return Cue(
        chunk_no=number,
        first=_first_word(tokens, chunk, at, mood),
        last=last,
        lemma=form.lemma,
        mood=mood,
        complement=form.complement,
        cue_class=form.cue_class,
        is_negated=_is_negated(tokens, chunks, number),
        is_thought=form.is_thought,
        is_modal=(mood == "infinitive" and not done) or _is_modal(tokens, chunks, number, form),
    )


def _is_no_report(tokens: list[Token], at: int, following: str) -> bool:
    """Whether a form of a cue says nothing here.

    "thanks to its patent", "heard from neighbours", "too early to tell", "asked to confirm it".
    """
    low = tokens[at].low
    if low == "thanks":
        return following.startswith("to ")
    if low == "present":
        before = tokens[at - 2 if tokens[at - 1].low == "not" else at - 1].low
        return at > 1 and before in BE | {"wasn't", "isn't", "weren't", "aren't"}
    if low in ("hear", "heard", "hears", "hearing"):
        return following.startswith(("from ", "about ", "of ")) and " that" not in following
    if at < 2 or tokens[at - 1].low != "to":
        return False
    return tokens[at - 2].low in HARD or (tokens[at - 2].low == "asked" and low != "say")


def _reading(
    readings: tuple[CueForm, ...], following: str, kind: str, is_alone: bool, is_done: bool
) -> CueForm | None:
    for form in readings:
        if form.particle is not None and not following.startswith(f"{form.particle} "):
            continue
        if kind == "G" and form.tense != "ing":
            continue
        done = "past" if is_done else "base"
        if kind == "I" and form.tense != done and form.lemma.partition("_")[0] != "put":
            continue
        if kind == "E" and form.tense not in ("past", "participle"):
            continue
        if kind == "V" and form.tense == "participle" and is_alone:
            continue
        return form
    return None


def _is_alone(chunks: list[Chunk], number: int) -> bool:
    """Whether no auxiliary stands before a verb: a participle then belongs to a noun."""
    chunk = chunks[number]
    if chunk.last - chunk.first > 1:
        return False
    return not (number > 1 and chunks[number - 1].kind in "AC" and chunks[number - 2].kind == "V")


def _mood(tokens: list[Token], chunks: list[Chunk], number: int, form: CueForm) -> Mood:
    chunk = chunks[number]
    if chunk.kind == "G":
        return "ing"
    if chunk.kind == "I":
        return "passive" if tokens[chunk.last - 2].low == "been" else "infinitive"
    if chunk.kind == "E":
        return "participle"
    before = {tokens[i].low for i in range(chunk.first, chunk.last - 1)}
    if number and chunks[number - 1].kind == "A" and number > 1 and chunks[number - 2].kind == "V":
        before |= {tokens[i].low for i in range(chunks[number - 2].first, chunks[number - 2].last)}
    if form.tense in ("past", "participle") and before & BE:
        return "passive"
    return "finite"


def _first_word(tokens: list[Token], chunk: Chunk, at: int, mood: Mood) -> int:
    """Give the first word of the cue: auxiliaries are no part of it, but of a passive."""
    return chunk.first if mood == "passive" else at


def _is_negated(tokens: list[Token], chunks: list[Chunk], number: int) -> bool:
    chunk = chunks[number]
    negations = read_words(FUNCTION_WORDS, "negations")
    first = chunk.first
    back = number
    while back and chunks[back - 1].kind in "AV" and first - chunks[back - 1].first <= 4:
        back -= 1
        first = chunks[back].first
    words = {tokens[i].low for i in range(first, chunk.last)}
    if words & negations:
        return True
    if chunk.kind == "I" and number:
        verb = tokens[chunks[number - 1].last - 1].low
        return verb in ("declined", "refused", "declines", "refuses", "failed", "decline", "refuse")
    return False


def _is_modal(tokens: list[Token], chunks: list[Chunk], number: int, form: CueForm) -> bool:
    """Whether a verb stands with a modal: "should say", "would go there and say"."""
    modals = read_words(FUNCTION_WORDS, "modals")
    chunk = chunks[number]
    first = (
        chunks[number - 2].first if number > 1 and chunks[number - 1].kind == "A" else chunk.first
    )
    if any(tokens[i].low in modals for i in range(first, chunk.last)):
        return True
    joined = number - 1
    while joined > 0 and chunks[joined].kind == "A":
        joined -= 1
    if form.tense != "base" or joined < 0 or chunks[joined].kind != "C":
        return False
    for earlier in range(joined - 1, -1, -1):
        piece = chunks[earlier]
        if piece.kind in "VI":
            return piece.kind == "I" or tokens[piece.first].low in modals
    return False
