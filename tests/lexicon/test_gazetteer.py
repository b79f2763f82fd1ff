"""The shipped knowledge base, and how a bigger one is read."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from tasks.errors import UsageError
from tasks.lexicon.gazetteer import COLUMNS, read_gazetteer

MEGABYTE = 1_000_000


def test_every_row_has_its_source_and_licence() -> None:
    for path in sorted(Path(str(files("tasks.lexicon").joinpath("knowledge"))).glob("*.tsv")):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert tuple(lines[0].split("\t")) == COLUMNS
        for line in lines[1:]:
            row = dict(zip(COLUMNS, line.split("\t"), strict=True))
            assert row["source"], line
            assert set(row["licence"].split("+")) <= {"MIT", "ISC", "CC-BY-4.0"}, line


def test_it_stays_small() -> None:
    folder = Path(str(files("tasks.lexicon").joinpath("knowledge")))
    assert sum(path.stat().st_size for path in folder.glob("*.tsv")) < 2 * MEGABYTE


def test_ids_are_well_formed_and_unique() -> None:
    things = read_gazetteer().things
    ids = [thing.id for thing in things if thing.id]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"wd:Q\d+|gn:\d+", found) for found in ids)
    assert all(thing.id == f"wd:{thing.wikidata_id}" for thing in things if thing.wikidata_id)


def test_it_holds_what_it_should() -> None:
    things = read_gazetteer().things
    countries = {thing.country_code for thing in things if thing.kind == "country"}
    assert len(countries) > 190
    assert {"KP", "KR", "US", "GB", "TW", "XK", "PS"} <= countries
    demonyms = {code for t in things if t.demonyms and (code := t.country_code)}
    assert len(demonyms) > 180
    assert sum(thing.type == "ORG" for thing in things) > 400
    for thing in things:
        if thing.kind in ("city", "capital"):
            assert thing.latitude is not None
            assert abs(thing.latitude) <= 90
            assert thing.longitude is not None
            assert abs(thing.longitude) <= 180


def test_a_folder_of_ones_own(tmp_path: Path) -> None:
    row = [
        "wd:Q1",
        "ORG",
        "company",
        "Ferrox",
        "FX|Ferrox AG",
        "",
        "CH",
        "",
        "",
        "",
        "5",
        "Q1",
        "",
        "me",
        "CC0",
    ]
    (tmp_path / "mine.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n", "utf-8")
    found = read_gazetteer(tmp_path)
    assert [(t.id, t.name, t.aliases, t.weight) for t in found.things] == [
        ("wd:Q1", "Ferrox", ("FX", "Ferrox AG"), 5.0)
    ]
    assert found.version.startswith(tmp_path.name)


@pytest.mark.parametrize("content", [None, "", "name\n", "\t".join(COLUMNS) + "\nonly\n"])
def test_what_is_none_is_a_usage_error(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "bad.tsv").write_text(content, "utf-8")
    with pytest.raises(UsageError):
        read_gazetteer(tmp_path)
