# ruff: noqa: E501 -- a page is one element a line

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.clean.furniture import Body, Paragraph, remove_furniture

BODY = [
    "The island's only baker will close her shop in June after thirty years of early mornings.",
    "Odile Marchetti, 68, said she had looked for somebody to take over but found nobody who liked four o'clock.",
    "“I would rather shut the door myself than watch it become a phone shop,” she told the parish council.",
    "The council has offered a year without rent to anyone who will bake bread in the village.",
    "Two families from the mainland have asked for the keys, according to the parish clerk.",
]


def clean(lines: list[str], **options: object) -> Body:
    return remove_furniture([Paragraph(line) for line in lines], **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("Sign up for our weekly newsletter and get the islands in your inbox", "newsletter"),
        ("READ MORE: Ferry company loses its licence", "read_more"),
        ("Lesen Sie auch: Fährgesellschaft verliert Lizenz", "read_more"),
        ("Lire aussi : La compagnie perd sa licence", "read_more"),
        ("Lea: La compañía pierde su licencia", "read_more"),
        ("Weitere Informationen:", "read_more"),
        ("Mehr Themen auf inselpost.example", "read_more"),
        ("Contenido relacionado", "read_more"),
        ("Laden Sie jetzt unsere App herunter", "app_promo"),
        ("Téléchargez notre application gratuite", "app_promo"),
        ("Únete a nuestro canal de WhatsApp", "app_promo"),
        ("Dieser Artikel erschien zuerst in der Inselpost.", "republished"),
        ("Cet article a été initialement publié par La Marée", "republished"),
        ("Partager sur Facebook", "share_prompt"),
        ("Folgen Sie uns auf Instagram", "share_prompt"),
        ("12 Kommentare anzeigen", "comment_prompt"),
        ("Laisser un commentaire", "comment_prompt"),
        ("Dieser Beitrag enthält Affiliate-Links", "advert"),
        ("Anzeige - Heute Fisch vom Kutter?", "advert"),
        ("Crédits photos : Odile Marchetti", "photo_credit"),
        ("Lesezeit: 4 Minuten", "timestamp"),
        ("Über die Autorin", "author_bio"),
        ("Wir verwenden Cookies, um die Seite zu verbessern.", "cookie"),
        ("Gefällt dir unser Magazin? Dann hilf uns.", "appeal"),
        ("© 2024 The Island Post. All rights reserved.", "copyright"),
        ("Advertisement", "advert"),
        ("Story continues below", "advert"),
        ("Share on Facebook", "share_prompt"),
        ("Follow us on Instagram", "share_prompt"),
        ("Leave a comment", "comment_prompt"),
        ("Whose bread do you like best? Let us know in the comments below!", "comment_prompt"),
        ("Published 3 May 2024", "timestamp"),
        ("Photo: Lena Brook", "photo_credit"),
        ("* * *", "separator"),
        ("Got a story? Email us at desk@islandpost.example", "author_bio"),
        ("We use cookies to make this site better.", "cookie"),
        ("Please support independent journalism from as little as £2 a month.", "appeal"),
    ],
)
def test_furniture_goes_and_is_recorded(line: str, rule: str) -> None:
    body = clean([*BODY, line])
    assert list(body.paragraphs) == BODY
    assert [(item.segment, item.rule_id) for item in body.segments] == [(line, rule)]
    assert body.segments[0].position == len("\n".join(BODY))


@pytest.mark.parametrize(
    "line",
    [
        "“Please support independent journalism,” read the sign above the till.",
        "The fund gave the newspaper a donation of £2,000, its editor said.",
        "She read more than a hundred letters from customers that week.",
        "Advertisement revenue at the paper fell by a third, its owner said.",
        "Comments by the minister drew laughter from the back of the hall.",
        "Related families have lived on the island since the twelfth century, records show.",
        "The photo shows her mother in 1962, holding the first loaf.",
        "So the bakery closes, after all. Will you miss it? Let us know in the comments.",
    ],
)
def test_journalism_stays(line: str) -> None:
    assert line in clean([*BODY[:3], line, *BODY[3:]]).paragraphs


def test_credit_lines_are_lifted() -> None:
    body = clean([*BODY, "Additional reporting by Tomas Weld and agencies"])
    assert body.credit_line == "Additional reporting by Tomas Weld and agencies"
    assert list(body.paragraphs) == BODY


def test_a_repeated_headline_goes() -> None:
    body = clean(["Island baker to close shop", *BODY], headlines=["Island Baker to Close Shop"])
    assert list(body.paragraphs) == BODY


def test_lines_of_other_pages_go() -> None:
    line = "The weather on the islands today"
    key = line.lower()
    assert line in clean([*BODY, line], site_lines={key: 1}).paragraphs
    assert line not in clean([*BODY, line], site_lines={key: 2}).paragraphs


def test_the_rules_never_take_most_of_a_text() -> None:
    lines = ["Share on Facebook", "Follow us on Twitter", "Read more: the ferry", "A bakery opens."]
    assert "Share on Facebook" in clean(lines).paragraphs


def test_the_conservative_profile_keeps_links() -> None:
    lines = [*map(Paragraph, BODY), Paragraph("A list of bakeries nearby", "p", 1.0)]
    assert len(remove_furniture(lines, profile="news").paragraphs) == 5
    assert len(remove_furniture(lines, profile="conservative").paragraphs) == 6


@given(
    st.lists(
        st.sampled_from([*BODY, "Advertisement", "Leave a comment", "By Ann Lee"]), max_size=12
    )
)
def test_nothing_is_lost(lines: list[str]) -> None:
    body = clean(lines)
    told = sorted([*body.paragraphs, *(item.segment for item in body.segments)])
    assert told == sorted(lines)
    text = "\n".join(body.paragraphs)
    assert all(0 <= item.position <= len(text) for item in body.segments)


@pytest.mark.parametrize(
    ("line", "is_dropped"),
    [
        ("Sign up to Inside Islands", True),
        ("after newsletter promotion", True),
        ("Sign up for the ferry ends on Friday, the council said.", False),
        ("Sign up to pay, they were told.", False),
    ],
)
def test_prompts_of_newsletters_that_do_not_say_so(line: str, is_dropped: bool) -> None:
    assert (line not in clean([*BODY[:3], line, *BODY[3:]]).paragraphs) is is_dropped
