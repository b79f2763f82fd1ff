"""A batch of articles becomes a batch of annotated ones: marks, sentences, quotes and mentions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.batch import Batch, BatchRef
from tasks.extract.english import is_english
from tasks.extract.mentions import find_mentions
from tasks.extract.quotes import annotate_text, find_quotes, identified
from tasks.extract.tagger import Tagger, load_tagger, tagger_name
from tasks.manifest import stage_key, work_through
from tasks.records import AnnotatedArticle, Article, Quote, QuoteField


def annotate(articles: Sequence[Article], tagger: Tagger) -> tuple[AnnotatedArticle, ...]:
    """Find everything the tables record about some articles.

    Args:
        articles: Any number; the tagger works on all their texts at once.
        tagger: Finds the names.
    """
    texts = [article.text for article in articles]
    english = [is_english(text) for text in texts]
    bodies = [
        annotate_text(article.text, "body", article.article_id, english=known)
        for article, known in zip(articles, english, strict=True)
    ]
    mentions = find_mentions(texts, [body.sentences for body in bodies], tagger)
    return tuple(
        AnnotatedArticle(
            article=article,
            marks=body.marks,
            sentences=body.sentences,
            mentions=found,
            quotes=identified(
                [
                    *_front_quotes(article, known),
                    *body.quotes,
                ],
                article.article_id,
            ),
            nlp_model=tagger.name_for(article.text),
        )
        for article, body, found, known in zip(articles, bodies, mentions, english, strict=True)
    )


def _front_quotes(article: Article, english: bool) -> Iterator[Quote]:
    """Find the quotes of headline and standfirst."""
    fronts: tuple[tuple[QuoteField, str | None], ...] = (
        ("headline", article.headline),
        ("standfirst", article.standfirst),
    )
    for field, text in fronts:
        yield from find_quotes(text or "", field, article.article_id, english=english)


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
