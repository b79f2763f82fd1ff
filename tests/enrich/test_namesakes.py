"""Mr Osei is not Martha Osei: who is meant by a title and a surname beside a namesake."""

import pytest

from tasks.enrich.speakers import resolve_speakers
from tasks.extract.batch import annotate
from tasks.extract.tagger import load_tagger
from tasks.records import Article


def speakers(text: str) -> list[str | None]:
    [found] = annotate([Article("a", "a", "", text, "text_file", "a", "gold")], load_tagger())
    return [quote.speaker for quote in resolve_speakers(found).quotes]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (  # a head of government needs no first name, his wife does
            (
                "Prime Minister Osei’s envoy left on Monday. “She has done well,” Mr. Osei said in "
                "Tarn. He said his wife, Martha Osei, would not take the post. “We hate to lose "
                "her,” Mr. Osei said. “I never wanted it,” Ms. Osei said."
            ),
            ["Osei", "Osei", "Osei", "Martha Osei"],
        ),
        (  # named in full first, the other by Mr alone
            (
                "Martha Osei won the seat on Sunday. Her husband is the mayor of Tarn. “She was "
                "great,” Mr. Osei said. “I will serve,” Ms. Osei said."
            ),
            ["Osei", "Martha Osei"],
        ),
        (  # a given name that is a woman's more often
            (
                "Ashley Cole won again on Sunday. “I am happy,” Mr. Cole said. “It was hard,” he "
                "added."
            ),
            ["Ashley Cole", "Ashley Cole"],
        ),
        (  # one person, by two names
            (
                "President Brandt spoke first. “We will rebuild,” said Mr. Brandt. Later Otto "
                "Brandt flew home. “It was a long day,” he said."
            ),
            ["Otto Brandt", "Otto Brandt"],
        ),
        (  # two of them named in full
            (
                "Paul Varga and his sister Edith Varga own the mill. “It is ours,” said Mr. Varga. "
                "“It is mine,” said Ms. Varga."
            ),
            ["Paul Varga", "Edith Varga"],
        ),
    ],
)
def test_titles_tell_namesakes_apart(text: str, expected: list[str]) -> None:
    assert speakers(text) == expected
