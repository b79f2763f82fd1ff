"""What a sentence reports: its cues, their sources, and the words they attribute."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from tasks.extract.chunks import Chunk, chunk
from tasks.extract.cue_forms import Complement, speaking_nouns
from tasks.extract.contents import Opening, after, close_content, open_content
from tasks.extract.cues import Cue, find_cues
from tasks.extract.subjects import find_subject, heads_of, kinds_of, to_tokens
from tasks.extract.tokens import Token, tokenize
from tasks.lexicon.files import read_phrases
from tasks.records import CueClass, Span


# Verbs that name or judge: only the marked words are their subject's.
FRAGMENTING = frozenset(
    ["call", "name", "dub", "term", "label", "title", "style", "brand", "describe", "characterise",
     "characterize", "refer_to", "denounce", "condemn", "decry", "dismiss", "thank", "greet", "welcome",
     "praise", "hail", "quote", "cite", "speak_of", "talk_of", "talk_about", "mock", "portray", "depict"]
)
DEMANDING = frozenset(["call_for", "warn", "demand", "push", "press", "promise", "offer", "propose", "caution"])
SHOWING = frozenset(["suggest", "indicate", "reveal", "signal", "hint", "confirm", "predict"])
RELAYING = frozenset(["pass_on", "relay", "convey", "quote", "cite", "repeat", "echo", "recite", "read"])
FEWEST_WORDS = 5  # of a reported clause in which no verb is recognised


@dataclass(frozen=True, slots=True)
class Attribution:
    """Words, and who is said to have said them."""

    parts: tuple[Span, ...]
    """The reported words."""

    rule_id: str
    """The rule that found it."""

    source: Span | None = None
    """The words that name who speaks."""

    cue: Span | None = None
    """The words that report."""

    cue_class: CueClass | None = None
    """Class of the cue."""

    lemma: str = ""
    """Base form of the cue."""

    addressee: Span | None = None
    """Whom it was said to."""

    via: Span | None = None
    """Who or what relays it."""

    complement: Complement | None = None
    """What the cue reports without marks."""

    is_negated: bool = False
    """Whether it is denied that the words were said."""

    is_thought: bool = False
    """Whether the cue is a verb of thinking."""


@dataclass(frozen=True, slots=True)
class Parse:
    """A sentence as the rules see it."""

    span: Span
    """The sentence."""

    tokens: list[Token]
    chunks: list[Chunk]
    kinds: str
    """Letters of the chunks."""

    heads: str
    """The same with W for verbs that take a clause."""

    capitals: frozenset[int]
    """Offsets of the quotations that begin like a sentence."""

    pauses: frozenset[int]
    """Offsets of the quotations that end in a comma, as if one followed."""

    frames: list[tuple[Cue, tuple[int, int]]]
    """Cues with their sources as token numbers."""


def parse(
    view: str,
    span: Span,
    capitals: frozenset[int] = frozenset(),
    titles: frozenset[int] = frozenset(),
    pauses: frozenset[int] = frozenset(),
) -> Parse:
    """Read a sentence of the veiled view.

    Args:
        view: The whole text with the words in marks veiled.
        span: The sentence.
        capitals: Offsets of the quotations that begin with a capital.
        titles: Offsets of marked stretches that are names, not quotations.
        pauses: Offsets of the quotations that end in a comma.
    """
    tokens = tokenize(view, span.start, span.end, titles, pauses)
    chunks = chunk(tokens)
    kinds, heads = kinds_of(chunks), heads_of(tokens, chunks)
    frames: list[tuple[Cue, tuple[int, int]]] = []
    for cue in find_cues(tokens, chunks):
        subject = find_subject(tokens, chunks, heads, cue, frames)
        if subject is not None and not _is_empty(tokens, cue, subject):
            frames.append((cue, subject))
    return Parse(span, tokens, chunks, kinds, heads, capitals, pauses, frames)


def _is_empty(tokens: list[Token], cue: Cue, subject: tuple[int, int]) -> bool:
    """Whether the subject is the "it" of "it is too soon to say" or "it is said that"."""
    first = tokens[subject[0]].low
    return first in ("there", "it's", "that's") or (first == "it" and cue.mood == "infinitive")


def attribute(sentence: Parse) -> list[Attribution]:
    """Find what the cues of a sentence report."""
    if not sentence.frames:
        return []
    bounds = [_bounds(sentence, cue, source) for cue, source in sentence.frames]
    owners = _owners(sentence, bounds)
    found: list[Attribution] = []
    channel = _channel(sentence, bounds)
    for number, (cue, source) in enumerate(sentence.frames):
        if channel is not None and number == channel[0]:
            continue
        quotations = [q for q, owner in owners.items() if owner == number]
        later = [
            (first, last, other[0])
            for (first, last), other in zip(bounds, sentence.frames, strict=True)
            if first > bounds[number][1]
        ]
        made = _content(sentence, cue, bounds[number], quotations, later)
        if made is None:
            continue
        rule, parts, opening = made
        relayed = _relayed(sentence, cue, quotations) if parts else None
        if relayed is not None:
            own = _quotation(sentence, quotations[0])
            found.append(
                Attribution(
                    parts=(own,),
                    rule_id="mixed.relayed",
                    source=source_span(sentence, relayed),
                    cue=Span(sentence.tokens[cue.first].start, sentence.tokens[cue.last - 1].end),
                    cue_class=cue.cue_class,
                    lemma=cue.lemma,
                    via=source_span(sentence, source),
                )
            )
            parts = tuple(_quotation(sentence, q) for q in quotations[1:])
            rule = "mixed.fragment"
            if not parts:
                continue
        found.append(
            Attribution(
                parts=parts,
                rule_id=rule,
                source=source_span(sentence, source),
                cue=Span(sentence.tokens[cue.first].start, sentence.tokens[cue.last - 1].end),
                cue_class=cue.cue_class,
                lemma=cue.lemma,
                complement=cue.complement,
                addressee=_chunk_span(sentence, opening.addressee) if opening else None,
                via=_via(sentence, cue, number, channel),
                is_negated=cue.is_negated,
                is_thought=cue.is_thought,
            )
        )
    return found


def _channel(sentence: Parse, bounds: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Find an "according to" that only relays what another cue of the sentence attributes.

    Returns:
        Numbers of its frame and of the frame it relays, or null.
    """
    for number, (cue, _) in enumerate(sentence.frames):
        if cue.mood != "according":
            continue
        for other, (verb, _) in enumerate(sentence.frames):
            between = sentence.kinds[bounds[number][1] + 1 : bounds[other][0]]
            spoken = verb.mood == "finite" and verb.complement == "bare" and not verb.is_thought
            if spoken and (other < number or between in (",", "")):
                return number, other
    return None


