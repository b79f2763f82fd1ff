"""A text of very many people takes work that grows with its length, not with its square."""

import sys
from types import FrameType

import pytest

from flows.annotate import bare_article
from tasks.enrich.speakers import resolve_speakers

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


def _calls(text: str) -> int:
    """Count the calls of Python functions that resolving a text's speakers makes."""
    annotated = bare_article(text)
    count = 0

    def note(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        resolve_speakers(annotated)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shared", ["", "Reid"])
def test_work_grows_with_length(shared: str) -> None:
    few, many = _calls(crowd(150, shared)), _calls(crowd(300, shared))
    assert many < 2.4 * few
