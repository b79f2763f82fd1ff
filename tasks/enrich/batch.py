"""A batch of annotated articles gets its names: entities first, then the speakers among them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from tasks.batch import Batch, BatchRef
from tasks.enrich.entities import resolve_entities
from tasks.enrich.knowledge_base import KnowledgeBase, load_knowledge_base
from tasks.enrich.speakers import resolve_speakers
from tasks.manifest import stage_key, work_through
from tasks.records import AnnotatedArticle


def enrich(annotated: AnnotatedArticle, knowledge_base: KnowledgeBase) -> AnnotatedArticle:
    """Say whom and what the words of one article refer to.

    Args:
        annotated: Its mentions and quotes, unresolved.
        knowledge_base: What is known of the world.
    """
    return resolve_speakers(resolve_entities(annotated, knowledge_base))


def name_everything(ref: BatchRef, work: Path, folder: Path | None) -> tuple[BatchRef, bool]:
    """Enrich a batch of annotated articles, unless that has been done.

    Args:
        ref: A batch of `AnnotatedArticle`.
        work: The data/work folder.
        folder: A knowledge base of the user's own; the shipped one when null.

    Returns:
        A batch of `AnnotatedArticle`, and whether it was there already.
    """
    knowledge_base = load_knowledge_base(folder)

    def step(batch: Batch[AnnotatedArticle]) -> Batch[AnnotatedArticle]:
        return batch.through("enrich", partial(enrich, knowledge_base=knowledge_base))

    key = stage_key("enrich", ref.digest, knowledge_base.version)
    return work_through(ref, AnnotatedArticle, "enrich", work, key, step)