def _via(
    sentence: Parse, cue: Cue, number: int, channel: tuple[int, int] | None
) -> Span | None:
    """Find who relays the words: "according to the paper", "was quoted as saying by his ministry"."""
    if channel is not None and number == channel[1]:
        return source_span(sentence, sentence.frames[channel[0]][1])
    if cue.mood != "passive" or cue.lemma not in ("quote", "cite", "report"):
        return None
    start = after(sentence.chunks, cue)
    for at in range(start, min(start + 4, len(sentence.chunks) - 1)):
        if sentence.tokens[sentence.chunks[at].first].low == "by" and sentence.kinds[at + 1] == "N":
            return source_span(sentence, to_tokens(sentence.tokens, sentence.chunks, (at + 1, at + 2)))
    return None


def _relayed(sentence: Parse, cue: Cue, quotations: list[int]) -> tuple[int, int] | None:
    """Find whose words a cue passes on: "passed on Mr Reid’s “best wishes”"."""
    if cue.lemma not in RELAYING or not quotations:
        return None
    before = quotations[0] - 1
    if before < cue.chunk_no or sentence.kinds[before] != "N":
        return None
    piece = sentence.chunks[before]
    return (piece.first, piece.last) if sentence.tokens[piece.last - 1].is_possessive else None


def source_span(sentence: Parse, tokens: tuple[int, int]) -> Span:
    """Give the characters of a source, without a possessive ending."""
    start = name_start(sentence.tokens, tokens)
    first, last = sentence.tokens[start], sentence.tokens[tokens[1] - 1]
    end = last.end
    if last.is_possessive:
        end -= 2 if last.word[-1] in "sS" and last.word[-2] in "'’" else 1
    return Span(first.start, end)


