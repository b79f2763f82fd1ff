"""Names alone: what is left of extracting when nobody asks who says what."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.extract.headlines import plain_headlines
from tasks.extract.marks import find_marks
from tasks.extract.masking import veil
from tasks.extract.mentions import find_mentions
from tasks.extract.sentences import find_veiled_sentences
from tasks.extract.tagger import Tagger
from tasks.records import AnnotatedArticle, Article, Mark, Span


def annotate_names(articles: Sequence[Article], tagger: Tagger) -> tuple[AnnotatedArticle, ...]:
    """Find marks, sentences and mentions of articles, as `batch.annotate` does, and no quotes.

    Args:
        articles: Any number; the tagger works on all their texts at once.
        tagger: Finds the names.
    """
    divided = [_divided(article.text) for article in articles]
    mentions = find_mentions(
        [article.text for article in articles], [sentences for _, sentences in divided], tagger
    )
    return tuple(
        AnnotatedArticle(
            article=article,
            marks=marks,
            sentences=sentences,
            mentions=found,
            nlp_model=tagger.name_for(article.text),
        )
        for article, (marks, sentences), found in zip(articles, divided, mentions, strict=True)
    )


def _divided(text: str) -> tuple[tuple[Mark, ...], tuple[Span, ...]]:
    """Find the marks and the sentences of a text."""
    marks = find_marks(text)
    return marks, find_veiled_sentences(text, plain_headlines(veil(text, marks)), marks)
