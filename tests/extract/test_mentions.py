"""Mentions: what a tagger finds, repaired over the whole article."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.extract.english import is_english
from tasks.extract.mentions import find_mentions, mentions_of, repair
from tasks.extract.tagger import TaggedSpan, Tagger, load_tagger
from tasks.records import Span


def tag(text: str, *found: tuple[str, str]) -> list[TaggedSpan]:
    """Tag the given words, each at its next occurrence."""
    spans, at = [], 0
    for words, label in found:
        at = text.index(words, at)
        spans.append(TaggedSpan(at, at + len(words), label))
        at += len(words)
    return spans


def names(text: str, tagged: Sequence[TaggedSpan]) -> list[tuple[str, str]]:
    return [(text[name.start : name.end], name.type) for name in repair(text, tagged)]


EDGES = [
    # honorifics, articles, possessives and marks are no part of a name
    ("Mr Okafor’s brother left.", [("Mr Okafor’s", "PERSON")], [("Okafor", "PERSON")]),
    ("“Anna Berg” wrote.", [("“Anna Berg”", "PERSON")], [("Anna Berg", "PERSON")]),
    ("Then the Harbour Trust closed.", [("the Harbour Trust", "ORG")], [("Harbour Trust", "ORG")]),
    ("Judge Ines Moreau agreed.", [("Judge Ines Moreau", "PERSON")], [("Ines Moreau", "PERSON")]),
    # a line end parts two names, and so does a comma
    (
        "Told the Daily Bugle, Brandt said no.",
        [("Daily Bugle, Brandt", "ORG")],
        [("Daily Bugle", "ORG"), ("Brandt", "ORG")],
    ),
    (
        "Grote\nMaria Lund is well.",
        [("Grote\nMaria Lund", "PERSON")],
        [("Grote", "PERSON"), ("Maria Lund", "PERSON")],
    ),
    # a slash does too, but for titles and abbreviations
    (
        "A Quantro/Harbour Trust poll came out.",
        [("Quantro/Harbour Trust", "ORG")],
        [("Quantro", "ORG"), ("Harbour Trust", "ORG")],
    ),
    ("They sang “Rise/Fall” twice.", [("Rise/Fall", "WORK")], [("Rise/Fall", "WORK")]),
    ("The JD/U won there.", [("JD/U", "ORG")], [("JD/U", "ORG")]),
    # a footnote parts names, and a post's handle ends one
    (
        "So said the Harbour Trust.[32] Tarn Council met.",
        [("Harbour Trust.[32] Tarn Council", "ORG")],
        [("Harbour Trust", "ORG"), ("Tarn Council", "ORG")],
    ),
    (
        "“So sad.” — Ana Reyes (@areyes) July 3",
        [("Ana Reyes (@areyes) July 3", "PERSON")],
        [("Ana Reyes", "PERSON")],
    ),
    # an office is no body, and common words are no names
    (
        "Transport Secretary Joan Hill spoke.",
        [("Transport", "ORG"), ("Joan Hill", "PERSON")],
        [("Joan Hill", "PERSON")],
    ),
    (
        "Secretary of State Paul Reyes left.",
        [("State", "ORG"), ("Paul Reyes", "PERSON")],
        [("Paul Reyes", "PERSON")],
    ),
    ("The CEO and the iPhone.", [("CEO", "ORG"), ("iPhone", "ORG")], []),
    ("See #StormAlert at example.com now.", [("StormAlert", "ORG"), ("example.com", "ORG")], []),
    # a position, a sentence's first participle, a noun written small are no part of a person's name
    ("Reds QB Sam Okoye ran.", [("Reds QB Sam Okoye", "PERSON")], [("Sam Okoye", "PERSON")]),
    ("Hosting Ida Sorel is fun.", [("Hosting Ida Sorel", "PERSON")], [("Ida Sorel", "PERSON")]),
    (
        "Singer Ida Sorel fans left.",
        [("Singer Ida Sorel fans", "PERSON")],
        [("Ida Sorel", "PERSON")],
    ),
    ("Dean Baker left.", [("Dean Baker", "PERSON")], [("Dean Baker", "PERSON")]),
    # letters after a name are no part of it, and a rank alone is no name
    ("Gregor Strand KC spoke.", [("Gregor Strand KC", "PERSON")], [("Gregor Strand", "PERSON")]),
    (
        "Det Insp Ada Wren ran.",
        [("Det Insp", "ORG"), ("Ada Wren", "PERSON")],
        [("Ada Wren", "PERSON")],
    ),
    # a prefix is no part of a name
    ("A pro-Tarrant rally.", [("pro-Tarrant", "PERSON")], [("Tarrant", "PERSON")]),
    # a full stop stays where it belongs to the name
    ("He joined Acme Corp. in May.", [("Acme Corp.", "ORG")], [("Acme Corp.", "ORG")]),
    ("He lives in Paris.", [("Paris.", "GPE")], [("Paris", "PLACE")]),
    ("JD(U) won.", [("JD(U", "ORG")], [("JD(U)", "ORG")]),
    (
        "Rep. Ann Cole (R-Ky.) voted.",
        [("Ann Cole", "PERSON"), ("R-Ky.", "ORG")],
        [("Ann Cole", "PERSON"), ("Ky.", "PLACE")],
    ),
]


@pytest.mark.parametrize(("text", "tagged", "wanted"), EDGES, ids=[case[0][:25] for case in EDGES])
def test_edges(text: str, tagged: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> None:
    assert names(text, tag(text, *tagged)) == wanted


GROWTH = [
    ("President Park Jae-won spoke.", [("Park Jae", "PERSON")], [("Park Jae-won", "PERSON")]),
    ("The Marin-led group.", [("Marin", "PERSON")], [("Marin", "PERSON")]),
    (
        "Ana Lucia Prado came.",
        [("Ana Lucia", "PERSON"), ("Prado", "PERSON")],
        [("Ana Lucia Prado", "PERSON")],
    ),
    (
        "Amy Verran Hale came.",
        [("Amy", "PERSON"), ("Verran Hale", "PERSON")],
        [("Amy Verran Hale", "PERSON")],
    ),
    ("Bradford council met.", [("Bradford", "GPE")], [("Bradford council", "ORG")]),
    ("Durban high court ruled.", [("Durban", "ORG")], [("Durban high court", "ORG")]),
    ("on the Iberian peninsula today", [("Iberian", "NORP")], [("Iberian peninsula", "PLACE")]),
    ("across south-east Asia now", [("Asia", "LOC")], [("south-east Asia", "PLACE")]),
    ("in southern Chile now", [("Chile", "GPE")], [("Chile", "PLACE")]),
    (
        "talks of North and South Korea began",
        [("North and South Korea", "GPE")],
        [("North", "PLACE"), ("South Korea", "PLACE")],
    ),
    (
        "talks between North and South Korea began",
        [("South Korea", "GPE")],
        [("North", "PLACE"), ("South Korea", "PLACE")],
    ),
    # a double surname, one with small words, the one after a usual given name
    (
        "Maria Duarte-Lopes left; Duarte-Lopes wept.",
        [("Maria Duarte", "PERSON"), ("Duarte", "PERSON")],
        [("Maria Duarte-Lopes", "PERSON"), ("Duarte-Lopes", "PERSON")],
    ),
    (
        "the Ida Sorel-Jon Hall ticket",
        [("Ida Sorel", "PERSON"), ("Jon Hall", "PERSON")],
        [("Ida Sorel", "PERSON"), ("Jon Hall", "PERSON")],
    ),
    (
        "Katrin von der Aue spoke.",
        [("Katrin von der", "PERSON")],
        [("Katrin von der Aue", "PERSON")],
    ),
    ("a critic, von der Aue, left", [("Aue", "PERSON")], [("von der Aue", "PERSON")]),
    (
        "Pádraig Mac Giolla left.",
        [("Pádraig Mac", "PERSON")],
        [("Pádraig Mac Giolla", "PERSON")],
    ),
    ("Tariq al-Masri left.", [("Tariq", "PERSON")], [("Tariq al-Masri", "PERSON")]),
    ("Then Harry Rahilly, 95, left.", [("Harry", "PERSON")], [("Harry Rahilly", "PERSON")]),
    ("She met Harry Tuesday.", [("Harry", "PERSON")], [("Harry", "PERSON")]),
    ("Harry Rahilly Park opened.", [("Harry", "PERSON")], [("Harry", "PERSON")]),
    ("the Duchess of Kent waved", [("Kent", "GPE")], [("Duchess of Kent", "PERSON")]),
]


@pytest.mark.parametrize(("text", "tagged", "wanted"), GROWTH, ids=[c[0][:25] for c in GROWTH])
def test_growth(text: str, tagged: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> None:
    assert names(text, tag(text, *tagged)) == wanted


KINDS = [
    # a surname follows the full name, whatever the tagger takes it for
    (
        "Lena Voss spoke. Later Voss left.",
        [("Lena Voss", "PERSON"), ("Voss", "ORG")],
        ("Voss", "PERSON"),
    ),
    # the words around a name decide against the tagger
    ("Mr Tarrant left.", [("Tarrant", "GPE")], ("Tarrant", "PERSON")),
    ("The oil company Ferrox drills.", [("Ferrox", "GPE")], ("Ferrox", "ORG")),
    ("The charity CATS helps.", [("CATS", "PERSON")], ("CATS", "ORG")),
    ("Okeke, who sings, left.", [("Okeke", "ORG")], ("Okeke", "PERSON")),
    ("The MP for Netherby said so.", [("Netherby", "ORG")], ("Netherby", "PLACE")),
    ("He fears Hurricane Zelda.", [("Hurricane Zelda", "PERSON")], ("Hurricane Zelda", "EVENT")),
    ("The Data Safety Act passed.", [("Data Safety Act", "ORG")], ("Data Safety Act", "LAW")),
    # an acronym is what the words before its bracket are
    (
        "The Lakeside Emergency Management Agency (LASEMA) came. LASEMA helped.",
        [("Lakeside Emergency Management Agency", "ORG"), ("LASEMA", "NORP"), ("LASEMA", "NORP")],
        ("LASEMA", "ORG"),
    ),
    ("She is an MP from Kalanda.", [("Kalanda", "PERSON")], ("Kalanda", "PLACE")),
    ("BALLYCLARE — It rained.", [("BALLYCLARE", "ORG")], ("BALLYCLARE", "PLACE")),
    # what everybody knows
    ("She wore Nike shoes.", [("Nike", "PRODUCT")], ("Nike", "ORG")),
    ("It hit Kenya hard.", [("Kenya", "PERSON")], ("Kenya", "PLACE")),
    ("Many Britons agree.", [("Britons", "PERSON")], ("Britons", "GROUP")),
    # a list has one kind
    (
        "To Kenya, Ruwa and Uganda.",
        [("Kenya", "GPE"), ("Ruwa", "PERSON"), ("Uganda", "GPE")],
        ("Ruwa", "PLACE"),
    ),
    # "Americans who" are no person
    ("Many Americans who vote.", [("Americans", "NORP")], ("Americans", "GROUP")),
]


@pytest.mark.parametrize(("text", "tagged", "wanted"), KINDS, ids=[case[0][:25] for case in KINDS])
def test_kinds(text: str, tagged: list[tuple[str, str]], wanted: tuple[str, str]) -> None:
    assert wanted in names(text, tag(text, *tagged))
    assert all(
        kind == wanted[1] for words, kind in names(text, tag(text, *tagged)) if words == wanted[0]
    )


DOUBTS = [
    # in capitals only known names, and those that the article writes elsewhere
    (
        "COUNCIL REJECTS BRANDT PLAN\nCity leader Ute Brandt wept.",
        [("COUNCIL REJECTS", "ORG"), ("Ute Brandt", "PERSON")],
        [("BRANDT", "PERSON"), ("Ute Brandt", "PERSON")],
    ),
    (
        "UN TALKS FAIL IN KENYA AGAIN\nIt ended.",
        [("KENYA", "GPE")],
        [("KENYA", "PLACE")],
    ),
    ("THE HARBOUR TRUST\nIt ended.", [("HARBOUR TRUST", "ORG")], [("HARBOUR TRUST", "ORG")]),
    # an ordinary word that begins a sentence, unless it is a name elsewhere
    ("Opponents left. The opponents came back.", [("Opponents", "PERSON")], []),
    ("Tremors began. A tremor hurts.", [("Tremors", "ORG")], []),
    (
        "Updated 12:51 GMT by Ute Brandt.",
        [("12:51 GMT", "PERSON"), ("Ute Brandt", "PERSON")],
        [("Ute Brandt", "PERSON")],
    ),
    (
        "Brook left. By the brook he met Ann Brook.",
        [("Brook", "PERSON"), ("Ann Brook", "PERSON")],
        [("Brook", "PERSON"), ("Ann Brook", "PERSON")],
    ),
]


@pytest.mark.parametrize(("text", "tagged", "wanted"), DOUBTS, ids=[c[0][:25] for c in DOUBTS])
def test_doubts(text: str, tagged: list[tuple[str, str]], wanted: list[tuple[str, str]]) -> None:
    assert names(text, tag(text, *tagged)) == wanted


def test_a_town_is_its_team_in_a_report_of_a_match_unless_one_is_in_it() -> None:
    match = "The striker scored a penalty for Liverpool. The goalkeeper lives in Liverpool."
    tagged = tag(match, ("Liverpool", "GPE"), ("Liverpool", "GPE"))
    assert [kind for _, kind in names(match, tagged)] == ["ORG", "PLACE"]
    council = "The mayor of Liverpool opened a library in Liverpool."
    tagged = tag(council, ("Liverpool", "GPE"), ("Liverpool", "GPE"))
    assert {kind for _, kind in names(council, tagged)} == {"PLACE"}


SWEEP = [
    # a name found once is found everywhere, by surname too
    ("Ida Sorel won. Critics of Sorel cheered.", [("Ida Sorel", "PERSON")], ("Sorel", "PERSON")),
    ("Pia von Arx won. Critics of von Arx left.", [("Pia von Arx", "PERSON")], ("Arx", "PERSON")),
    ("Kim Dae-ho won. Critics of Kim left.", [("Kim Dae-ho", "PERSON")], ("Kim", "PERSON")),
    ("Joel Crane and the Cranes’ films.", [("Joel Crane", "PERSON")], ("Cranes", "PERSON")),
    (
        "The Farm Aid Centre (FAC) met. The FAC agreed.",
        [("Farm Aid Centre", "ORG")],
        ("FAC", "ORG"),
    ),
    # known names that a tagger passed over
    ("He wrote so on Twitter yesterday.", [], ("Twitter", "ORG")),
    ("he told the Guardian yesterday", [], ("Guardian", "ORG")),
    ("NAIROBI — Thousands marched.", [], ("NAIROBI", "PLACE")),
    ("She drove to Fresno, Calif., by car.", [("Fresno", "GPE")], ("Calif.", "PLACE")),
]


@pytest.mark.parametrize(("text", "tagged", "wanted"), SWEEP, ids=[case[0][:25] for case in SWEEP])
def test_sweep(text: str, tagged: list[tuple[str, str]], wanted: tuple[str, str]) -> None:
    found = names(text, tag(text, *tagged))
    assert any(
        words.endswith(wanted[0]) and kind == wanted[1] for words, kind in found[len(tagged) :]
    )


def test_a_line_in_capitals_holds_the_names_of_the_article() -> None:
    text = "SOREL HOPES FOR RAIN\nIda Sorel met the Harbour Trust."
    tagged = tag(text, ("Ida Sorel", "PERSON"), ("Harbour Trust", "ORG"))
    assert names(text, tagged)[0] == ("SOREL", "PERSON")


def test_the_owner_of_a_picture_is_no_mention() -> None:
    text = "A dog (Photo: Ida Sorel/Reuters) bit a man, Reuters reported."
    tagged = tag(text, ("Ida Sorel", "PERSON"), ("Reuters", "ORG"), ("Reuters", "ORG"))
    assert [words for words, _ in names(text, tagged)] == ["Ida Sorel", "Reuters"]


def test_part_of_a_longer_name_is_not_swept() -> None:
    text = "Ida Sorel won. She lives in Sorel Gardens."
    assert names(text, tag(text, ("Ida Sorel", "PERSON"))) == [("Ida Sorel", "PERSON")]


def test_offsets_and_sentences() -> None:
    text = "Ida Sorel won.\nThe rival of Sorel left."
    sentences = (Span(0, 14), Span(15, len(text)))
    found = mentions_of(text, sentences, tag(text, ("Ida Sorel", "PERSON")))
    assert [(m.mention, m.sentence_no, m.kind) for m in found] == [
        ("Ida Sorel", 0, "name"),
        ("Sorel", 1, "name"),
    ]


LANGUAGES = [
    ("The minister said that the trains to the coast are late, and that it was his fault.", True),
    (
        "Der Minister hat gestern erklärt, dass die Züge zur Küste wieder einmal zu spät kommen.",
        False,
    ),
    ("El ministro dijo ayer que los trenes de la costa llegan otra vez con mucho retraso.", False),
    ("Le ministre a déclaré hier que les trains de la côte sont encore une fois en retard.", False),
    (
        "وقال الوزير أمس إن القطارات المتجهة إلى الساحل تأخرت مرة أخرى بسبب سوء الأحوال الجوية",
        False,
    ),
    ("Trains late again", True),
    ("", True),
]


@pytest.mark.parametrize(("text", "wanted"), LANGUAGES)
def test_only_english_is_tagged(text: str, wanted: bool) -> None:
    assert is_english(text) is wanted


LABELS = ("PERSON", "ORG", "GPE", "NORP", "LAW", "WORK_OF_ART", "DATE", "EVENT", "PRODUCT")
PIECES = (
    "Ida Sorel",
    "the",
    "Mr ",
    "’s",
    "\n",
    ", ",
    "North and South Korea",
    "U.S.",
    "(",
    ")",
    "“",
    "é",
    "x",
)


@given(st.data())
def test_any_tagging_gives_sound_mentions(data: st.DataObject) -> None:
    text = " ".join(data.draw(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=20)))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=12)))
    tagged = [
        TaggedSpan(start, end, data.draw(st.sampled_from(LABELS)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    found = mentions_of(text, (), tagged)
    for mention in found:
        assert 0 <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end] == mention.mention
        assert mention.mention.strip() == mention.mention
    for left, right in pairwise(found):
        assert left.end <= right.start


@given(
    st.lists(
        st.sampled_from(["Ida Sorel", "Sorel", "Acme Corp", "Kenya", "said", "the"]), max_size=12
    )
)
def test_repair_of_repaired_names_changes_nothing(words: list[str]) -> None:
    text = " . ".join(words)
    once = repair(text, tag(text, *((w, "PERSON") for w in words if w == "Ida Sorel")))
    again = repair(text, once)
    assert again == once


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return load_tagger()


def test_with_the_model(tagger: Tagger) -> None:
    texts = ["Angela Novak met Peter Hall in Paris.\nNovak left.", ""]
    found = find_mentions(texts, [(Span(0, 37), Span(38, 49)), ()], tagger)
    assert [(m.mention, m.type) for m in found[0]] == [
        ("Angela Novak", "PERSON"),
        ("Peter Hall", "PERSON"),
        ("Paris", "PLACE"),
        ("Novak", "PERSON"),
    ]
    assert found[1] == ()
