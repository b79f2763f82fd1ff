"""A batch of articles becomes a batch of annotated ones: marks, sentences, quotes and mentions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tasks.batch import Batch, BatchRef
from tasks.extract.marks import find_marks
from tasks.extract.mentions import find_mentions
from tasks.extract.quotes import find_article_quotes
from tasks.extract.sentences import find_sentences
from tasks.extract.tagger import Tagger, load_tagger, model_name
from tasks.manifest import stage_key, work_through
from tasks.records import AnnotatedArticle, Article


def annotate(articles: Sequence[Article], tagger: Tagger) -> tuple[AnnotatedArticle, ...]:
    """Find everything the tables record about some articles.

    Args:
        articles: Any number; the tagger works on all their texts at once.
        tagger: Finds the names.
    """
    marks = [find_marks(article.text) for article in articles]
    sentences = [
        find_sentences(article.text, found) for article, found in zip(articles, marks, strict=True)
    ]
    mentions = find_mentions([article.text for article in articles], sentences, tagger)
    return tuple(
        AnnotatedArticle(
            article=article,
            marks=marks[number],
            sentences=sentences[number],
            mentions=mentions[number],
            quotes=find_article_quotes(article, marks[number], sentences[number]),
            nlp_model=tagger.name,
        )
        for number, article in enumerate(articles)
    )


def annotate_articles(ref: BatchRef, work: Path, model: str | None) -> tuple[BatchRef, bool]:
    """Annotate a batch of articles, unless that has been done.

    Args:
        ref: A batch of `Article`.
        work: The data/work folder.
        model: The language model's package; the best known one installed when null.

    Returns:
        A batch of `AnnotatedArticle` without speakers or entities, and whether it was there already.
    """

    def step(batch: Batch[Article]) -> Batch[AnnotatedArticle]:
        return Batch(annotate(batch.items, load_tagger(model)), batch.failures, batch.skipped)

    key = stage_key("extract", ref.digest, model_name(model))
    return work_through(ref, Article, "extract", work, key, step)
