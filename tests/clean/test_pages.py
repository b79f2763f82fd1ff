from pathlib import Path

from tasks.clean.pages import clean_rows

PARAGRAPH = (
    "<p>The ferry company said on Friday that it would run a second boat in the summer months.</p>"
)
PAGE = (
    "<html><head><title>Second boat</title></head><body><h1>Second boat for the summer</h1>"
    f"{PARAGRAPH * 6}</body></html>"
)


def test_every_line_gives_a_line_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(PAGE)
    rows = [
        {"id": 1, "html": "a.html", "url": "https://example.com/2024/01/02/boat"},
        {"id": 2, "html": "missing.html"},
        {"id": 3},
        {"id": 4, "page": PAGE},
        {"id": 5, "page": ""},
    ]
    out = list(clean_rows(rows, tmp_path))
    assert [row["id"] for row in out] == [1, 2, 3, 4, 5]
    assert ["error" in row for row in out] == [False, True, True, False, True]
    assert out[0]["headline"] == "Second boat for the summer"
    assert out[0]["text"].startswith("The ferry company")
    assert out[0]["seconds"] > 0
