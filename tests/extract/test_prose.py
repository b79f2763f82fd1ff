"""Lines in which nobody speaks: code, notices of servers, references, rows of tables."""

import pytest

from tasks.extract.prose import is_prose, may_name
from tasks.extract.quotes import find_quotes


@pytest.mark.parametrize(
    "line",
    [
        'var kiosk = new Kiosk("tea"); kiosk.open(); // says "open"',
        "Strict Standards: Declaration of Tea::pour() should fit Menu::pour($cup) in /srv/tea.php",
        "read only = yes uid = root path = /backup/tea",
        'const label = "tea"; if (label === "tea") { pour(label); }',
        "from tea.leaves import black_leaves, green_leaves",
        '<kettle name="tea"> <lid state="shut" /> </kettle>',
        '^ "Tea in the valley". The Valley Times said. Retrieved 4 May 2012.',
        "| “Tea” | said the table | 4 |",
    ],
)
def test_no_prose(line: str) -> None:
    assert not is_prose(line)


@pytest.mark.parametrize(
    "line",
    [
        "“It cost $40,” said Ann Reid, “and $12 for the lid (used).”",
        "Reid (R-Idaho) said: “The bill = a tax.”",
        "He told @tea_lover the iPhone and the eBay sale were “a scam”;",
        "“[They] {sic} failed,” the letter said.",
        "Shares of $TEA and $KETL rose, Reid said.",
        "Write to ann_reid@valley.example, she said, or see valley.example/tea_rooms.",
    ],
)
def test_prose(line: str) -> None:
    assert is_prose(line)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Ann Reid", True),
        ("538", True),
        ("x = y", False),
        ("”", False),
        ("<b>", False),
        ("Q", True),
    ],
)
def test_who_may_be_named(words: str, answer: bool) -> None:
    assert may_name(words) is answer


def test_nobody_is_quoted_in_code_beside_prose() -> None:
    text = (
        "Ann Reid wrote the kettle’s software.\n"
        'let state = "boiling"; console.log("tea says " + state);\n'
        "“It only whistles,” she said."
    )
    assert [quote.quote for quote in find_quotes(text)] == ["It only whistles,"]


def test_labels_of_a_listing_name_nobody() -> None:
    text = "The call takes options.\nguard: “request-no-tea”\nReview: “I liked it a lot.”"
    assert {quote.source for quote in find_quotes(text)} <= {None}