def name_start(tokens: list[Token], group: tuple[int, int]) -> int:
    """Find where the name starts in a noun group that ends in one: past the job title.

    "union leader Pat Moroney" -> "Pat Moroney"; "Mr Lavrov" and "President Obi" stay whole.
    """
    first, last = group
    if any(tokens[i].low in ("and", "&", ",") for i in range(first, last)):
        return first
    at = last
    while at > first and tokens[at - 1].is_capital and not tokens[at - 1].is_quotation:
        at -= 1
        if at < last - 1 and tokens[at].is_possessive:
            at += 1
            break
    if last - at < 2 or any(not tokens[i].word[0].isalpha() for i in range(at, last)):
        return first
    titled = at
    for number in range(at, last - 2):
        if tokens[number].low.rstrip(".") in job_titles():
            titled = number + 1
    if titled == at and at > first and tokens[at - 1].low not in speaking_nouns():
        return first
    return titled if titled > at or at > first else first


@lru_cache(maxsize=1)
def job_titles() -> frozenset[str]:
    """Give capitalised titles that are no part of how a source is named (lower case)."""
    groups = ("political", "legal", "service", "other")
    phrases = frozenset(p for g in groups for p in read_phrases("honorifics.txt", g))
    words = frozenset(word.lower().rstrip(".") for phrase in phrases for word in phrase.split())
    return words - {"of", "and", "lord", "mr", "mrs", "ms"}


def _chunk_span(sentence: Parse, chunks: tuple[int, int] | None) -> Span | None:
    if chunks is None:
        return None
    first, last = sentence.chunks[chunks[0]], sentence.chunks[chunks[1] - 1]
    return source_span(sentence, (first.first, last.last))


def _bounds(sentence: Parse, cue: Cue, source: tuple[int, int]) -> tuple[int, int]:
    """Give first and last chunk of a cue with its subject, if that stands with it."""
    number = cue.chunk_no
    first = last = number
    at = _chunk_of(sentence, source[0])
    if at > number:
        last = at if sentence.kinds[number + 1 : at].strip("ATPNE") == "" else number
    elif sentence.frames and cue.mood not in ("ing", "infinitive"):
        between = sentence.kinds[at:number]
        if not any(
            other.chunk_no > at and other.chunk_no < number and other.mood == "finite"
            for other, _ in sentence.frames
        ):
            first = at
        elif "V" not in between:
            first = at
    if first > 0 and sentence.kinds[first] == "R":
        first = number
    last = max(last, after(sentence.chunks, cue) - 1)
    return first, last


def _chunk_of(sentence: Parse, token: int) -> int:
    for number, piece in enumerate(sentence.chunks):
        if piece.first <= token < piece.last:
            return number
    return 0


def _owners(sentence: Parse, bounds: list[tuple[int, int]]) -> dict[int, int]:
    """Give each quotation of the sentence to one of its cues."""
    owners: dict[int, int] = {}
    kinds = sentence.kinds
    for q, kind in enumerate(kinds):
        if kind != "Q":
            continue
        left = [n for n, (_, last) in enumerate(bounds) if last < q]
        right = [n for n, (first, _) in enumerate(bounds) if first > q]
        inside = [n for n, (first, last) in enumerate(bounds) if first <= q <= last]
        adjacent = next((n for n in right if kinds[q + 1 : bounds[n][0]].strip(",-AT.") == ""), None)
        if adjacent is not None and sentence.frames[adjacent][0].mood in ("finite", "passive", "according"):
            near = left and kinds[bounds[left[-1]][1] + 1 : q].strip(":,-") == "" and kinds[q - 1] == ":"
            if not near:
                owners[q] = adjacent
                continue
        if left:
            owners[q] = _nearest(sentence, bounds, left, q)
        elif right and sentence.frames[right[0]][0].mood in ("finite", "passive", "according"):
            owners[q] = right[0]
        elif inside:
            continue
    return owners


