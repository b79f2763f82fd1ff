"""Small texts whose scores can be worked out by hand."""

import pytest

from tasks.evaluate.calibration import calibration_error, confidence_bins
from tasks.evaluate.entities import entity_scores
from tasks.evaluate.gold import FoundQuote, GoldQuote, GoldText, Row, found_quotes, stretches
from tasks.evaluate.marks import judge_marks
from tasks.evaluate.overlap import chunks, cut, trim
from tasks.evaluate.pages import page_scores
from tasks.evaluate.rates import Score
from tasks.evaluate.reported_words import judge_chunks
from tasks.evaluate.score import HEADLINES, headline_scores, quote_scores, table
from tasks.evaluate.speakers import is_right_speaker, is_same_source, last_name

TEXT = "“The mud is not going anywhere,” Ms Verrall said. The so-called “mud tax” is dead, he said."


def span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def gold_quote(words: str, source: str, speaker: str, **changes: bool | str) -> GoldQuote:
    return GoldQuote(
        type=str(changes.get("type", "direct")),
        spans=(span(words),),
        source=(span(source),),
        cue=(),
        source_form="name",
        speaker=speaker,
        is_silver=bool(changes.get("is_silver")),
        is_optional=bool(changes.get("is_optional")),
    )


MUD = gold_quote("The mud is not going anywhere,", "Ms Verrall", "Anna Verrall")
TAX = gold_quote("The so-called “mud tax” is dead", "he", "Owen Pryce", type="indirect")
GOLD = GoldText("a", TEXT, (span("The mud is not going anywhere,"), span("mud tax")), (MUD, TAX))


def found(words: str, source: str = "", speaker: str | None = None) -> FoundQuote:
    return FoundQuote((span(words),), (span(source),) if source else (), source, (), speaker, 0.9)


def test_a_scare_quote_taken_for_a_quotation_costs_precision() -> None:
    answers = [found("The mud is not going anywhere", "Verrall"), found("mud tax")]
    said, scare = judge_marks(GOLD, answers)
    assert said.gold is MUD
    assert said.is_same_source
    assert scare.gold is None
    assert scare.found is answers[1]


@pytest.mark.parametrize(
    ("words", "match", "is_found"),
    [
        ("The mud is not going anywhere", "exact", True),
        ("mud is not going anywhere", "exact", False),
        ("mud is not going anywhere", "soft", True),
        ("not going anywhere", "soft", False),
        ("The mud is not going anywhere,” Ms Verrall said. The so-called", "covered", True),
        ("The mud is not going anywhere,” Ms Verrall said. The so-called", "soft", False),
    ],
)
def test_three_ways_to_match(words: str, match: str, *, is_found: bool) -> None:
    verdicts = judge_chunks(GOLD, [found(words)], match)  # type: ignore[arg-type]
    (mud,) = (v for v in verdicts if v.gold is MUD)
    assert (mud.found is not None) is is_found


def test_what_is_optional_is_neither_missed_nor_wrong() -> None:
    optional = gold_quote("The so-called “mud tax” is dead", "he", "Owen Pryce", type="indirect",
                          is_optional=True)  # fmt: skip
    gold = GoldText("a", TEXT, GOLD.marks, (optional,))
    assert judge_chunks(gold, [], "soft") == []
    assert judge_chunks(gold, [found("The so-called “mud tax” is dead")], "soft") == []
    assert judge_chunks(gold, [found("mud tax")], "soft") == []


@pytest.mark.parametrize(
    ("speaker", "is_right"),
    [
        ("Anna Verrall", True),
        ("Ms Anna Verrall", True),
        ("Verrall", False),
        ("Owen Verrall", False),
        (None, False),
    ],
)
def test_hand_made_gold_wants_the_whole_name(speaker: str | None, *, is_right: bool) -> None:
    assert is_right_speaker(MUD, found("mud tax", speaker=speaker)) is is_right


def test_machine_made_gold_wants_the_surname() -> None:
    silver = gold_quote("mud tax", "he", "Anna Verrall", is_silver=True)
    assert is_right_speaker(silver, found("mud tax", speaker="Verrall"))
    assert not is_right_speaker(silver, found("mud tax", speaker="Anna"))


def test_another_mention_of_the_same_name_is_the_same_source() -> None:
    assert is_same_source(
        TEXT, MUD, FoundQuote((), (), "the minister Anna Verrall", (), None, None)
    )
    assert not is_same_source(TEXT, MUD, found("mud tax", "he"))
    assert last_name("The President") is None


def test_chunks_leave_cue_and_source_out() -> None:
    text = "“No,” he said, “never.”"
    assert chunks(text, [(1, 22)], [(6, 8), (9, 13)]) == [(1, 3), (16, 21)]
    assert chunks("“No, no,” “never.”", [(1, 8), (11, 17)], []) == [(1, 16)]
    assert cut([(0, 4)], [(0, 4)]) == []
    assert trim("…", (0, 1)) == (1, 1)


def test_calibration_error_by_hand() -> None:
    bins = confidence_bins([(0.95, True), (0.95, False), (0.15, False), (1.0, True)])
    assert [(b.low, b.count) for b in bins] == [(0.1, 1), (0.9, 3)]
    expected = 0.25 * 0.15 + 0.75 * abs((0.95 + 0.95 + 1.0) / 3 - 2 / 3)
    assert calibration_error(bins) == pytest.approx(expected)
    assert calibration_error([]) is None


def test_a_perfect_answer_scores_full_marks() -> None:
    rows: dict[str, Row] = {
        "a": {
            "quotes": [
                {
                    "spans": [list(quote.spans[0])],
                    "speaker": list(quote.source[0]),
                    "speaker_text": None,
                    "canonical": quote.speaker,
                    "confidence": 1.0,
                }
                for quote in GOLD.quotes
            ]
        }
    }
    scores = {s.measure: s.value for s in quote_scores("hand", [GOLD], rows)}
    for measure in (
        "exact all: F1",
        "exact all: end-to-end F1",
        "soft all: speaker right, of found",
    ):
        assert scores[measure] == 100
    assert scores["marks recall"] == 100
    assert scores["calibration error of confidence"] == 0
    assert {s.value for s in quote_scores("hand", [GOLD], {}) if s.measure.endswith("F1")} == {0}


def test_the_table_has_a_row_a_measure_and_a_column_a_set() -> None:
    scores = [Score("one", "F1", 90.04, 7), Score("two", "F1", None, 0), Score("two", "P", 50, 2)]
    assert table(scores).splitlines() == [
        "| measure | one | two |",
        "| --- | ---: | ---: |",
        "| F1 | 90.0 (7) |  |",
        "| P |  | 50.0 (2) |",
    ]


def test_headline_measures_exist() -> None:
    scores = quote_scores("hand", [GOLD], {}) + page_scores("hand", [], {})
    scores += entity_scores("hand", [], {})
    mentions = {f"mentions {kind}: F1" for kind in ("PERSON", "ORG", "PLACE")}
    assert set(HEADLINES) - {score.measure for score in scores} == mentions
    assert headline_scores(scores)[0].measure == HEADLINES[0]


def test_reading_answers() -> None:
    quote = {"spans": [[0, 3], [5, 9]], "speaker": [4, 5], "cue": None, "canonical": None}
    (read,) = found_quotes({"quotes": [quote]})
    assert read.spans == ((0, 3), (5, 9))
    assert read.source == ((4, 5),)
    assert read.speaker is None
    assert found_quotes({"error": "no text"}) == []
    assert stretches(None) == ()
