"""Our scorer gives the numbers of the scripts that judge a release, to the digit."""

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tasks.evaluate.entities import entity_scores
from tasks.evaluate.gold import (
    Row,
    read_entity_gold,
    read_page_gold,
    read_quote_gold,
    read_rows,
)
from tasks.evaluate.pages import page_scores
from tasks.evaluate.rates import Score
from tasks.evaluate.score import quote_scores

EVAL = Path(__file__).parents[2].parent / "shared" / "eval"
pytestmark = pytest.mark.skipif(not EVAL.is_dir(), reason="shared/eval is not here")

MARKS = {
    "P": "marks precision",
    "R": "marks recall",
    "F1": "marks F1",
    "spk_acc": "marks source right, of found",
    "e2e_F1": "marks end-to-end F1",
    "canon": "marks speaker right, of found",
    "pronoun_canon": "marks speaker right, pronouns",
}
SPANS = {
    "P": "precision",
    "R": "recall",
    "F1": "F1",
    "spk_acc": "source right, of found",
    "e2e_F1": "end-to-end F1",
}
PAGES = {
    "shingle_p": "body 4-grams: precision",
    "shingle_r": "body 4-grams: recall",
    "shingle_f1": "body 4-grams: F1",
    "lcs_f1": "body common subsequence: F1",
    "title": "headline right",
    "date": "day right",
    "authors": "authors: F1",
    "authors_where_none": "authors given where none",
}


