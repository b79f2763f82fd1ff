"""The command line: exit codes, clear messages, never a stack trace."""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from flows.command_line import age, when
from tasks.fetch.policy import Limits, Policy
from tasks.store.transactions import open_store


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ingest"], "Missing argument"),
        (["ingest", ".", ""], "empty SOURCE"),
        (["ingest", "caf\udce9.html"], "not UTF-8"),
        (["ingest", ".", "--batch-size", "0"], "--batch-size"),
        (["no-such-command"], "No such command"),
        (["clean", "no-such-file.jsonl"], "No such file"),
        (["annotate", "-", "--only", "verbs"], "--only"),
        (["show"], "Missing argument"),
        (["ingest", ".", "--since", "yesterday"], "yesterday"),
        (["ingest", ".", "--since", "2025-02-01", "--until", "2025-01-01"], "before --until"),
        (["ingest", ".", "--ignore-robots", "why?"], "reason"),
        (["ingest", ".", "--model", "no_such_model"], "no_such_model"),
        (["annotate", "-", "--model", "no_such_model"], "no_such_model"),
        (["annotate", "-", "--threshold", "1.5"], "--threshold"),
        (["annotate", "-", "--only", "entities", "--threshold", "0.5"], "--threshold"),
        (["evaluate", "--threshold", "-1"], "--threshold"),
        (["reprocess"], "--stage"),
        (["reprocess", "--stage", "fetch"], "--stage"),
        (["evaluate", "no-such-set"], "no gold named no-such-set"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_an_unknown_article_is_named(tmp_path: Path) -> None:
    open_store(tmp_path)
    result = run("show", "abc", "--data", str(tmp_path))
    assert result.exit_code == 2
    assert "no article 'abc'" in result.output


def test_tables_that_are_not_there(tmp_path: Path) -> None:
    result = run("show", "abc", "--data", str(tmp_path / "none"))
    assert result.exit_code == 1
    assert "nothing was stored yet" in result.output
    assert "Traceback" not in result.output


def test_verify_passes_an_empty_store(tmp_path: Path) -> None:
    open_store(tmp_path)
    assert run("verify", "--data", str(tmp_path)).exit_code == 0


def test_verify_names_what_is_wrong(tmp_path: Path) -> None:
    open_store(tmp_path)
    (tmp_path / "tables" / "quotes" / "part-00000.parquet").write_bytes(b"PAR1 torn")
    result = run("verify", "--data", str(tmp_path))
    assert result.exit_code == 1
    assert "quotes" in result.output


def test_lines_that_are_no_text_cost_only_themselves(tmp_path: Path) -> None:
    source, target = tmp_path / "texts.jsonl", tmp_path / "out.jsonl"
    good = b'{"id": "good", "text": "\xe2\x80\x9cNo,\xe2\x80\x9d said Holt."}'
    lines = [
        b"\xef\xbb\xbf" + good,
        b'{"id": 1, "text": "caf\xe9"}',
        b"[" * 100_000,
        b'{"id": "\\ud800", "text": "x"}',
        b'{"id": "half", "text": "\\ud800 \xe2\x80\x9cNo,\xe2\x80\x9d said Holt."}',
        good + b"\r",
    ]
    source.write_bytes(b"\n".join(lines) + b"\n")
    result = run("annotate", str(source), "--only", "quotes", "-o", str(target))
    assert (result.exit_code, result.output) == (0, "")
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["good", None, None, "\ud800", "half", "good"]
    assert ["error" in row for row in rows] == [False, True, True, False, False, False]


def test_an_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    source = tmp_path / "texts.jsonl"
    source.write_text('{"id": 1, "text": "x"}\n')
    result = run("annotate", str(source), "-o", str(tmp_path / "none" / "out.jsonl"))
    assert result.exit_code == 1
    assert "cannot be written" in result.output


def test_annotate_gives_a_line_a_line() -> None:
    lines = [
        json.dumps({"id": "a", "text": "“We open at nine,” Anna Berg said."}),
        "no JSON at all",
        json.dumps(["a list"]),
        json.dumps({"id": "b"}),
        json.dumps({"id": "c", "text": "Nothing was said."}),
    ]
    result = run("annotate", "-", "--only", "quotes", stdin="\n".join(lines) + "\n")
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert [row["id"] for row in rows] == ["a", None, None, "b", "c"]
    assert ["error" in row for row in rows] == [False, True, True, True, False]
    [quote] = rows[0]["quotes"]
    assert (quote["canonical"], quote["cue"]) == ("Anna Berg", [29, 33])


def test_a_threshold_leaves_unsure_speakers_out() -> None:
    text = (
        "“We open at nine,” Anna Berg said.\n"
        "Her sister Ida Berg runs the other shop, and Ruth Lang the third.\n"
        "She thought that the winter had been “a bit long”."
    )
    line = json.dumps({"id": "a", "text": text})

    def quotes(*arguments: str) -> list[dict[str, Any]]:
        result = run("annotate", "-", "--only", "quotes", *arguments, stdin=line)
        assert result.exit_code == 0
        found: list[dict[str, Any]] = json.loads(result.output)["quotes"]
        return found

    every = quotes()
    sure, unsure = max(q["confidence"] for q in every), min(q["confidence"] for q in every)
    assert all(quote["canonical"] for quote in every)
    some = quotes("--threshold", str((sure + unsure) / 2))
    assert [quote["canonical"] for quote in some] == [
        quote["canonical"] if quote["confidence"] == sure else None for quote in every
    ]
    assert [quote | {"canonical": None} for quote in some] == [
        quote | {"canonical": None} for quote in every
    ]


def test_clean_gives_a_line_a_line(tmp_path: Path) -> None:
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    body = "".join(
        f"<p>On {day} the council met in the old school hall, and spoke for hours about the drains "
        f"that had flooded the market on the {day} before.</p>"
        for day in days
    )
    page = f"<html><body><article><h1>Council meets</h1>{body}</article></body></html>"
    source, target = tmp_path / "pages.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": 1, "page": page}, {"id": 2, "page": ""}, {"id": 3, "html": "not-there.html"}]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = run("clean", str(source), "-o", str(target))
    assert result.exit_code == 0, result.output
    cleaned = [json.loads(line) for line in target.read_text().splitlines()]
    assert [row["id"] for row in cleaned] == [1, 2, 3]
    assert cleaned[0]["headline"] == "Council meets"
    assert cleaned[0]["seconds"] >= 0
    assert all("error" in row for row in cleaned[1:])


