"""The parts of a quote: where they begin and end, and what type of quote they make."""

from __future__ import annotations

from bisect import bisect_right

from tasks.records import Mark, QuoteType, Span

DIRECT_SHARE = 0.9  # share of letters in marks from which on an utterance is direct
LEADING = ",;:–—"  # never the first character of what is reported
MARK_CHARACTERS = "“”„‟\"«»‘’‛'‚`"


def bare_part(text: str, part: Span, marks: tuple[Mark, ...], starts: list[int]) -> Span | None:
    """Take marks and white space off both ends of a part."""
    start, end = part.start, part.end
    number = bisect_right(starts, start + 2) - 1
    if (
        number >= 0
        and start < marks[number].start
        and marks[number].end <= end <= marks[number].end + 2
    ):
        start, end = marks[number].start, marks[number].end
        loose = " \t\n\xa0"
    else:
        loose = MARK_CHARACTERS + " \t\n\xa0"
    while start < end and text[start] in loose + LEADING:
        start += 1
    while end > start and text[end - 1] in loose:
        end -= 1
    if end > start and text[end - 1] in ")]" and not {"(", "["} & set(text[start:end]):
        end -= 1  # of the brackets around the whole sentence
    return _paired(text, start, end, marks, starts) if end > start else None


def _paired(text: str, start: int, end: int, marks: tuple[Mark, ...], starts: list[int]) -> Span:
    """Give the marks back to a clause that begins or ends with words in marks.

    `the plan was “absurd”`, not `the plan was “absurd`.
    """
    first = bisect_right(starts, start) - 1
    if first >= 0 and marks[first].start == start and marks[first].end < end:
        start -= 1
    last = bisect_right(starts, end) - 1
    if last >= 0 and start < marks[last].start and marks[last].is_closed:
        closing = marks[last].end
        if end <= closing <= end + 1 and text[closing : closing + 1] in MARK_CHARACTERS:
            end = closing + 1
    return Span(start, end)


def type_of(
    text: str, parts: tuple[Span, ...], marks: tuple[Mark, ...], starts: list[int], rule_id: str
) -> QuoteType:
    """Tell from the share of letters in marks what kind of quote some parts make."""
    if rule_id.startswith("interview"):
        return "direct"
    letters = marked = 0
    for part in parts:
        letters += _letter_count(text, part.start, part.end)
        number = max(bisect_right(starts, part.start) - 1, 0)
        while number < len(marks) and marks[number].start < part.end:
            low, high = max(part.start, marks[number].start), min(part.end, marks[number].end)
            marked += _letter_count(text, low, high)
            number += 1
    if not marked:
        return "indirect"
    whole = marked >= DIRECT_SHARE * letters and not rule_id.startswith("mixed")
    return "direct" if whole else "mixed"


def _letter_count(text: str, start: int, end: int) -> int:
    """Count letters and digits."""
    return sum(map(str.isalnum, text[start:end]))
