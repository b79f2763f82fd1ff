"""Laws of quotes: offsets, ids, repetition, size; and the rows they make."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.extract.cue_forms import cue_forms
from tasks.extract.quotes import find_article_quotes, find_quotes
from tasks.records import Article

WORDS = [
    "“", "”", "‘", "’", '"', "he", "She", "said", "that", "it", "was", "late", ",", ".", "\n", ":",
    "Ms", "Holm", "told", "reporters", "according", "to", "the", "union", "called", "a", "mess",
    "—", "who", "and", "but", "adding", "?", "asked", "whether", "(", ")", "claim", "Monday",
    "would", "not",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=50))
@settings(deadline=None, max_examples=300)
def test_offsets_hold_and_nothing_is_raised(words: list[str]) -> None:
    text = " ".join(words)
    quotes = find_quotes(text)
    for number, quote in enumerate(quotes):
        assert quote.quote_no == number
        assert quote.quote == " ".join(text[s.start : s.end] for s in quote.spans)
        assert (quote.start, quote.end) == (quote.spans[0].start, quote.spans[-1].end)
        for name in ("source", "cue"):
            start, end = getattr(quote, f"{name}_start"), getattr(quote, f"{name}_end")
            assert (start is None) == (getattr(quote, name) is None)
            assert start is None or text[start:end] == getattr(quote, name)
    assert len({quote.quote_id for quote in quotes}) == len(quotes)
    assert find_quotes(text) == quotes


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_will_do(text: str) -> None:
    find_quotes(text)


def article(text: str, headline: str | None = None) -> Article:
    return Article("a1", "a1-0", "0", text, "text_file", "x", "none", headline=headline)


def test_fields_are_numbered_in_order() -> None:
    quotes = find_article_quotes(article("“No,” said Ann Holm.", "‘No,’ says Holm"))
    assert [(q.quote_no, q.field) for q in quotes] == [(0, "headline"), (1, "body")]
    assert quotes[0].quote_hash == quotes[1].quote_hash
    assert quotes[0].quote_id != quotes[1].quote_id


def test_ids_survive_what_is_written_around_them() -> None:
    before = find_quotes("“No,” said Ann Holm.", article_id="a1")
    after = find_quotes("It rained all day.\n“No,” said Ann Holm.", article_id="a1")
    assert [q.quote_id for q in before] == [q.quote_id for q in after]


def test_a_quote_row() -> None:
    text = "Rain fell.\n“The dam will hold,” Ann Holm told the BBC on Monday. She left."
    (quote,) = find_quotes(text)
    assert (quote.type, quote.paragraph_no, quote.word_count) == ("direct", 1, 4)
    assert (quote.cue, quote.cue_class, quote.addressee) == ("told", "neutral", "the BBC")
    assert quote.context_before == "Rain fell.\n“"
    assert quote.context_after is not None
    assert quote.context_after.startswith("” Ann Holm")


@pytest.mark.parametrize(
    ("verb", "cue_class"),
    [("said", "neutral"), ("insisted", "strong"), ("claimed", "doubtful"), ("alleged", "doubtful")],
)
def test_cue_classes(verb: str, cue_class: str) -> None:
    (quote,) = find_quotes(f"Ann Holm {verb} that the dam would hold.")
    assert quote.cue_class == cue_class


def test_there_are_many_cues() -> None:
    assert len({form.lemma for forms in cue_forms().values() for form in forms}) > 250
    assert cue_forms()["slammed"][0].lemma == "slam"
    assert "replies" in cue_forms()


@pytest.mark.parametrize("piece", ["He said ", '"a" ', "“", "Smith, ", "“a\n", "A and B said. "])
def test_time_grows_with_length(piece: str) -> None:
    def seconds(count: int) -> float:
        start = time.process_time()
        find_quotes(piece * count)
        return time.process_time() - start

    seconds(200)
    short, long = seconds(1500), seconds(6000)
    assert long < 16 * max(short, 0.02)  # four times the text: a square law would take 16 times


@pytest.mark.parametrize(
    ("text", "via"),
    [
        ("“We can do better,” Reid said via a spokesman.", "a spokesman"),
        ("Reid said through his lawyer that he was innocent.", "his lawyer"),
        ("“We will not go,” Hale said through tears.", None),
        ("She spoke via video link: “We stay.”", None),
    ],
)
def test_who_passes_the_words_on(text: str, via: str | None) -> None:
    assert [quote.via for quote in find_quotes(text)] == [via]


def test_marks_before_a_subject_without_a_pause_are_not_what_it_says() -> None:
    text = (
        "Hodge led a “harbour study day” in Tarn at which military and civilian experts briefed "
        "officers from around the coast."
    )
    assert find_quotes(text) == ()
    (quote,) = find_quotes("The plan was “madness” in every way, civilian experts said.")
    assert quote.source == "civilian experts"


def test_a_bracket_that_opens_before_the_words_closes_behind_them() -> None:
    (quote,) = find_quotes("(The mayor said that the dam would hold.) It did (mostly).")
    assert quote.quote == "the dam would hold."
    (quote,) = find_quotes("The mayor said that the dam would hold (mostly).")
    assert quote.quote.rstrip(".") == "the dam would hold (mostly)"
