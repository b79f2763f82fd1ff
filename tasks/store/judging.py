"""Judging: arrivals against the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.store.arrivals import Arrivals
from tasks.store.layout import Layout
from tasks.store.outcome import Outcome
from tasks.store.settling import Capture, Verdict, says_the_same, settle
from tasks.store.standing import Standing, find_history


def settle_all(
    captures: Sequence[Capture], standing: Mapping[str, Standing], layout: Layout
) -> dict[str, Verdict]:
    """Settle captures against the tables, by article in order of arrival.

    Args:
        captures: What came in.
        standing: What stands of their articles.
        layout: The store; the history of those that differ is read.
    """
    by_article: dict[str, list[Capture]] = {}
    for capture in captures:
        by_article.setdefault(capture.article_id, []).append(capture)
    differing = [
        known
        for article_id, known in standing.items()
        if not all(says_the_same(c, known.capture) for c in by_article[article_id])
    ]
    history = find_history(layout, differing)
    return {
        article_id: settle(
            of_article,
            standing[article_id].capture if article_id in standing else None,
            history.get(article_id, ()),
        )
        for article_id, of_article in by_article.items()
    }


def outcomes_of(
    verdicts: Mapping[str, Verdict], captures: Sequence[Capture], arrivals: Arrivals
) -> list[Outcome]:
    """Say what became of each capture, in order of arrival; then what was left out as forgotten."""
    verbs = {article_id: iter(verdict.verbs) for article_id, verdict in verdicts.items()}
    settled = []
    for capture in captures:
        batch = arrivals.batches[arrivals.batch_of(capture.place)]
        verb = next(verbs[capture.article_id])
        settled.append(Outcome(batch.run_id, batch.key, capture.article_id, verb))
    left_out = [
        Outcome(batch.run_id, batch.key, article_id, "forgotten")
        for batch in arrivals.batches
        for article_id in batch.forgotten
    ]
    return settled + left_out