def test_options_of_ingest_reach_the_flow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import flows.terminal

    asked: dict[str, Any] = {}

    def run_with_progress(name: str, data: Path, **parameters: Any) -> int:
        asked.update(parameters, name=name, data=data)
        return 0

    monkeypatch.setattr(flows.terminal, "run_with_progress", run_with_progress)
    options = (
        *("--since", "2025-01-31", "--until", "2025-03-01T12:00+02:00", "--limit", "7"),
        *("--only-hosts", "A.example, b.example", "--gap", "0.5", "--rights", "research"),
        *("--ignore-robots", "written permission of 3 May", "--refetch", "--time-budget", "60"),
    )
    result = run("ingest", ".", *options, "--data", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert (asked["name"], asked["sources"], asked["data"]) == ("ingest", ["."], tmp_path)
    assert asked["limits"] == Limits(
        since=datetime(2025, 1, 31, tzinfo=UTC),
        until=datetime(2025, 3, 1, 10, tzinfo=UTC),
        count=7,
        only_hosts=("a.example", "b.example"),
    )
    assert asked["policy"] == Policy(
        gap=0.5,
        rights="research",
        ignore_robots="written permission of 3 May",
        refetch=True,
        time_budget=60.0,
    )


def test_without_options_ingest_is_polite(monkeypatch: pytest.MonkeyPatch) -> None:
    import flows.terminal

    asked: dict[str, Any] = {}
    monkeypatch.setattr(
        flows.terminal, "run_with_progress", lambda *_, **parameters: asked.update(parameters) or 0
    )
    assert run("ingest", ".").exit_code == 0
    assert (asked["policy"], asked["limits"]) == (Policy(), Limits())


def test_so_long_ago() -> None:
    assert timedelta(hours=35) < datetime.now(UTC) - when("36h") < timedelta(hours=37)
    assert age("8w") == timedelta(weeks=8)


def test_evaluate_prints_a_table(tmp_path: Path) -> None:
    result = run("evaluate", "sample", "--shared", str(tmp_path))
    assert result.exit_code == 0, result.output
    assert "| marks recall |" in result.output


def test_the_dictionary_can_be_checked(tmp_path: Path) -> None:
    path = tmp_path / "dictionary.md"
    assert run("dictionary", "--check", "-o", str(path)).exit_code == 1
    assert run("dictionary", "-o", str(path)).exit_code == 0
    assert run("dictionary", "--check", "-o", str(path)).exit_code == 0


def test_the_dictionary_of_the_docs_is_current() -> None:
    path = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
    assert run("dictionary", "--check", "-o", str(path)).exit_code == 0


def test_the_start_of_every_command_is_measured() -> None:
    from tests.benchmarks.bench_startup import CASES, LEFT_OUT, SERVICES, commands

    titles = [*CASES, *SERVICES, *LEFT_OUT]
    for command in commands():
        assert any(re.match(rf"{re.escape(command)}\b", title) for title in titles), command


def test_prefect_is_not_imported_for_a_page() -> None:
    code = "import sys, flows.cli, tasks.clean.pages; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("no-such-folder", "there is no file or folder no-such-folder; an address begins with"),
        ("herald.example/news", "for a web address write https://herald.example/news"),
        ("ftp://herald.example/", "is no address of the web"),
        ("https://", "is no address of the web"),
        ("cut.opml", "ends in the middle"),
        ("empty.opml", "names no feed"),
    ],
)
def test_a_wrong_source_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str, message: str
) -> None:
    head = '<?xml version="1.0"?><opml version="2.0"><body><outline text="Herald"'
    (tmp_path / "cut.opml").write_text(f'{head} xmlUrl="https://herald.example/rss"/><outline ')
    (tmp_path / "empty.opml").write_text(f"{head}/></body></opml>")
    monkeypatch.chdir(tmp_path)
    for command in (["ingest"], ["deploy", "--every", "30m"]):
        result = CliRunner().invoke(main, [*command, source, "--data", "data"])
        assert result.exit_code == 2
        assert message in result.output
    assert not (tmp_path / "data").exists()