def _nearest(
    sentence: Parse, bounds: list[tuple[int, int]], left: list[int], q: int
) -> int:
    """Choose among the cues to the left of a quotation: a verb of speech before one of thought.

    In "she said she wants a “fresh start”" the words are what she said.
    """
    finite = [n for n in left if sentence.frames[n][0].mood != "participle"]
    nearest = max(finite or left, key=lambda n: (bounds[n][1], n))
    if not sentence.frames[nearest][0].is_thought:
        return nearest
    spoken = [
        n
        for n in left
        if not sentence.frames[n][0].is_thought
        and sentence.frames[n][0].complement in ("bare", "that")
        and ";" not in sentence.kinds[bounds[n][1] : q]
    ]
    return spoken[-1] if spoken else nearest


def _content(
    sentence: Parse,
    cue: Cue,
    bounds: tuple[int, int],
    quotations: list[int],
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening | None] | None:
    opening = open_content(sentence.tokens, sentence.chunks, sentence.kinds, cue)
    opening = _past_subject(opening, bounds)
    before = [q for q in quotations if q < bounds[0]]
    behind = [q for q in quotations if q > bounds[1]]
    if cue.mood == "according":
        return _according(sentence, bounds, quotations, later)
    if before:
        first = before[0]
        parts: list[Span] = []
        tail = sentence.kinds[before[-1] + 1 : bounds[0]].strip(",-.AT")
        if tail and bounds[0] > before[-1] + 1:
            start = _clause_start(sentence, first) if not _starts_clause(sentence, first) else first
            parts.append(_stretch(sentence, start, bounds[0]))
            rule = "mixed.first"
        elif _starts_clause(sentence, first):
            parts += [_quotation(sentence, q) for q in before]
            rule = "direct.first"
        else:
            start = _clause_start(sentence, first)
            parts.append(_stretch(sentence, start, before[-1] + 1))
            rule = "mixed.first"
        parts += [_quotation(sentence, q) for q in behind]
        return rule, tuple(parts), opening
    if behind:
        return _with_quotations(sentence, cue, opening, behind, later)
    return _indirect(sentence, cue, bounds, opening, later)


def _past_subject(opening: Opening, bounds: tuple[int, int]) -> Opening:
    if opening.chunk_no <= bounds[1]:
        return replace(opening, chunk_no=bounds[1] + 1)
    return opening


def _with_quotations(
    sentence: Parse,
    cue: Cue,
    opening: Opening,
    behind: list[int],
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening]:
    first = behind[0]
    kinds = sentence.kinds
    lead = kinds[opening.chunk_no : first]
    pieces = tuple(_quotation(sentence, q) for q in behind)
    if cue.complement == "marks" or cue.is_thought:
        if lead.strip(",:-AT") == "" and first == opening.chunk_no and opening.has_colon:
            return "direct.after", pieces, opening
        return _complement(sentence, cue, opening, behind, later) or ("mixed.fragment", pieces, opening)
    end = max(_closed(sentence, opening.chunk_no, later), behind[-1] + 1)
    alone = all(kinds[a + 1 : b].strip(",-:.") == "" for a, b in zip(behind, behind[1:], strict=False))
    if lead.strip(",:-AT") == "" and alone and opening.word is None:
        rest = kinds[behind[-1] + 1 : end].strip(".,")
        if not rest or opening.has_colon:
            return ("direct.colon" if opening.has_colon else "direct.after"), pieces, opening
    token = sentence.tokens[sentence.chunks[first].first]
    if kinds[first - 1] in ",:" and token.start in sentence.capitals and opening.word is None:
        return "direct.colon", pieces, opening
    start = min(opening.chunk_no, first)
    return "mixed.clause", (_stretch(sentence, start, end),), opening


