"""Honorifics, surnames, family-name-first names, and who may be meant by a part of a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.annotate import annotate_rows
from tasks.enrich.name_spans import find_names
from tasks.enrich.names import (
    fold,
    gender_of_honorific,
    honorific_of,
    is_family_name_first,
    may_refer_to,
    strip_honorific,
    surname,
    usual_gender,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Mr Okafor", "Okafor"),
        ("Coun Tracey Rawson", "Tracey Rawson"),
        ("Cr Tania Okeefe", "Tania Okeefe"),
        ("Det Ch Insp Sarah O'Neill's", "Sarah O'Neill"),
        ("U.S. Sen. Dana Whitfield", "Dana Whitfield"),
        ("Secretary of State Paul Renner", "Paul Renner"),
        ("Work and Pensions Secretary Ida Moss", "Ida Moss"),
        ("Lt. Gen. Omar Siddiqui", "Omar Siddiqui"),
        ("The Rev Alice Munn", "Alice Munn"),
        ("Harold Bates Jr.", "Harold Bates"),
        ("Mrs Justice Penrose", "Penrose"),
        ("Dame Ruth Alder KC", "Ruth Alder"),
        ("Prime Minister", "Prime Minister"),
        ("Fergus Quinn TD", "Fergus Quinn"),
    ],
)
def test_honorifics_come_off(name: str, expected: str) -> None:
    assert strip_honorific(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ursula von der Leyen", "von der Leyen"),
        ("Kim Jong-un", "Kim"),
        ("Xi Jinping", "Xi"),
        ("Nguyen Phu Trong", "Nguyen"),
        ("Kim Whitmore", "Whitmore"),
        ("Lee Anderson", "Anderson"),
        ("Sir Tom Abara", "Abara"),
        ("Moon Jae-in", "Moon"),
        ("Madonna", "Madonna"),
        ("Charles de Groot", "de Groot"),
    ],
)
def test_surnames(name: str, expected: str) -> None:
    assert surname(name) == expected


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("Mr Kim", "Kim Jong-un", True),
        ("Kim Yong-chol", "Kim Jong-un", False),
        ("Ms Abara", "Lola Abara", True),
        ("Tim Corrigan", "Timothy Corrigan", True),
        ("T. Corrigan", "Timothy Corrigan", True),
        ("Nora Corrigan", "Timothy Corrigan", False),
        ("Leyen", "Ursula von der Leyen", True),
        ("Lola", "Lola Abara", True),
        ("Mr Lola", "Lola Abara", False),
        ("Lola Abara", "Lola J. Abara", True),
    ],
)
def test_who_may_be_meant(short: str, full: str, *, expected: bool) -> None:
    assert may_refer_to(short, full) is expected


def test_gender_comes_from_honorifics_only() -> None:
    assert gender_of_honorific("Mrs Abara") == "f"
    assert gender_of_honorific("Sir Tom Abara") == "m"
    assert gender_of_honorific("Dr Abara") is None
    assert gender_of_honorific("Lola Abara") is None
    assert usual_gender("Margaret Abara") == "f"
    assert usual_gender("Madonna") is None


def test_an_honorific_needs_a_name_after_it() -> None:
    assert honorific_of("President") is None
    assert honorific_of("President Adaeze Obi") == "President"


@given(st.text(max_size=60))
def test_name_rules_never_raise(name: str) -> None:
    assert fold(fold(name)) == fold(name)
    stripped = strip_honorific(name)
    assert len(stripped) <= len(name) + 1
    surname(name)
    is_family_name_first(name)
    usual_gender(name)
    may_refer_to(name, "Sergei Volkov")
    may_refer_to("Sergei Volkov", name)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Chief Justice R.K. Deshmukh asked why.", [("R.K. Deshmukh", "Chief Justice")]),
        (
            "Then P.V. Varma Rao and A.P.J. Qadir left.",
            [("P.V. Varma Rao", None), ("A.P.J. Qadir", None)],
        ),
        ("George H.W. Farrow died.", [("George H.W. Farrow", None)]),
        ("It is in the U.S. Farrow said so.", [("Farrow", None)]),
        ("U.S. Senator Ann Farrow left.", [("Ann Farrow", "Senator")]),
    ],
)
def test_joined_initials_are_one_part_of_a_name(
    text: str, wanted: list[tuple[str, str | None]]
) -> None:
    assert [(span.name, span.title) for span in find_names(text)] == wanted


def test_a_judge_of_initials_is_the_judge() -> None:
    text = "Judge A.B. Varma heard the case. “Let him go tomorrow,” the judge said."
    [row] = annotate_rows([{"id": "a", "text": text}], only="quotes")
    assert [quote["canonical"] for quote in row["quotes"]] == ["A.B. Varma"]
