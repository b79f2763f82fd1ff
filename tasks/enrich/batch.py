"""A batch of annotated articles gets its names: entities first, then the speakers among them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tasks.batch import Batch, BatchRef
from tasks.enrich.corrections import NONE, Corrections, apply_corrections, read_corrections
from tasks.enrich.entities import resolve_entities
from tasks.enrich.knowledge_base import KnowledgeBase, load_knowledge_base
from tasks.enrich.speakers import resolve_speakers
from tasks.manifest import stage_key, work_through
from tasks.records import AnnotatedArticle


def enrich(
    annotated: AnnotatedArticle, knowledge_base: KnowledgeBase, corrections: Corrections = NONE
) -> AnnotatedArticle:
    """Say whom and what the words of one article refer to.

    Args:
        annotated: Its mentions and quotes, unresolved.
        knowledge_base: What is known of the world.
        corrections: What people have decided; it wins.
    """
    named = resolve_speakers(resolve_entities(annotated, knowledge_base))
    return apply_corrections(named, corrections)


def name_everything(
    ref: BatchRef, work: Path, folder: Path | None, corrected: Path | None = None
) -> tuple[BatchRef, bool]:
    """Enrich a batch of annotated articles, unless that has been done.

    Args:
        ref: A batch of `AnnotatedArticle`.
        work: The data/work folder.
        folder: A knowledge base of the user's own; the shipped one when null.
        corrected: The folder of people's corrections, if there may be any.

    Returns:
        A batch of `AnnotatedArticle`, and whether it was there already.
    """
    knowledge_base = load_knowledge_base(folder)
    corrections = read_corrections(corrected) if corrected else NONE

    def step(batch: Batch[AnnotatedArticle]) -> Batch[AnnotatedArticle]:
        one = partial(enrich, knowledge_base=knowledge_base, corrections=corrections)
        return batch.through("enrich", one)

    key = stage_key("enrich", ref.digest, knowledge_base.version, corrections.version)
    return work_through(ref, AnnotatedArticle, "enrich", work, key, step)
