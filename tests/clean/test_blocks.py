from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.alignment import align
from tasks.clean.blocks import Block, text_blocks
from tasks.clean.document import parse_html
from tasks.clean.glue import split_glued, unglue


def blocks(html: str) -> list[Block]:
    root = parse_html(f"<html><body>{html}</body></html>").find("body")
    assert root is not None
    return text_blocks(root)


def test_runs_of_text_in_reading_order() -> None:
    found = blocks(
        "<div>Bare <b>text</b><p>One <i>para</i>graph.</p>tail<ul><li>Item</li></ul></div>"
    )
    assert [(block.tag, block.text) for block in found] == [
        ("div", "Bare text"),
        ("p", "One paragraph."),
        ("div", "tail"),
        ("li", "Item"),
    ]


def test_breaks_end_a_paragraph_when_doubled_or_after_a_sentence() -> None:
    assert [block.text for block in blocks("<p>One<br>two<br><br>Three.<br>Four</p>")] == [
        "One two",
        "Three.",
        "Four",
    ]


def test_what_holds_no_words_is_skipped() -> None:
    assert (
        blocks("<script>var a</script><nav>Home</nav><button>Go</button><svg><text>x</text></svg>")
        == []
    )


def test_links_and_places_are_known() -> None:
    (block,) = blocks(
        '<div class="story body-12"><p class="x">All <a href="/">of this</a></p></div>'
    )
    assert block.path[:2] == ("p.x", "div.body-#.story")
    assert 0.5 < block.link_share < 0.8
    assert block.key == "all of this"


def test_a_row_of_data_is_one_block_and_a_layout_table_is_none() -> None:
    assert [b.text for b in blocks("<table><tr><td>Vellmouth</td><td>12</td></tr></table>")] == [
        "Vellmouth | 12"
    ]
    found = blocks("<table><tr><td><p>Left.</p></td><td><p>Right.</p></td></tr></table>")
    assert [block.text for block in found] == ["Left.", "Right."]


def test_a_teaser_that_repeats_a_line_of_the_body_is_not_taken_for_it() -> None:
    page = [
        "the dam leaked",
        "other news of the day",
        "headline",
        "first paragraph",
        "the dam leaked",
        "end of it",
    ]
    assert align(page, ["first paragraph", "the dam leaked", "end of it"]) == [
        False, False, False, True, True, True,
    ]  # fmt: skip


def test_parts_of_a_line_are_found() -> None:
    page = ["menu", "the first half of it", "and the second half", "footer"]
    assert align(page, ["the first half of it and the second half"]) == [False, True, True, False]


@given(st.lists(st.sampled_from(["a b", "c d", "e f", "g h", "i j"]), max_size=12))
def test_a_page_aligns_with_itself(page: list[str]) -> None:
    assert align(page, page) == [True] * len(page)


def test_glued_sentences() -> None:
    assert split_glued("It matters.The mayor said so.") == ["It matters.", "The mayor said so."]
    assert unglue("“It matters.”The mayor left.") == "“It matters.” The mayor left."
    for text in (
        "He works for the U.S. Senate.",
        "Visit example.com today.",
        'She said "no." Then left.',
    ):
        assert split_glued(text) == [text]


@given(st.text(max_size=200))
def test_splitting_glue_loses_nothing(text: str) -> None:
    assert "".join(split_glued(text)) == text
