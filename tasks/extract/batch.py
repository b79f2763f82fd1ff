"""A batch of articles becomes a batch of annotated ones: marks, sentences, quotes and mentions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tasks.batch import Batch, BatchRef
from tasks.extract.mentions import find_mentions
from tasks.extract.quotes import annotate_text, find_quotes, identified
from tasks.extract.tagger import Tagger, load_tagger, tagger_name
from tasks.manifest import stage_key, work_through
from tasks.records import AnnotatedArticle, Article


def annotate(articles: Sequence[Article], tagger: Tagger) -> tuple[AnnotatedArticle, ...]:
    """Find everything the tables record about some articles.

    Args:
        articles: Any number; the tagger works on all their texts at once.
        tagger: Finds the names.
    """
    bodies = [annotate_text(article.text, "body", article.article_id) for article in articles]
    texts = [article.text for article in articles]
    mentions = find_mentions(texts, [body.sentences for body in bodies], tagger)
    return tuple(
        AnnotatedArticle(
            article=article,
            marks=body.marks,
            sentences=body.sentences,
            mentions=found,
            quotes=identified(
                [
                    *find_quotes(article.headline or "", "headline", article.article_id),
                    *find_quotes(article.standfirst or "", "standfirst", article.article_id),
                    *body.quotes,
                ],
                article.article_id,
            ),
            nlp_model=tagger.name_for(article.text),
        )
        for article, body, found in zip(articles, bodies, mentions, strict=True)
    )


def annotate_articles(ref: BatchRef, work: Path, model: str | None) -> tuple[BatchRef, bool]:
    """Annotate a batch of articles, unless that has been done.

    Args:
        ref: A batch of `Article`.
        work: The data/work folder.
        model: The language model's package; the best known one installed when null.

    Returns:
        A batch of `AnnotatedArticle`, names unresolved, and whether it was there already.
    """

    def step(batch: Batch[Article]) -> Batch[AnnotatedArticle]:
        # most visits to feeds bring nothing new: the model takes seconds to load
        found = annotate(batch.items, load_tagger(model)) if batch.items else ()
        return Batch(found, batch.failures, batch.skipped)

    key = stage_key("extract", ref.digest, tagger_name(model))
    return work_through(ref, Article, "extract", work, key, step)
