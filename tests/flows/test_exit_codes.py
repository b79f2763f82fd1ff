"""Exit codes, the same for all commands: 1 when there is nothing to work on, 2 for wrong usage."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.cli import main

READING = (
    "changes",
    "changes --quotes",
    "entities corrections",
    "entities list",
    "entities merge local:a local:b",
    "entities split local:a Name --article 0a",
    "export {out}",
    "forget --yes --url https://news.example/1",
    "forget --again",
    "forget --yes Ada_Morrow",
    "health",
    "ledger due",
    "ledger rebuild",
    "maintain",
    "migrate",
    "report",
    "reprocess --stage extract",
    "revisit",
    "show 0a",
    "sites",
    "verify",
    "verify --repair",
    "watch hits",
    "watch list",
    "watch remove somebody",
    "watch test somebody",
)
"""Every command that works on what was stored before."""

WRONG = (
    "changes --since someday",
    "export",
    "export {out} --format xls",
    "forget --url https://news.example/1 --outlet news.example",
    "maintain --drop-raw-older-than soon",
    "reprocess --stage fetch",
    "nonsense",
)


@pytest.mark.parametrize("line", READING)
def test_a_folder_without_tables(line: str, tmp_path: Path) -> None:
    """Nothing is made in it, and a folder that is not there stays so."""
    for data in (tmp_path / "empty", tmp_path / "absent"):
        if data.name == "empty":
            data.mkdir()
        words = [word.format(out=tmp_path / "out") for word in line.split()]
        result = CliRunner().invoke(main, [*words, "--data", str(data)])
        assert result.exit_code == 1, (line, result.output)
        assert f"nothing was stored yet in {data}; run: onrecord ingest SOURCE" in result.output
        assert [path.name for path in tmp_path.rglob("*")] in (["empty"], [])


@pytest.mark.parametrize("line", WRONG)
def test_wrong_usage(line: str, tmp_path: Path) -> None:
    words = [word.format(out=tmp_path / "out") for word in line.split()]
    result = CliRunner().invoke(main, [*words, "--data", str(tmp_path)])
    assert result.exit_code == 2, (line, result.output)
    assert list(tmp_path.iterdir()) == []
