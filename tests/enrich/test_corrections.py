"""Human corrections win."""

from __future__ import annotations

from pathlib import Path

import pytest

from tasks.enrich.corrections import (
    NONE,
    Correction,
    apply_corrections,
    format_corrections,
    parse_corrections,
    read_corrections,
)
from tasks.enrich.entities import local_id
from tasks.errors import UsageError
from tasks.records import AnnotatedArticle, Article, Entity, Mention, Quote, Span

MERGE = Correction("merge", "local:a", "", "local:b", "Otto Berg", "same man", "2026-01-02")


def article(*entities: tuple[str, str], article_id: str = "x") -> AnnotatedArticle:
    """Make an article with entities (id, name), each with one mention and one quote."""
    text = " ".join(name for _, name in entities)
    found, mentions, quotes, at = [], [], [], 0
    for number, (entity_id, name) in enumerate(entities):
        end = at + len(name)
        found.append(Entity(number, entity_id, name, "PERSON", 1, at, end, 0.5))
        mentions.append(Mention(name, "PERSON", "name", at, end, 0, entity_no=number))
        quotes.append(
            Quote(
                quote_no=number, quote_id="", field="body", quote="q", type="direct", start=at,
                end=end, spans=(Span(at, end),), paragraph_no=0, rule_id="r", confidence=1.0,
                word_count=1, quote_hash="", speaker=name, speaker_entity_no=number,
                speaker_entity_id=entity_id,
            )
        )  # fmt: skip
        at = end + 1
    return AnnotatedArticle(
        article=Article(article_id, "x-1", "0", text, "text_file", "x", "plaintext"),
        mentions=tuple(mentions),
        entities=tuple(found),
        quotes=tuple(quotes),
    )


def test_a_merge_holds_everywhere() -> None:
    corrections = parse_corrections(format_corrections([MERGE]))
    found = apply_corrections(article(("local:a", "Berg"), ("local:c", "Ida")), corrections)
    assert [(e.entity_id, e.canonical_name) for e in found.entities] == [
        ("local:b", "Otto Berg"),
        ("local:c", "Ida"),
    ]
    assert found.entities[0].aliases == ("Berg",)
    assert found.entities[0].link_method == "correction"


def test_what_is_merged_into_another_of_the_article_becomes_one() -> None:
    corrections = parse_corrections(format_corrections([MERGE]))
    before = article(("local:b", "Otto Berg"), ("local:c", "Ida"), ("local:a", "Berg"))
    found = apply_corrections(before, corrections)
    assert [(e.entity_no, e.entity_id, e.mention_count) for e in found.entities] == [
        (0, "local:b", 2),
        (1, "local:c", 1),
    ]
    assert [m.entity_no for m in found.mentions] == [0, 1, 0]
    assert [(q.speaker, q.speaker_entity_no) for q in found.quotes] == [
        ("Otto Berg", 0),
        ("Ida", 1),
        ("Otto Berg", 0),
    ]


def test_a_split_holds_for_its_article_and_beats_a_merge() -> None:
    split = Correction("split", "local:a", "y", "", "Otto Berg (pilot)")
    corrections = parse_corrections(format_corrections([MERGE, split]))
    [there] = apply_corrections(article(("local:a", "Berg"), article_id="y"), corrections).entities
    assert there.entity_id == local_id("PERSON", "Otto Berg (pilot)")
    [here] = apply_corrections(article(("local:a", "Berg"), article_id="x"), corrections).entities
    assert here.entity_id == "local:b"


def test_merges_are_followed_to_their_end_and_win_again_on_a_second_run() -> None:
    further = Correction("merge", "local:b", "", "wd:Q42", "Otto J. Berg")
    corrections = parse_corrections(format_corrections([MERGE, further]))
    once = apply_corrections(article(("local:a", "Berg")), corrections)
    assert (once.entities[0].entity_id, once.entities[0].wikidata_id) == ("wd:Q42", "Q42")
    assert apply_corrections(once, corrections) == once


def test_without_corrections_nothing_changes(tmp_path: Path) -> None:
    before = article(("local:a", "Berg"))
    assert read_corrections(tmp_path) == NONE
    assert apply_corrections(before, NONE) is before


def test_the_version_tells_the_content(tmp_path: Path) -> None:
    (tmp_path / "entities.csv").write_text(format_corrections([MERGE]), "utf-8")
    found = read_corrections(tmp_path)
    assert found.version != NONE.version
    assert found == parse_corrections(format_corrections([MERGE]))


BAD = [
    [Correction("rename", "local:a", "", "local:b", "B")],  # type: ignore[arg-type]
    [Correction("merge", "local:a", "", "", "B")],
    [Correction("merge", "", "", "local:b", "B")],
    [Correction("split", "local:a", "", "", "B")],
    [Correction("merge", "a", "", "b", "B"), Correction("merge", "b", "", "a", "A")],
]


@pytest.mark.parametrize("lines", BAD)
def test_what_cannot_be_is_a_usage_error(lines: list[Correction]) -> None:
    with pytest.raises(UsageError):
        parse_corrections(format_corrections(lines))
