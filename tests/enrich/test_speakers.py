"""Whose words quotes are: case tables by class, the chain of resolution, and laws."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.annotate import annotate_rows, bare_article
from tasks.enrich.confidence import without_unsure_speakers
from tasks.enrich.speakers import resolve_speakers
from tasks.extract.quotes import find_article_quotes
from tasks.records import Quote

CASES = Path(__file__).parent / "cases" / "speakers.txt"
SEED = Path(__file__).parents[2].parent / "shared" / "seed"


def cases() -> Iterator[object]:
    section = ""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line[1:-1]
        elif line and not line.startswith("#"):
            text, _, expected = line.rpartition(" => ")
            yield pytest.param(text, expected, id=f"{section}: {text[:50]}")


@pytest.mark.parametrize(("text", "expected"), list(cases()))
def test_speakers(text: str, expected: str) -> None:
    quotes = resolve_speakers(bare_article(text.replace(" ¶ ", "\n"))).quotes
    assert " ; ".join(quote.speaker or "null" for quote in quotes) == expected


def resolved(text: str, headline: str | None = None, standfirst: str | None = None) -> list[Quote]:
    annotated = bare_article(text)
    article = replace(annotated.article, headline=headline, standfirst=standfirst)
    quotes = find_article_quotes(article)
    return list(resolve_speakers(replace(annotated, article=article, quotes=quotes)).quotes)


def test_the_chain_goes_from_pronoun_to_full_name() -> None:
    text = "Anton Belov landed.\nMr Belov said little.\n“We will talk,” he said."
    quote = resolved(text)[-1]
    assert quote.resolution == "he -> Mr Belov -> Anton Belov"
    assert quote.speaker_kind == "person"
    assert quote.speaker_gender == "m"
    assert quote.speaker_candidates is not None
    assert quote.speaker_candidates[0].speaker == "Anton Belov"


def test_a_quote_of_the_standfirst_is_its_owners() -> None:
    text = "Anton Belov met the king.\nHe passed on Irina Sokol’s “kindest regards” to him."
    quotes = resolved(text, "Belov in town", "Minister passes on Irina Sokol’s 'kindest regards'")
    assert [(q.field, q.quote, q.speaker) for q in quotes] == [
        ("standfirst", "kindest regards", "Irina Sokol"),
        ("body", "kindest regards", "Irina Sokol"),
    ]
    assert [q.quote_no for q in quotes] == [0, 1]


def test_a_quote_of_the_headline_is_found_again_below() -> None:
    text = "Ferry boss Tom Abara said the rosters were “punishing and unfair” on crews."
    quotes = resolved(text, "Crews face ‘punishing’ rosters")
    assert (quotes[0].field, quotes[0].speaker) == ("headline", "Tom Abara")


def test_who_relays_the_words_is_kept_apart() -> None:
    text = "“The tests are over,” Mr Sokol was quoted as saying by his ministry."
    quote = resolved(text)[0]
    assert (quote.source, quote.via) == ("Mr Sokol", "his ministry")


def test_the_answers_of_an_interview_are_the_guests() -> None:
    text = "Ada Quill runs the light. Ms Quill spoke to us.\nQ: Is it lonely?\nA: Not at all.\n"
    quotes = resolved(text + "Q: Who visits?\nA: Only gulls.")
    assert [q.speaker for q in quotes] == ["Ada Quill", "Ada Quill"]


def test_nobody_is_named_when_unsure() -> None:
    assert resolved("“It is late,” he said.")[0].speaker is None


def test_a_speaker_below_the_threshold_is_taken_back() -> None:
    text = (
        "Clara Benson and her sister Mary Voss run the bakery.\n"
        "“We open at six,” Mary Voss said.\nShe said the rent was too high."
    )
    annotated = resolve_speakers(bare_article(text))
    sure, unsure = sorted(annotated.quotes, key=lambda q: -q.confidence)
    assert unsure.source == "She"
    assert unsure.speaker == "Mary Voss"
    between = (sure.confidence + unsure.confidence) / 2
    left = {q.quote_no: q for q in without_unsure_speakers(annotated, between).quotes}
    assert left[sure.quote_no] == sure
    taken = replace(unsure, speaker=None, speaker_role=None, speaker_gender=None)
    assert left[unsure.quote_no] == taken
    assert unsure.speaker_candidates
    assert without_unsure_speakers(annotated, 0.0) == annotated
    assert not any(q.speaker for q in without_unsure_speakers(annotated, 1.0).quotes)


def test_every_row_is_answered() -> None:
    rows = [{"id": "1", "text": "“No,” said Ann Holm."}, {"id": "2"}, {"id": "3", "text": ""}]
    answers = list(annotate_rows(rows, only="quotes"))
    assert [answer["id"] for answer in answers] == ["1", "2", "3"]
    assert answers[0]["quotes"][0]["canonical"] == "Ann Holm"
    assert "error" in answers[1]
    assert answers[2]["quotes"] == []


@given(
    st.lists(
        st.sampled_from(
            ["“", "”", "‘", "’", '"', "'", "he", "said", "Ms Holm", "that", ",", ".", "\n", "told",
             "Anna", "Reid", ":", "—", "who", "it was", "and", "called", "(", "according to", "?"]
        ),
        max_size=40,
    )
)  # fmt: skip
@settings(deadline=None, max_examples=150)
def test_speakers_never_raise(words: list[str]) -> None:
    text = " ".join(words)
    annotated = resolve_speakers(bare_article(text))
    again = resolve_speakers(annotated)
    assert [q.speaker for q in again.quotes] == [q.speaker for q in annotated.quotes]
    for quote in annotated.quotes:
        assert 0.0 <= quote.confidence <= 1.0
        if quote.source is not None:
            assert text[quote.source_start : quote.source_end] == quote.source


def test_the_seed_article() -> None:
    if not SEED.is_dir():
        pytest.skip("the shared folder is not here")
    lines = next(SEED.glob("*.txt")).read_text(encoding="utf-8").split("\n")
    start = next(n for n, line in enumerate(lines) if "Kim Jong-un has been invited" in line)
    end = next(n for n, line in enumerate(lines) if line.startswith("Mike Pompeo"))
    lines[start] = lines[start][lines[start].index("North Korean leader") :]
    quotes = resolved("\n".join(lines[start : end + 1]), lines[0], lines[1])
    lavrov = [q for q in quotes if q.speaker == "Sergei Lavrov"]
    for beginning in (
        "Come to Russia", "This will allow", "It’s absolutely obvious", "We welcome the contacts",
        "Moscow hoped", "Russia supported", "Moscow believes",
    ):  # fmt: skip
        assert any(q.quote.startswith(beginning) for q in lavrov), beginning
    assert {"he -> Mr Lavrov -> Sergei Lavrov", "Mr Lavrov -> Sergei Lavrov"} <= {
        q.resolution for q in lavrov
    }
    assert next(q for q in lavrov if q.quote.startswith("This will")).via == "his ministry"
    assert len(next(q for q in lavrov if q.quote.startswith("We welcome")).spans) == 2
    regards = [q for q in quotes if "warmest regards" in q.quote]
    assert {q.field for q in regards} == {"standfirst", "body"}
    assert {q.speaker for q in regards} == {"Vladimir Putin"}
