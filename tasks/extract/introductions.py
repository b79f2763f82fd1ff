"""Who introduces a quotation that no cue of its sentence claims: labels, topics, announcements."""

from __future__ import annotations

import re

from tasks.extract.attributions import Attribution
from tasks.extract.cue import Cue
from tasks.extract.cue_forms import CUES
from tasks.extract.parses import Parse, is_capital, source_span
from tasks.extract.subject_patterns import owner, subject_left, to_tokens
from tasks.extract.tokens import Token
from tasks.extract.verb_forms import function_words
from tasks.lexicon.files import read_phrases, read_words
from tasks.records import Span

# Nouns for what somebody said: "That was the verdict of …".
SAYINGS = frozenset(
    [
        "message", "verdict", "view", "assessment", "response", "reaction", "warning", "advice",
        "conclusion", "opinion", "reply", "answer", "promise", "plea", "claim", "boast", "call",
        "judgment", "judgement", "description", "recollection", "memory", "motto", "slogan", "cry",
    ]
)  # fmt: skip
WORDS_OF = re.compile(
    r"(?:so (?:said|says|wrote|spoke) |th[eo]se (?:were|are) the words of "
    r"|(?:(?:that|such) (?:was|is)|came|comes) the (?P<what>\w+) (?:of|from) )"
)
HERE_IS = re.compile(r"AVN(?:P[NT])*:$")
SIGNED = re.compile(r"N,[AT]*N[NPTC,]*[.(]?$")  # a name and who that is, with no verb


def label_source(sentence: Parse, number: int) -> tuple[str, Span] | None:
    """Find who is named where no verb reports: `Reid: “…”`, `“…” – Jane Reid`."""
    kinds, chunks, tokens = sentence.kinds, sentence.chunks, sentence.tokens
    before = kinds[:number]
    if before.endswith(":"):
        if HERE_IS.match(before) and tokens[0].low.startswith("here"):
            before = before.replace("V", "A", 1)  # Here is Ms Hale on the sale: “…”
        first = kinds.find("N")
        if 0 <= first < number and "V" in before:
            piece = chunks[first]
            possessor = owner(tokens, piece)
            if possessor and tokens[piece.last - 1].low in read_words(CUES, "messages"):
                return "direct.label", source_span(sentence, possessor)
            spoken = [source for cue, source in sentence.frames if cue.mood == "finite"]
            if spoken and number == len(kinds) - 1 and is_capital(sentence, number):
                return "direct.label", source_span(sentence, spoken[-1])  # Hale hits out: ‘Go!’
        return _label_before(sentence, before[:-1])
    after = kinds[number + 1 :]
    if not before and after[:2] == ":N":  # ‘I wrote it on a napkin’: Dana Reid on her song
        piece = chunks[number + 2]
        possessor = owner(tokens, piece)
        return "direct.label", source_span(sentence, possessor or (piece.first, piece.last))
    behind = kinds[number + 1 :].lstrip(",-")
    if behind and before.strip("QCA") == "":
        named = _told_to_have_said(sentence, chunks[len(kinds) - len(behind)].first)
        if named is not None:
            return "direct.label", named
    if not before and SIGNED.match(after) and tokens[chunks[0].first].start in sentence.pauses:
        piece = chunks[number + 1]  # “We go on,” Ann Reid, head of the school.
        if tokens[piece.last - 1].is_capital:
            return "direct.label", source_span(sentence, (piece.first, piece.last))
    if before.strip("QCA") == "" and after[:2] == "-N" and "V" not in after[:4]:
        return "direct.dash", source_span(
            sentence, (chunks[number + 2].first, chunks[number + 2].last)
        )
    return None


