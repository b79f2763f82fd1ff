# ruff: noqa: E501 -- a case is one line

import pytest

from tasks.clean.agency import wire_agency
from tasks.clean.dateline import find_dateline


@pytest.mark.parametrize(
    ("paragraph", "text", "agency"),
    [
        ("PARIS (AP) — The river rose on Monday.", "PARIS (AP)", "AP"),
        ("PORT ELLERY, May 3 (Lanthorn) - The boat sank.", "PORT ELLERY, May 3 (Lanthorn)", "Lanthorn"),
        ("AUBURN, Wash. — Mothers went back to work.", "AUBURN, Wash.", None),
        ("VELLMOUTH (Aug. 13) — The boat sank.", "VELLMOUTH (Aug. 13)", None),
        ("KEREM SHALOM, Israel — There is no shortage.", "KEREM SHALOM, Israel", None),
        ("WASHINGTON, D.C. -- The vote was close.", "WASHINGTON, D.C.", None),
        ("ST. JOHN'S – Fog kept the fleet in.", "ST. JOHN'S", None),
        ("Berlin (dpa) - Die Fähre fährt weiter.", "Berlin (dpa)", "dpa"),
        ("New Larkfield, 3 May (Reuters) – The mill opened.", "New Larkfield, 3 May (Reuters)", "Reuters"),
    ],
)  # fmt: skip
def test_datelines(paragraph: str, text: str, agency: str | None) -> None:
    found = find_dateline(paragraph)
    assert found is not None
    assert (found.text, found.agency, found.is_alone) == (text, agency, False)


@pytest.mark.parametrize(
    "paragraph",
    [
        "The ferry — a night boat — stays.",
        "BREAKING — The ferry stays.",
        "EDITOR'S NOTE — The ferry stays.",
        "WATCH: the ferry leaves",
        "Ada Quell (left) — who leads the council — spoke.",
        "NATO said on Monday that it would stay.",
        "X-RAYS show the crack - and the rust.",
        "",
    ],
)
def test_what_is_no_dateline(paragraph: str) -> None:
    assert find_dateline(paragraph) is None


def test_a_line_of_its_own_is_alone() -> None:
    found = find_dateline("AUBURN, Wash. —")
    assert found is not None
    assert found.is_alone


def test_the_agency_in_a_dateline_wrote_the_text() -> None:
    assert (
        wire_agency(None, ("Ines Okafor",), "VELLMOUTH (Lanthorn) — The boat sank.") == "Lanthorn"
    )
    assert wire_agency(None, ("Ines Okafor",), "VELLMOUTH — The boat sank.") is None
