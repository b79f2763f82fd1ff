"""The command line: exit codes, clear messages, never a stack trace."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import main
from tasks.store.transactions import open_store


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ingest"], "Missing argument"),
        (["ingest", "x", "--batch-size", "0"], "--batch-size"),
        (["no-such-command"], "No such command"),
        (["clean", "no-such-file.jsonl"], "No such file"),
        (["annotate", "-", "--only", "verbs"], "--only"),
        (["show"], "Missing argument"),
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
    assert "no article abc" in result.output


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


def test_the_dictionary_can_be_checked(tmp_path: Path) -> None:
    path = tmp_path / "dictionary.md"
    assert run("dictionary", "--check", "-o", str(path)).exit_code == 1
    assert run("dictionary", "-o", str(path)).exit_code == 0
    assert run("dictionary", "--check", "-o", str(path)).exit_code == 0


def test_the_dictionary_of_the_docs_is_current() -> None:
    path = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
    assert run("dictionary", "--check", "-o", str(path)).exit_code == 0


def test_prefect_is_not_imported_for_a_page() -> None:
    code = "import sys, flows.cli, tasks.clean.pages; sys.exit('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.prefect
def test_a_wrong_source_is_a_message_and_a_row(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "flows.cli", "ingest", "no-such-folder"]
    done = subprocess.run(
        [*command, "--data", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "there is no file or folder no-such-folder" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