def official(script: str, gold: Path, rows: dict[str, Row], folder: Path) -> Row:
    answers = folder / "answers.jsonl"
    answers.write_text("".join(json.dumps(row) + "\n" for row in rows.values()))
    command = [sys.executable, str(EVAL / script / "score.py"), str(gold), str(answers), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def values(scores: list[Score]) -> dict[str, float | None]:
    return {score.measure: score.value for score in scores}


def plain(path: Path, folder: Path) -> Path:
    copy = folder / path.name.removesuffix(".xz")
    copy.write_text("".join(json.dumps(row) + "\n" for row in read_rows(path)))
    return copy


def shaken_quotes(gold: Path) -> dict[str, Row]:
    """Answers that are partly wrong in every way: missing, too long, invented, misattributed."""
    chance = Random(5)
    answers = {}
    for row in read_rows(gold):
        if chance.random() < 0.05:
            continue
        quotes = []
        for quote in row["quotes"]:
            if chance.random() < 0.15:
                continue
            spans = [list(span) for span in quote["spans"]]
            if chance.random() < 0.3:
                spans[0][0] = max(0, spans[0][0] - chance.randrange(30))
            source = quote["speaker"] and list(quote["speaker"][0])
            name = quote["canonical"]
            if chance.random() < 0.2:
                start = chance.randrange(len(row["text"]) - 20)
                source, name = [start, start + 15], "Someone Else"
            quotes.append(
                {
                    "spans": spans,
                    "speaker": source or None,
                    "speaker_text": row["text"][slice(*source)] if source else None,
                    "cue": quote["cue"][0] if quote["cue"] and chance.random() < 0.9 else None,
                    "canonical": name if chance.random() < 0.8 else None,
                }
            )
        start = chance.randrange(max(1, len(row["text"]) - 60))
        quotes.append({"spans": [[start, start + 50]], "speaker": None, "canonical": None})
        answers[row["id"]] = {"id": row["id"], "quotes": quotes}
    return answers


@pytest.mark.parametrize(
    "name",
    [
        "quotes/gum_news_dev.jsonl.xz",
        "gold/dev.score.jsonl",
        pytest.param("quotes/polnear_dev.jsonl.xz", marks=pytest.mark.slow),
    ],
)
def test_quotations(name: str, tmp_path: Path) -> None:
    rows = shaken_quotes(EVAL / name)
    expected = official("quotes", plain(EVAL / name, tmp_path), rows, tmp_path)
    ours = values(quote_scores("set", read_quote_gold(EVAL / name), rows))
    for key, measure in MARKS.items():
        assert ours[measure] == pytest.approx(100 * expected["marks/all"][key]), measure
    for kind in ("direct", "mixed"):
        assert ours[f"marks recall, {kind}"] == pytest.approx(100 * expected[f"marks/{kind}"]["R"])
    rate = expected["marks/unattributed"]["rate"]
    assert ours["marks taken that quote nobody"] == pytest.approx(100 * rate)
    for match, theirs in (("exact", "exact"), ("soft", "soft"), ("covered", "ggt")):
        for kind in ("all", "direct", "mixed", "indirect"):
            for key, measure in SPANS.items():
                value = expected[f"spans/{theirs}/{kind}"][key]
                assert ours[f"{match} {kind}: {measure}"] == pytest.approx(100 * value), measure


@pytest.mark.parametrize("name", ["gold/dev.entities.jsonl", "entities/newsfair_dev.jsonl"])
def test_entities(name: str, tmp_path: Path) -> None:
    chance = Random(7)
    rows: dict[str, Row] = {}
    for row in read_rows(EVAL / name):
        found: dict[tuple[str, str], Row] = {}
        for m in row["mentions"]:
            if chance.random() < 0.15:
                continue
            kind = chance.choice(["PERSON", "GROUP", "ORG"]) if chance.random() < 0.2 else m["type"]
            who = str(m["entity"]) if chance.random() < 0.8 else "Someone Else"
            entity = found.setdefault(
                (who, str(kind)),
                {"name": who, "type": kind or "EVENT", "wikidata_id": m["qid"], "mentions": []},
            )
            shift = chance.choice([0, 0, 0, 0, 1])
            entity["mentions"].append([m["start"] + shift, m["end"]])
        rows[row["id"]] = {"id": row["id"], "entities": list(found.values())}
    expected = official("entities", EVAL / name, rows, tmp_path)
    ours = values(entity_scores("set", read_entity_gold(EVAL / name), rows))
    theirs = {key: value for key, value in expected.items() if isinstance(value, dict)}
    assert "mentions_PERSON" in theirs
    names = {"clusters_b3": "who is who (B3)", "links": "links"}
    for key, parts in theirs.items():
        name_of = names.get(key) or key.replace("_", " ")
        for part, measure in (("p", "precision"), ("r", "recall"), ("f1", "F1")):
            assert ours[f"{name_of}: {measure}"] == pytest.approx(100 * parts[part], abs=0.006), key
    assert ours["mentions, any type: F1"] == pytest.approx(
        100 * expected["span_only_f1"], abs=0.006
    )


def test_pages(tmp_path: Path) -> None:
    chance = Random(3)
    words = ["the", "harbour", "council", "of", "a", "river", "said", "on", "monday", "and", "then"]
    gold, rows = [], {}
    for number in range(30):
        body = " ".join(chance.choices(words, k=200))
        row = {
            "id": str(number), "set": "a" if number % 2 else "b", "html": "x.html", "body": body,
            "outlet": "x", "url": "y", "title": "The Harbour: A River", "date": "2025-03-04",
            "authors": chance.choice([["Ann Lee Ray", "Bo Orr"], [], "By Cy Dow and Di Eno"]),
        }  # fmt: skip
        gold.append(row)
        if number == 4:
            continue
        rows[str(number)] = {
            "id": str(number),
            "text": body[chance.randrange(200) :]
            + chance.choice(["", " Share this with a friend"]),
            "headline": chance.choice(["the harbour – a river", "Harbour", None]),
            "published_at": chance.choice(["2025-03-04T10:00:00Z", "2025-03-05", None]),
            "authors": chance.choice([["Ann Ray"], ["Bo Orr", "Cy Dow"], None]),
            "credit_line": chance.choice([body[:20], "Agencies", None]),
        }
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in gold))
    expected = official("clean", path, rows, tmp_path)
    pages = read_page_gold(path)
    for name in ("a", "b"):
        ours = values(page_scores(name, [page for page in pages if page.set == name], rows))
        for key, measure in PAGES.items():
            assert ours[measure] == pytest.approx(100 * expected[name][key], abs=0.006), measure