def _complement(
    sentence: Parse,
    cue: Cue,
    opening: Opening,
    behind: list[int],
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening] | None:
    """Take the whole complement of "urged them to “step down” now", "called for “a ban” on it"."""
    kinds = sentence.kinds
    lead = kinds[opening.chunk_no : behind[0]]
    infinitive = lead.find("I")
    clause = lead.find("S")
    if cue.lemma in FRAGMENTING and infinitive < 0 and clause < 0:
        return None
    if clause >= 0 and "V" in kinds[opening.chunk_no + clause : behind[0] + 2]:
        start = opening.chunk_no + clause + 1
    elif infinitive >= 0:
        start = opening.chunk_no + infinitive
    elif cue.lemma in DEMANDING and "V" not in lead:
        start = opening.chunk_no + (1 if lead.startswith("P") else 0)
    else:
        return None
    end = max(_closed(sentence, start, later), behind[-1] + 1)
    return "mixed.complement", (_stretch(sentence, min(start, behind[0]), end),), opening


def _closed(sentence: Parse, start: int, later: list[tuple[int, int, Cue]]) -> int:
    pauses = frozenset(
        number
        for number, piece in enumerate(sentence.chunks)
        if piece.kind == "Q" and sentence.tokens[piece.first].start in sentence.pauses
    )
    return close_content(sentence.tokens, sentence.chunks, sentence.kinds, start, later, pauses)


def _indirect(
    sentence: Parse,
    cue: Cue,
    bounds: tuple[int, int],
    opening: Opening,
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening | None] | None:
    if cue.complement == "marks" or cue.is_negated or cue.is_thought:
        return None
    if cue.lemma in SHOWING and not _may_speak(sentence, cue):
        return None
    kinds = sentence.kinds
    start = opening.chunk_no
    end = _closed(sentence, start, later)
    if cue.mood == "noun" and "V" not in kinds[: cue.chunk_no]:
        # "His claim that the vote was rigged was rejected": the last verb is the claim's.
        end = kinds.rfind("V", start, end)
        if kinds.find("V", start) >= end:
            return None
    body = kinds[start:end]
    if start < end and "V" in body and (not opening.has_colon or opening.word):
        if opening.word == "that":
            return "indirect.that", (_stretch(sentence, start, end),), opening
        if opening.word in ("whether", "if") or (opening.word and cue.complement in ("asks", "bare", "that")):
            return "indirect.wh", (_stretch(sentence, start, end),), opening
        if cue.complement == "bare" and _is_clause(body) and body[0] not in "IEP":
            return "indirect.bare", (_stretch(sentence, start, end),), opening
    if cue.lemma in ("say", "tell") and cue.mood == "finite" and _may_be_clause(sentence, start, end):
        return "indirect.bare", (_stretch(sentence, start, end),), opening
    if cue.complement == "bare" and cue.mood in ("finite", "passive") and bounds[0] > 1:
        comma = kinds[bounds[0] - 1] == ","
        first = _clause_start(sentence, bounds[0] - 1)
        if comma and _may_come_first(sentence, first, bounds):
            return _content_first(sentence, first, bounds)
    return None


def _may_speak(sentence: Parse, cue: Cue) -> bool:
    """Whether the subject of "suggests" is somebody or a document, not a visit or a trend."""
    source = next(source for other, source in sentence.frames if other is cue)
    head = sentence.tokens[source[1] - 1]
    if head.is_capital or source[1] - source[0] == 1:
        return head.low not in ("it", "this", "that", "these", "those")
    nouns = {sentence.tokens[at].low for at in range(source[0], source[1])}
    return bool(nouns & speaking_nouns())


def _may_be_clause(sentence: Parse, start: int, end: int) -> bool:
    """Whether words after "said" are a clause though no verb in them is known."""
    body = sentence.kinds[start:end]
    if not body.startswith("N") or ":" in body:
        return False
    return sentence.chunks[end - 1].last - sentence.chunks[start].first >= FEWEST_WORDS


