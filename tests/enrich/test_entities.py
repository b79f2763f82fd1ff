"""Entities: which mentions name the same thing, by which name and id, and what is said of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.enrich.entities import local_id, resolve_entities
from tasks.enrich.knowledge_base import KnowledgeBase, load_knowledge_base
from tasks.records import AnnotatedArticle, Article, Entity, EntityType, Mark, Mention, Span


@pytest.fixture(scope="module")
def kb() -> KnowledgeBase:
    return load_knowledge_base(None)


def annotated(text: str, names: Sequence[tuple[str, EntityType]]) -> AnnotatedArticle:
    """Annotate a text with names, each at its next occurrence; a sentence ends at a full stop."""
    mentions, at = [], 0
    sentences = [Span(m.start(), m.end()) for m in re.finditer(r"[^.\n]+\.?", text)]
    for words, kind in names:
        at = text.index(words, at)
        number = max(i for i, s in enumerate(sentences) if s.start <= at)
        mentions.append(Mention(words, kind, "name", at, at + len(words), number))
        at += len(words)
    marks = tuple(
        Mark(m.start() + 1, m.end() - 1, is_closed=True, is_continued=False)
        for m in re.finditer(r"“[^”]*”", text)
    )
    article = Article("a", "a-1", "0", text, "text_file", "a.txt", "plaintext")
    return AnnotatedArticle(
        article=article, mentions=tuple(mentions), sentences=tuple(sentences), marks=marks
    )


def persons(text: str, *names: str) -> list[tuple[str, int]]:
    """Give canonical name and number of mentions of the persons of a text."""
    found = resolve_entities(
        annotated(text, [(name, "PERSON") for name in names]), load_knowledge_base(None)
    )
    return [(entity.canonical_name, entity.mention_count) for entity in found.entities]


PERSONS = [
    ("Lena Voss spoke. Ms Voss left.", ("Lena Voss", "Voss"), [("Lena Voss", 2)]),
    ("Voss spoke. Lena Voss left.", ("Voss", "Lena Voss"), [("Lena Voss", 2)]),
    # two of a family name, one introduced late
    (
        "Kim Dae-ho spoke. Mr Kim left. Kim Yu-jin stayed.",
        ("Kim Dae-ho", "Kim", "Kim Yu-jin"),
        [("Kim Dae-ho", 2), ("Kim Yu-jin", 1)],
    ),
    ("Dr J. R. Pike met John R. Pike.", ("J. R. Pike", "John R. Pike"), [("John R. Pike", 2)]),
    ("Tim Stone, or Timothy Stone.", ("Tim Stone", "Timothy Stone"), [("Timothy Stone", 2)]),
    # honorifics tell husband from wife
    (
        "Mr Paul Arden and Mrs Jane Arden came. Mrs Arden spoke.",
        ("Paul Arden", "Jane Arden", "Arden"),
        [("Paul Arden", 1), ("Jane Arden", 2)],
    ),
    (
        "Otto Berg Jr met Otto Berg.",
        ("Otto Berg Jr", "Otto Berg"),
        [("Otto Berg", 1), ("Otto Berg", 1)],
    ),
    ("Ida Sorel sang. Ida smiled.", ("Ida Sorel", "Ida"), [("Ida Sorel", 2)]),
    ("Mr Ida left Ida Sorel.", ("Ida", "Ida Sorel"), [("Ida", 1), ("Ida Sorel", 1)]),
    (
        "Ursula von der Alm spoke. Von der Alm left.",
        ("Ursula von der Alm", "Von der Alm"),
        [("Ursula von der Alm", 2)],
    ),
    ("JOAN HILL came. Joan Hill left.", ("JOAN HILL", "Joan Hill"), [("Joan Hill", 2)]),
]


@pytest.mark.parametrize(("text", "names", "wanted"), PERSONS, ids=[c[0][:30] for c in PERSONS])
def test_persons(text: str, names: tuple[str, ...], wanted: list[tuple[str, int]]) -> None:
    assert persons(text, *names) == wanted


THINGS: list[tuple[str, EntityType, tuple[str, ...], list[str]]] = [
    (
        "The Farm Aid Centre (FAC) met. FAC agreed.",
        "ORG",
        ("Farm Aid Centre", "FAC"),
        ["Farm Aid Centre"],
    ),
    ("North Bay Railway and NBR.", "ORG", ("North Bay Railway", "NBR"), ["North Bay Railway"]),
    ("Ferrox Oil drills. Ferrox hopes.", "ORG", ("Ferrox Oil", "Ferrox"), ["Ferrox Oil"]),
    ("Ferrox Inc and Ferrox.", "ORG", ("Ferrox Inc", "Ferrox"), ["Ferrox Inc"]),
    (
        "the Senate and the Senate Water Committee",
        "ORG",
        ("Senate", "Senate Water Committee"),
        ["Senate", "Senate Water Committee"],
    ),
    ("US troops left the United States.", "PLACE", ("US", "United States"), ["United States"]),
    ("Britain, or the U.K.", "PLACE", ("Britain", "U.K."), ["United Kingdom"]),
    (
        "between North and South Korea",
        "PLACE",
        ("North", "South Korea"),
        ["North Korea", "South Korea"],
    ),
    ("Russians and a Russian ship", "GROUP", ("Russians", "Russian"), ["Russian"]),
]


@pytest.mark.parametrize(
    ("text", "kind", "names", "wanted"), THINGS, ids=[c[0][:30] for c in THINGS]
)
def test_things(
    text: str, kind: EntityType, names: tuple[str, ...], wanted: list[str], kb: KnowledgeBase
) -> None:
    found = resolve_entities(annotated(text, [(name, kind) for name in names]), kb)
    assert [entity.canonical_name for entity in found.entities] == wanted


def only(text: str, name: str, kind: EntityType = "PERSON") -> Entity:
    return resolve_entities(annotated(text, [(name, kind)]), load_knowledge_base(None)).entities[0]


ROLES = [
    ("Ana Ruiz, the port minister, left.", "Ana Ruiz", "the port minister"),
    ("Ana Ruiz, 41, a nurse from Leeds, left.", "Ana Ruiz", "a nurse from Leeds"),
    ("Peru’s finance minister Ana Ruiz left.", "Ana Ruiz", "Peru’s finance minister"),
    ("He met his Chilean counterpart, Ana Ruiz.", "Ana Ruiz", "Chilean counterpart"),
    ("But President Ana Ruiz left.", "Ana Ruiz", "President"),
    ("Ana Ruiz, however, left.", "Ana Ruiz", None),
    ("Then Ana Ruiz left.", "Ana Ruiz", None),
]


@pytest.mark.parametrize(("text", "name", "role"), ROLES, ids=[case[0][:30] for case in ROLES])
def test_roles(text: str, name: str, role: str | None) -> None:
    assert only(text, name).description == role


GENDERS = [
    ("Mrs Okoro left.", "Okoro", "f"),
    ("Sir Okoro left.", "Okoro", "m"),
    ("Okoro left. She was late.", "Okoro", "f"),
    ("Okoro left. “He lies,” they sang.", "Okoro", None),
    ("Okoro left.", "Okoro", None),
]


@pytest.mark.parametrize(("text", "name", "gender"), GENDERS, ids=[case[0] for case in GENDERS])
def test_gender_comes_from_the_text_only(text: str, name: str, gender: str | None) -> None:
    assert only(text, name).gender == gender


def test_pronouns_that_leave_no_doubt_are_mentions(kb: KnowledgeBase) -> None:
    text = "Mr Okoro left. He was late. Ms Blunt and Mr Tarr met. He was early."
    found = resolve_entities(
        annotated(text, [("Okoro", "PERSON"), ("Blunt", "PERSON"), ("Tarr", "PERSON")]), kb
    )
    pronouns = [(m.mention, m.entity_no) for m in found.mentions if m.kind == "pronoun"]
    assert pronouns == [("He", 0), ("He", 2)]
    assert [entity.mention_count for entity in found.entities] == [1, 1, 1]


def test_a_role_that_one_person_has_means_that_person(kb: KnowledgeBase) -> None:
    text = (
        "The minister came. Ana Ruiz, the port minister, met pilot Otto Berg. The minister left. "
        "“The minister lies,” they sang. The pilot stayed with the teacher."
    )
    found = resolve_entities(annotated(text, [("Ana Ruiz", "PERSON"), ("Otto Berg", "PERSON")]), kb)
    nominals = [(m.start, m.mention, m.entity_no) for m in found.mentions if m.kind == "nominal"]
    assert nominals == [
        (text.index("The minister left"), "The minister", 0),
        (text.index("The pilot"), "The pilot", 1),
    ]


def test_a_role_of_two_means_neither(kb: KnowledgeBase) -> None:
    text = "Pilot Ana Ruiz met pilot Otto Berg. The pilot left."
    found = resolve_entities(annotated(text, [("Ana Ruiz", "PERSON"), ("Otto Berg", "PERSON")]), kb)
    assert not [m for m in found.mentions if m.kind == "nominal"]


def test_a_country_has_its_facts() -> None:
    kenya = only("In Kenya it rained.", "Kenya", "PLACE")
    assert (kenya.entity_id, kenya.wikidata_id, kenya.country_code) == ("wd:Q114", "Q114", "KE")
    assert kenya.latitude is not None
    assert abs(kenya.latitude) < 5
    assert kenya.link_method == "kb_name"
    assert kenya.kb_version is not None
    assert kenya.kb_version.startswith("shipped-")


def test_a_nationality_knows_its_country_but_is_not_it() -> None:
    group = only("A Kenyan won.", "Kenyan", "GROUP")
    assert group.country_code == "KE"
    assert group.entity_id.startswith("local:")


def test_a_person_is_never_linked_by_name() -> None:
    assert only("Mr Paris left.", "Paris").entity_id == local_id("PERSON", "Paris")


def test_local_ids_are_the_same_for_the_same_name() -> None:
    assert local_id("PERSON", "José Díaz") == local_id("PERSON", "Jose Diaz")
    assert local_id("PERSON", "Jose Diaz") != local_id("ORG", "Jose Diaz")
    assert re.fullmatch(r"local:[0-9a-f]{16}", local_id("ORG", "x"))


def test_salience_prefers_what_is_named_early_and_often(kb: KnowledgeBase) -> None:
    text = "Ruiz, Ruiz, Ruiz and Ruiz met on a very long day. Tarr came."
    names: list[tuple[str, EntityType]] = [("Ruiz", "PERSON")] * 4 + [("Tarr", "PERSON")]
    first, second = resolve_entities(annotated(text, names), kb).entities
    assert 0 <= second.salience < first.salience <= 1


KINDS: list[EntityType] = ["PERSON", "ORG", "PLACE", "GROUP", "EVENT", "WORK"]
WORDS = [
    "Kim Dae-ho",
    "Kim",
    "Mr Kim",
    "US",
    "FAC",
    "Farm Aid Centre (FAC)",
    "North",
    "Kenyan",
    "İ",
    "…A",
    "Al-Ⓐ",
]


@given(
    st.lists(
        st.tuples(st.sampled_from(WORDS) | st.text(min_size=1, max_size=6), st.sampled_from(KINDS)),
        max_size=14,
    )
)
def test_any_mentions_make_sound_entities(names: list[tuple[str, EntityType]]) -> None:
    kb = load_knowledge_base(None)
    text = "He saw " + ". She met ".join(words for words, _ in names)
    article = annotated(text.replace("\n", " "), [(w.replace("\n", " "), k) for w, k in names])
    found = resolve_entities(article, kb)
    assert resolve_entities(found, kb) == found
    numbers = [entity.entity_no for entity in found.entities]
    assert numbers == list(range(len(numbers)))
    assert [e.start for e in found.entities] == sorted(e.start for e in found.entities)
    named = [m for m in found.mentions if m.kind == "name"]
    assert len(named) == len(names)
    for mention in found.mentions:
        assert mention.entity_no in numbers
    for entity in found.entities:
        mine = [m for m in named if m.entity_no == entity.entity_no]
        assert len(mine) == entity.mention_count
        assert (mine[0].start, mine[0].end) == (entity.start, entity.end)
        assert {m.type for m in mine} == {entity.type}
        assert entity.canonical_name
