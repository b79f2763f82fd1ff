"""What a newer text did to quotes, headline and body."""

from dataclasses import replace
from pathlib import Path

import pytest

from tasks.store import read
from tasks.store.forgetting import forget
from tasks.store.verify import verify
from tests.store.factory import annotated, store

SAID = "nobody on the island was asked"


def changes(tmp_path: Path, before: object, after: object) -> list[tuple[object, ...]]:
    store(tmp_path, [before], "1")  # type: ignore[list-item]
    store(tmp_path, [after], "2")  # type: ignore[list-item]
    rows = read.changes(data=tmp_path)
    assert rows.change_no.tolist() == list(range(len(rows)))
    return [
        tuple(None if value != value else value for value in row)
        for row in rows[["kind", "before", "after", "speaker_before", "speaker_after"]].itertuples(
            index=False
        )
    ]


def quote_changes(tmp_path: Path, before: object, after: object) -> list[tuple[object, ...]]:
    return [row for row in changes(tmp_path, before, after) if str(row[0]).startswith("quote")]


def test_a_reworded_quote(tmp_path: Path) -> None:
    reworded = "nobody on this island was ever asked"
    found = quote_changes(
        tmp_path, annotated(1, words=[SAID]), annotated(1, words=[reworded], hours=3)
    )
    assert found == [("quote_reworded", SAID, reworded, "Ada Morrow", "Ada Morrow")]


def test_quotes_removed_and_added(tmp_path: Path) -> None:
    other = "we have always paid our bills on time"
    found = quote_changes(
        tmp_path, annotated(1, words=[SAID]), annotated(1, words=[other], hours=3)
    )
    assert found == [
        ("quote_removed", SAID, None, "Ada Morrow", None),
        ("quote_added", None, other, None, "Ada Morrow"),
    ]


def test_a_quote_given_to_somebody_else(tmp_path: Path) -> None:
    found = quote_changes(
        tmp_path,
        annotated(1, words=[SAID]),
        annotated(1, words=[SAID], speaker="Tom Birch", hours=3),
    )
    assert found == [("quote_reattributed", SAID, SAID, "Ada Morrow", "Tom Birch")]


@pytest.mark.parametrize("name", ["Morrow", "ADA MORROW", "Dr Ada Morrow", "Ada Q. Morrow"])
def test_the_same_speaker_under_another_name(tmp_path: Path, name: str) -> None:
    found = quote_changes(
        tmp_path,
        annotated(1, words=[SAID]),
        annotated(1, "B", words=[SAID], speaker=name, hours=3),
    )
    assert found == []


def test_the_same_entity_is_the_same_speaker(tmp_path: Path) -> None:
    before = annotated(1, words=[SAID], speaker="International Harbour Fund")
    after = annotated(1, words=[SAID], speaker="IHF", hours=3)
    linked = [
        replace(
            item,
            quotes=tuple(replace(q, speaker_entity_id="wd:Q42") for q in item.quotes),
            entities=tuple(replace(e, entity_id="wd:Q42") for e in item.entities),
        )
        for item in (before, after)
    ]
    assert quote_changes(tmp_path, *linked) == []


def test_a_quote_that_moved_has_not_changed(tmp_path: Path) -> None:
    first, second = "the harbour will reopen", SAID
    found = quote_changes(
        tmp_path, annotated(1, words=[first, second]), annotated(1, words=[second, first], hours=3)
    )
    assert found == []


def test_headline_and_standfirst(tmp_path: Path) -> None:
    found = changes(
        tmp_path,
        annotated(1, headline="Old", standfirst=None),
        annotated(1, headline="New", standfirst="More", hours=3),
    )
    assert [row[:3] for row in found] == [
        ("headline_changed", "Old", "New"),
        ("standfirst_changed", None, "More"),
    ]


@pytest.mark.parametrize("keep_text", [True, False])
def test_a_standfirst_alone(tmp_path: Path, keep_text: bool) -> None:
    """It is a revision of its own, though the text and so the revision_id are the same."""
    versions = ("Ferries stop on Monday.", "Ferries stop on Tuesday.", "Ferries stop on Tuesday.")
    for number, words in enumerate(versions):
        capture = annotated(1, standfirst=words, hours=number)
        report = store(tmp_path, [capture], f"{number}", keep_text=keep_text)
    assert report.repeated == 1
    (row,) = read.changes(data=tmp_path).to_dict("records")
    assert (row["kind"], row["before"], row["after"]) == ("standfirst_changed", *versions[:2])
    assert row["revision_id_before"] == row["revision_id_after"]
    (stored,) = read.articles(data=tmp_path).to_dict("records")
    assert (stored["revision"], stored["standfirst"]) == (2, versions[1])
    assert len(read.quotes(data=tmp_path)) == 2
    assert verify(tmp_path) == []


def test_a_standfirst_that_is_blacked_out_has_not_changed(tmp_path: Path) -> None:
    about = annotated(1, standfirst="What Jane Doe, a nurse, saw.")
    store(tmp_path, [about])
    forget(tmp_path, name="Jane Doe")
    again = annotated(1, standfirst="What Jane Doe, a nurse, saw.", hours=9)
    assert store(tmp_path, [again], "2", "run-2").unchanged == 1
    assert len(read.changes(data=tmp_path)) == 0


def test_the_body_tells_its_changed_paragraphs(tmp_path: Path) -> None:
    found = changes(tmp_path, annotated(1), annotated(1, "B", hours=30))
    assert [row[:3] for row in found] == [
        ("body_changed", "Version 0 of the story.", "Version B of the story.")
    ]
    (row,) = read.changes(data=tmp_path).to_dict("records")
    assert row["hours_since_publication"] == 30
    assert row["revision"] == 2
    assert row["similarity"] == pytest.approx(0.957, abs=0.01)


def test_a_file_does_not_say_how_late_it_changed(tmp_path: Path) -> None:
    changes(tmp_path, annotated(1, hours=None), annotated(1, "B", hours=None))
    assert read.changes(data=tmp_path).hours_since_publication.isna().all()


def test_without_texts_a_changed_body_is_still_told(tmp_path: Path) -> None:
    store(tmp_path, [annotated(1)], "1", keep_text=False)
    store(tmp_path, [annotated(1, "B", hours=3)], "2", keep_text=False)
    (row,) = read.changes(data=tmp_path).to_dict("records")
    assert row["kind"] == "body_changed"
    assert row["before"] != row["before"]
