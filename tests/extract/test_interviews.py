"""Interviews and transcripts: answers without marks, by the label that opens them."""

from tasks.extract.quotes import find_quotes

INTERVIEW = """\
Ada Quill runs the lighthouse.
GAZETTE: Is it lonely?
QUILL: Not at all. The gulls talk.
GAZETTE: What do they say?
QUILL: Mostly the same thing.
GAZETTE: And the storms?
QUILL: They say it louder."""


def test_answers_are_quotes_and_questions_are_not() -> None:
    quotes = find_quotes(INTERVIEW)
    assert [(q.quote, q.source, q.type, q.rule_id) for q in quotes] == [
        ("Not at all. The gulls talk.", "QUILL", "direct", "interview.label"),
        ("Mostly the same thing.", "QUILL", "direct", "interview.label"),
        ("They say it louder.", "QUILL", "direct", "interview.label"),
    ]


def test_a_list_with_colons_is_no_interview() -> None:
    text = "Time: 7pm on Monday.\nPlace: the town hall.\nPrice: five pounds."
    assert find_quotes(text) == ()


def test_pros_and_cons_are_no_interview() -> None:
    text = "Mia thought it over.\nPro: they had a boat.\nCon: no oars.\nPro: the lake was small."
    assert find_quotes(text) == ()


def test_one_label_is_no_interview() -> None:
    assert find_quotes("Reid: we are ready.\nIt rained all day.") == ()


def test_the_parts_of_a_list_are_no_interview() -> None:
    text = (
        "Six kettles were tried.\nAccuracy: It stops at 99 degrees.\nComfort: The handle is cool.\n"
        "Accuracy: It stops too late.\nComfort: The lid is stiff."
    )
    assert find_quotes(text) == ()


def test_people_who_ask_nothing_take_turns() -> None:
    text = (
        "A talk by the lighthouse keepers Ada Quill and Tom Reid.\nQUILL: We light it at dusk.\n"
        "TOM REID: And I put it out.\nQUILL: He sleeps in.\nTOM REID: The gulls wake me."
    )
    assert [quote.source for quote in find_quotes(text)] == ["QUILL", "TOM REID"] * 2