def _label_before(sentence: Parse, before: str) -> tuple[str, Span] | None:
    """Find who is named before a colon without a verb: `Reid: “…”`, `Her verdict: “…”`."""
    chunks, tokens = sentence.chunks, sentence.tokens
    start = before.rfind("-") + 1  # BANK STUMBLES — Ann Reid of the Post: “…”
    head = before[start:].rstrip("TAP,")
    first = start + head.find("N")
    if not head.endswith("N") or "V" in head or len(head) > 7:
        return None
    piece = chunks[first]
    last, words = tokens[piece.last - 1], tokens[piece.first : piece.last]
    if last.low in read_words(CUES, "messages") or last.low in SAYINGS:
        possessor = owner(tokens, piece)
        if possessor is not None:  # Ms Reid’s advice to young bakers: “…”
            return "direct.label", source_span(sentence, possessor)
        of = tokens[chunks[first + 1].first].low if head[head.find("N") :].startswith("NPN") else ""
        if of in ("of", "from"):
            whose = (chunks[first + 2].first, chunks[first + 2].last)
            return "direct.label", source_span(sentence, whose)
    if not _may_label(words):
        return None
    return "direct.label", source_span(sentence, to_tokens(tokens, chunks, (first, first + 1)))


def _may_label(words: list[Token]) -> bool:
    """Whether words before a colon may name who speaks: `guard: "request"` is from a listing."""
    first = words[0]
    if not first.is_capital and first.low not in function_words("determiners"):
        return False
    return " ".join(word.low for word in words) not in read_phrases(
        "speakers.txt", "labels of things"
    )


def topic(sentence: Parse) -> Span | None:
    """Find whom a sentence without quotation is about: its subject, if a name or he or she."""
    # "Asked what she would do, Ms Reid did not pause": whom the main clause is about.
    opens = sentence.kinds[:1] in ("E", "G", "V") and "," in sentence.kinds
    begin = sentence.kinds.find(",") if opens else 0
    if "Q" in sentence.kinds:
        return None
    verbs = (n for n, kind in enumerate(sentence.heads) if kind in "VW" and n >= begin)
    found = next((subject for n in verbs if (subject := subject_left(sentence.heads, n))), None)
    if found is not None and sentence.kinds[found[0]] == "R":  # Ann Reid, who won, was glad
        later = (subject_left(sentence.heads, n) for n in verbs)
        found = next((s for s in later if s and sentence.kinds[s[0]] == "N"), None)
    if found is None or sentence.kinds[found[0]] != "N":
        return None
    head = sentence.chunks[found[0]]
    first, last = sentence.tokens[head.first], sentence.tokens[head.last - 1]
    if first.low in ("he", "she") or (last.is_capital and first.low not in ("the", "it")):
        return source_span(sentence, (head.first, head.last))
    return None


def signature(sentence: Parse) -> Span | None:
    """Find the name in a line that signs the quotation above it: `— Jane Reid`."""
    kinds = sentence.kinds.rstrip(".")
    if kinds[:2] != "-N" or len(kinds) > 6 or "V" in kinds or "Q" in kinds:
        return None
    head = sentence.chunks[1]
    if not sentence.tokens[head.first].is_capital:
        return None
    return source_span(sentence, (head.first, head.last))


def afterword(sentence: Parse) -> Span | None:
    """Find who is told to have said what stands above: "Those were the words of Jane Reid"."""
    return _told_to_have_said(sentence, 0)


def _told_to_have_said(sentence: Parse, at: int) -> Span | None:
    """Find whose words a clause that begins at a token says the words before it are.

    "Those were the words of Jane Reid", "That was Jane Reid’s verdict", "So said Jane Reid",
    "came the reply from Jane Reid".
    """
    tokens = sentence.tokens
    words = " ".join(token.low for token in tokens[at : at + 6])
    if words.startswith(("that was ", "that is ", "such was ")):
        piece = next((c for c in sentence.chunks if c.first == at + 2 and c.kind == "N"), None)
        possessor = owner(tokens, piece) if piece else None
        if piece and possessor and tokens[piece.last - 1].low in SAYINGS:
            return source_span(sentence, possessor)
    found = WORDS_OF.match(words)
    if found is None or (found["what"] and found["what"] not in SAYINGS):
        return None
    start = at + found[0].count(" ")
    named = next((c for c in sentence.chunks if c.first <= start < c.last and c.kind == "N"), None)
    return source_span(sentence, (start, named.last)) if named else None


