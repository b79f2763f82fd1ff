"""Cases by class, in `cases/*.txt`: what is quoted, who is named as its source, by which cue."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.extract.quotes import find_quotes

CASES = Path(__file__).parent / "cases"


def cases() -> Iterator[object]:
    for path in sorted(CASES.glob("*.txt")):
        section = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("[") and line.endswith("]"):
                section = line[1:-1]
            elif line and not line.startswith("#"):
                text, _, expected = line.rpartition(" => ")
                yield pytest.param(text, expected, id=f"{section}: {text[:50]}")


@pytest.mark.parametrize(("text", "expected"), list(cases()))
def test_quotes_sources_and_cues(text: str, expected: str) -> None:
    found = [
        f"{quote.quote} | {quote.source or '-'} | {quote.cue or '-'}"
        for quote in find_quotes(text.replace(" ¶ ", "\n"))
    ]
    assert found == ([] if expected == "nothing" else expected.split(" ;; "))


def test_every_class_has_ten_cases() -> None:
    counts: dict[str, int] = {}
    section = ""
    for path in sorted(CASES.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = line
            elif line and not line.startswith("#"):
                counts[section] = counts.get(section, 0) + 1
    assert len(counts) >= 20
    assert all(count >= 10 for count in counts.values())
