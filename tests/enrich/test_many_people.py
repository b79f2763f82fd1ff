"""A text of very many people takes work that grows with its length, not with its square."""

import re
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from flows.annotate import bare_article
from tasks.enrich.person_groups import group_persons
from tasks.enrich.speakers import resolve_speakers
from tasks.records import AnnotatedArticle, Mention

SYLLABLES = ("ba", "de", "fi", "go", "lu", "ma", "ne", "pi", "ro", "su")
ROLES = ("mayor", "coach", "minister")


def _name(number: int) -> str:
    return "".join(SYLLABLES[int(digit)] for digit in f"{number:03d}").capitalize()


def crowd(people: int, shared: str) -> str:
    """Write a paragraph about each of many people, all of different names or of one surname."""
    paragraphs = []
    for number in range(people):
        surname = "Reid" if shared else f"{_name(number)}son"
        role = ROLES[number % len(ROLES)]
        paragraphs.append(
            f"{_name(number)} {surname}, the {role} of Millbrook, said the road was “a disgrace”. "
            f"“We have waited for years,” he said. Mr {surname} added that nobody had called. "
            f"The {role} said nothing had changed. The clerk said it was late."
        )
    return "\n".join(paragraphs)


def _mentions(text: str) -> list[Mention]:
    """Give the names of a crowd as a tagger would: in full, and by surname after Mr."""
    return [
        Mention(m.group(1), "PERSON", "name", *m.span(1), 0)
        for m in re.finditer(r"(?:Mr )?([A-Z][a-z]+ [A-Z][a-z]+|(?<=Mr )[A-Z][a-z]+)", text)
    ]


def _calls(work: Callable[[], object]) -> int:
    """Count the calls of Python functions that some work makes."""
    count = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shared", ["", "Reid"])
def test_work_grows_with_length(shared: str) -> None:
    few, many = (_of_speakers(bare_article(crowd(people, shared))) for people in (150, 300))
    assert many < 2.4 * few


@pytest.mark.parametrize("shared", ["", "Reid"])
def test_grouping_grows_with_length(shared: str) -> None:
    few, many = (_of_groups(crowd(people, shared)) for people in (100, 200))
    assert many < 2.4 * few


def _of_speakers(annotated: AnnotatedArticle) -> int:
    return _calls(lambda: resolve_speakers(annotated))


def _of_groups(text: str) -> int:
    mentions = _mentions(text)
    group_persons(text, mentions)  # what is remembered of names is not counted
    return _calls(lambda: group_persons(text, mentions))
