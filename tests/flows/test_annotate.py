"""Plain texts to quotes and names, as `onrecord annotate` gives them."""

from hypothesis import given
from hypothesis import strategies as st

from flows.annotate import annotate_rows
from tasks.clean.text_lines import unwrapped

WRAPPED = """The town will pay for the works at the harbour, said Ute
Brandt, who has led the council since the spring of last
year. Her party, the Harbour List, had asked for a vote of
the whole town, which Brandt thinks would come too late.

Brandt said: “We asked the owners to stay away from the
harbour, and they told us in a letter that they would not
come before the summer is over.”"""


def test_a_quote_goes_on_over_the_line_ends_of_a_wrapped_text() -> None:
    [row] = annotate_rows([{"id": "a", "text": WRAPPED}], only="quotes")
    direct = next(quote for quote in row["quotes"] if quote["type"] == "direct")
    [[start, end]] = direct["spans"]
    assert WRAPPED[start:end].startswith("We asked the owners")
    assert WRAPPED[start:end].endswith("summer is over.")
    assert direct["canonical"] == "Ute Brandt"


@given(st.text(st.sampled_from("\n ab.\r"), max_size=400))
def test_unwrapping_moves_no_offset(text: str) -> None:
    assert len(unwrapped(text)) == len(text)
    assert unwrapped(text).split() == text.split()


def test_paragraphs_of_a_line_each_stay_apart() -> None:
    text = "\n".join(["The harbour was closed at noon, the town said in a statement."] * 6)
    assert unwrapped(text) == text


def test_blank_lines_part_paragraphs() -> None:
    assert unwrapped(WRAPPED).count("\n") == 2