def _may_come_first(sentence: Parse, first: int, bounds: tuple[int, int]) -> bool:
    """Whether what stands before ", he said" is a clause, or the start of one that goes on."""
    kinds = sentence.kinds
    body = kinds[first : bounds[0] - 1]
    if "V" in body:
        return True
    if kinds[bounds[1] + 1 : bounds[1] + 3] == ",V":
        return True
    words = sentence.chunks[bounds[0] - 2].last - sentence.chunks[first].first
    ends = kinds[bounds[1] + 1 :].strip("PNT.") == ""
    return body.startswith("N") and "," not in body and ends and words >= FEWEST_WORDS - 1


def _content_first(
    sentence: Parse, first: int, bounds: tuple[int, int]
) -> tuple[str, tuple[Span, ...], None]:
    kinds = sentence.kinds
    parts = [_stretch(sentence, first, bounds[0] - 1)]
    rest = kinds[bounds[1] + 1 :]
    if rest.startswith(",") and "V" not in kinds[first : bounds[0] - 1].rstrip("V") and "V" in rest:
        parts.append(_stretch(sentence, bounds[1] + 2, len(kinds.rstrip(".;:,-"))))
    return "indirect.first", tuple(parts), None


def _is_clause(body: str) -> bool:
    """Whether chunks make a clause with a subject and a verb of its own."""
    verb = body.find("V")
    return "N" in body[:verb] or "Q" in body[:verb] or "G" in body[:verb]


def _according(
    sentence: Parse,
    bounds: tuple[int, int],
    quotations: list[int],
    later: list[tuple[int, int, Cue]],
) -> tuple[str, tuple[Span, ...], Opening | None] | None:
    kinds = sentence.kinds
    number = bounds[0]
    lead = kinds[:number].strip(",ABCT")
    if not lead:
        comma = kinds.find(",", bounds[1])
        if comma < 0:
            return None
        end = _closed(sentence, comma + 1, later)
        if end <= comma + 1:
            return None
        return "according.first", (_stretch(sentence, comma + 1, end),), None
    start = _clause_start(sentence, number - 1)
    end = number
    while end > start and kinds[end - 1] in ",-CBA":
        end -= 1
    parts = [_stretch(sentence, start, end)] if end > start else []
    rest = kinds[bounds[1] + 1 :]
    if kinds[number - 1] == "," and rest.startswith(",") and "V" in rest and "V" not in kinds[start:end]:
        parts = [_stretch(sentence, bounds[1] + 2, len(kinds.rstrip(".;:,-")))]
    rule = "according.last"
    if quotations and all(_starts_clause(sentence, q) for q in quotations) and "V" not in kinds[start:end]:
        return "according.quoted", tuple(_quotation(sentence, q) for q in quotations), None
    return (rule, tuple(parts), None) if parts else None


def _starts_clause(sentence: Parse, number: int) -> bool:
    """Whether only a connective stands before a quotation."""
    return sentence.kinds[:number].strip("QCBA,-.(") == "" or sentence.kinds[number - 1] == ":"


def _clause_start(sentence: Parse, number: int) -> int:
    """Find the chunk a clause starts with, past "Meanwhile," and "but"."""
    kinds = sentence.kinds
    start = max(kinds.rfind(";", 0, number) + 1, 0)
    while start < number and (
        kinds[start] in "CB," or (kinds[start] in "AT" and kinds[start + 1 : start + 2] == ",")
    ):
        start += 1
    return start


def _quotation(sentence: Parse, number: int) -> Span:
    """Give the span of a quotation with its marks; they are taken off later."""
    token = sentence.tokens[sentence.chunks[number].first]
    return Span(token.start, token.end)


def _stretch(sentence: Parse, first: int, last: int) -> Span:
    start = sentence.tokens[sentence.chunks[first].first].start
    end = sentence.tokens[sentence.chunks[last - 1].last - 1].end
    return Span(start, end)
