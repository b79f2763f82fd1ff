"""The article the project was born from: who and what must be in it, once each."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tasks.enrich.entities import resolve_entities
from tasks.enrich.knowledge_base import load_knowledge_base
from tasks.extract.marks import find_marks
from tasks.extract.mentions import find_mentions
from tasks.extract.sentences import find_sentences
from tasks.extract.tagger import load_tagger
from tasks.records import AnnotatedArticle, Article

GOLD = Path(__file__).parents[2].parent / "shared" / "eval" / "gold" / "dev.entities.jsonl"
WANTED = {
    "Kim Jong-un": 5,
    "Kim Yong-chol": 1,
    "Sergei Lavrov": 7,
    "Vladimir Putin": 1,
    "Donald Trump": 2,
    "Ri Yong-ho": 1,
    "Mike Pompeo": 1,
    "Moscow": 6,
    "Pyongyang": 3,
    "Russia": 5,
    "North Korea": 5,
    "South Korea": 2,
    "United States": 6,
}


@pytest.mark.skipif(not GOLD.exists(), reason="shared/eval is not here")
def test_the_seed() -> None:
    text = next(
        row["text"]
        for row in map(json.loads, GOLD.read_text(encoding="utf-8").splitlines())
        if row["id"] == "seed"
    )
    marks = find_marks(text)
    sentences = find_sentences(text, marks)
    [mentions] = find_mentions([text], [sentences], load_tagger())
    article = Article("a", "a-1", "0", text, "text_file", "a.txt", "plaintext")
    found = resolve_entities(
        AnnotatedArticle(article, marks=marks, sentences=sentences, mentions=mentions),
        load_knowledge_base(None),
    )
    names = Counter(entity.canonical_name for entity in found.entities)
    assert all(count == 1 for count in names.values())
    counts = {entity.canonical_name: entity.mention_count for entity in found.entities}
    assert {name: counts.get(name) for name in WANTED} == WANTED
    others = {e.canonical_name for e in found.entities} - set(WANTED)
    assert others <= {
        "North Korean",
        "Korean Peninsula",
        "north-east Asia",
        "Seoul",
        "New York City",
    }
    persons = [entity for entity in found.entities if entity.type == "PERSON"]
    assert all(person.entity_id.startswith("local:") for person in persons)
