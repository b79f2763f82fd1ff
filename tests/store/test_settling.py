"""The rules of which text stands."""

from hypothesis import given
from hypothesis import strategies as st

from tasks.store.settling import STORED, Capture, settle


def capture(
    text: str,
    hour: int,
    place: int = 0,
    *,
    dated: bool = True,
    run: str = "r",
    standfirst: str | None = None,
) -> Capture:
    return Capture("a", f"a-{text}", text, hour, dated, run, place, standfirst=standfirst)


texts = st.sampled_from(["A", "B", "C"])
standfirsts = st.sampled_from([None, "x", "y"])
captures = st.lists(st.tuples(texts, st.integers(0, 5), standfirsts), min_size=1, max_size=8)


@given(captures)
def test_one_text_stands_and_revisions_are_numbered_without_gaps(
    given_: list[tuple[str, int, str | None]],
) -> None:
    arrived = [capture(t, h, n, standfirst=s) for n, (t, h, s) in enumerate(given_)]
    verdict = settle(arrived, None, ())
    numbers = [verdict.current.revision, *(s.capture.revision for s in verdict.superseded)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert verdict.verbs.count("new") == 1
    assert verdict.verbs.count("revised") == len(verdict.superseded)
    assert len(verdict.verbs) == len(given_)


@given(captures)
def test_settling_again_changes_nothing(given_: list[tuple[str, int, str | None]]) -> None:
    arrived = [capture(t, h, n, standfirst=s) for n, (t, h, s) in enumerate(given_)]
    first = settle(arrived, None, ())
    history = [s.capture for s in first.superseded]
    again = settle(arrived, first.current, history)
    assert again.superseded == ()
    assert again.current == first.current
    assert set(again.verbs) <= {"unchanged", "repeated"}


@given(captures)
def test_the_newest_capture_stands(given_: list[tuple[str, int, str | None]]) -> None:
    """However the captures are spread over publishes."""
    current, history = None, []
    for place, (text, hour, words) in enumerate(given_):
        verdict = settle([capture(text, hour, place, standfirst=words)], current, history)
        current = verdict.current
        history += [s.capture for s in verdict.superseded]
    last_hour = max(hour for _, hour, _ in given_)
    assert current is not None
    assert current.content_hash in {text for text, hour, _ in given_ if hour >= current.fetched_at}
    assert current.fetched_at <= last_hour
    kept = {current.content_hash, *(known.content_hash for known in history)}
    assert kept == {text for text, _, _ in given_}


def test_a_repeat_of_the_same_run_is_told_from_a_known_text() -> None:
    stored = Capture("a", "a-A", "A", 1, True, "run-1", STORED, 1, 1)
    same_run = settle([capture("A", 1, run="run-1")], stored, ())
    other_run = settle([capture("A", 1, run="run-2")], stored, ())
    assert (same_run.verbs, other_run.verbs) == (("repeated",), ("unchanged",))


def test_a_late_capture_between_two_texts_ends_where_the_next_began() -> None:
    current = capture("C", 9)
    verdict = settle([capture("B", 5)], current, [capture("A", 1)])
    (late,) = verdict.superseded
    assert (late.superseded_at, late.capture.revision) == (9, 2)


def test_a_clock_set_back_does_not_bury_a_file() -> None:
    stored = Capture("a", "a-A", "A", 9, False, "run-1", STORED, 1, 9)
    verdict = settle([capture("B", 2, dated=False)], stored, ())
    assert verdict.current.content_hash == "B"


def test_a_clock_set_back_between_two_files_that_come_together() -> None:
    arrived = [capture("A", 9, 0, dated=False), capture("B", 2, 1, dated=False)]
    verdict = settle(arrived, None, ())
    assert (verdict.current.content_hash, verdict.verbs) == ("B", ("new", "revised"))


def test_a_file_read_anew_does_not_bring_an_older_text_back() -> None:
    stored = Capture("a", "a-B", "B", 9, False, "run-1", STORED, 2, 1)
    past = [Capture("a", "a-A", "A", 1, False, "run-1", STORED, 1, 1)]

    def reading(text: str, place: int) -> Capture:
        return Capture("a", f"a-{text}", text, 20, False, "run-2", place, is_reading=True)

    both = settle([reading("B", 0), reading("A", 1)], stored, past)
    assert both.verbs == ("reread", "unchanged")
    assert both.current.content_hash == "B"
    better = settle([reading("B, better cleaned", 0)], stored, past)
    assert (better.verbs, better.current.revision) == (("reread",), 2)


def test_a_text_that_came_back_is_read_anew_though_it_is_history_too() -> None:
    stored = Capture("a", "a-A", "A", 9, False, "run-1", STORED, 3, 1)
    past = [
        Capture("a", f"a-{t}", t, n, False, "run-1", STORED, n, 1) for n, t in ((1, "A"), (2, "B"))
    ]
    reading = Capture("a", "a-A", "A", 20, False, "run-2", 0, is_reading=True)
    assert settle([reading], stored, past).verbs == ("reread",)


def test_another_standfirst_over_the_same_text() -> None:
    stored = capture("A", 1, STORED, standfirst="Ferries stop on Monday.")
    other = "Ferries stop on Tuesday."
    later = settle([capture("A", 5, run="later", standfirst=other)], stored, ())
    assert (later.verbs, later.current.revision, len(later.steps)) == (("revised",), 2, 1)
    assert later.current.revision_id == stored.revision_id
    earlier = settle([capture("A", 0, run="later", standfirst=other)], stored, ())
    assert (earlier.verbs, earlier.current, earlier.steps) == (("revised",), stored, ())
    for unknown in (
        capture("A", 5, run="later", standfirst=None),
        capture("A", 5, run="later", standfirst=other, dated=False),
    ):
        assert settle([unknown], stored, ()).verbs == ("unchanged",)
