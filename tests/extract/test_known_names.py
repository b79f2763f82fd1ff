"""Names that the gazetteer knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.known_names import NameFinder, is_sport, known_types, sought_names


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Kenya", {"PLACE"}),
        ("Kenyan", {"GROUP"}),
        ("Nike", {"ORG"}),
        ("nike", set()),
        ("Calif.", {"PLACE"}),
        ("Ferrox", set()),
    ],
)
def test_kinds(name: str, kinds: set[str]) -> None:
    assert known_types(name) == kinds


@pytest.mark.parametrize("name", ["Target", "Jordan", "Ford", "Reading", "IS", "Apple", "Georgia"])
def test_words_and_surnames_are_not_sought(name: str) -> None:
    assert name not in sought_names()


def test_the_longest_name_wins_and_words_are_whole() -> None:
    finder = NameFinder(["Korea", "South Korea", "L'Oreal", "al-Ahram", "U.S."])
    text = "South Korea, Koreans, L'Oreal, al-Ahram and the U.S. in Korea."
    assert [name for _, name in finder.find(text)] == [
        "South Korea",
        "L'Oreal",
        "al-Ahram",
        "U.S.",
        "Korea",
    ]


@given(st.lists(st.text(min_size=1, max_size=6), max_size=6), st.text(max_size=60))
def test_what_is_found_is_there(names: list[str], text: str) -> None:
    end = 0
    for start, name in NameFinder(names).find(text):
        assert text.startswith(name, start)
        assert start >= end
        end = start + len(name)


def test_a_report_of_a_match_is_sport() -> None:
    assert is_sport("The striker missed a penalty after half-time.")
    assert not is_sport("The minister missed a train after lunch.")