def clause_source(sentence: Parse, number: int) -> tuple[str, Span] | None:
    """Find whose words a mark inside a clause without a cue may be: its owner or its subject."""
    kinds, chunks, tokens = sentence.kinds, sentence.chunks, sentence.tokens
    if number and kinds[number - 1] == "N":
        possessor = owner(tokens, chunks[number - 1])
        if possessor is not None:
            return "mixed.possessive", source_span(sentence, possessor)
    named = number == 1 < len(kinds) - 1 and tokens[0].low not in function_words("determiners")
    if named and kinds[0] == "N" and not kinds.endswith("."):  # Islanders ‘at breaking point’ as …
        return "mixed.headline", source_span(sentence, (chunks[0].first, chunks[0].last))
    frames = [(cue, source) for cue, source in sentence.frames if cue.chunk_no < number]
    if frames:
        return "mixed.frame", source_span(sentence, frames[-1][1])
    for verb in range(number - 1, -1, -1):
        if kinds[verb] != "V":
            continue
        found = subject_left(sentence.heads, verb)
        if found is not None and kinds[found[0]] == "N":
            return "mixed.subject", source_span(sentence, to_tokens(tokens, chunks, found))
    for cue, source in sentence.frames:
        if cue.chunk_no > number:
            return "mixed.later", source_span(sentence, source)
    for verb in range(number + 1, len(kinds)):
        if kinds[verb] == "V":
            found = subject_left(sentence.heads, verb)
            if found is not None and found[0] > number and kinds[found[0]] == "N":
                return "mixed.after", source_span(sentence, to_tokens(tokens, chunks, found))
    return None


def that_clause(sentence: Parse, number: int) -> Span | None:
    """Find the clause around a mark after "made it clear that …"."""
    kinds = sentence.kinds
    start = kinds.rfind("S", 0, number)
    if (
        start < 1
        or kinds[start - 1] in "N,."
        or sentence.tokens[sentence.chunks[start].first].low != "that"
    ):
        return None
    end = len(kinds)
    for stop in range(number + 1, len(kinds)):
        if kinds[stop] in ";.":
            end = stop
            break
    first = sentence.tokens[sentence.chunks[start + 1].first]
    last = sentence.tokens[sentence.chunks[end - 1].last - 1]
    return Span(first.start, last.end)


def announcement(sentence: Parse) -> Attribution | None:
    """Find who a sentence that ends in a colon announces: `She went on:`."""
    ending = sentence.kinds.rstrip(".")[-1:]
    if ending not in (":", ",") or (ending == "," and not sentence.frames):
        return None
    spoken = [(cue, source) for cue, source in sentence.frames if cue.mood != "noun"]
    if spoken:
        cue, source = spoken[-1]
        return _announced(sentence, source, cue)
    kinds = sentence.kinds
    for verb in range(len(kinds) - 1, -1, -1):
        if kinds[verb] == "V":
            found = subject_left(sentence.heads, verb)
            if found is not None:
                return _announced(
                    sentence, to_tokens(sentence.tokens, sentence.chunks, found), None
                )
    first = kinds.find("N")
    if first >= 0:
        return _announced(
            sentence, to_tokens(sentence.tokens, sentence.chunks, (first, first + 1)), None
        )
    return None


def _announced(sentence: Parse, source: tuple[int, int], cue: Cue | None) -> Attribution:
    span = None
    if cue is not None:
        span = Span(sentence.tokens[cue.first].start, sentence.tokens[cue.last - 1].end)
    return Attribution(
        parts=(),
        rule_id="direct.announced",
        source=source_span(sentence, source),
        cue=span,
        cue_class=cue.cue_class if cue else None,
        lemma=cue.lemma if cue else "",
    )
