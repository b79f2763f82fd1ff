"""`onrecord show --dropped` puts back what cleaning took out, where it stood, struck through."""

import pandas as pd

from flows.show import DROPPED_STYLE, marked_text
from tasks.clean.article import clean_page
from tasks.records import Address, Article, Page, Segment, Snapshot

LINES = [
    "Night ferry stays",
    "By Ines Okafor",
    "3 May 2024",
    "The harbour town of Vellmouth has voted to keep its night ferry for another ten years.",
    "Support independent journalism",
    "Your contribution makes it possible for our journalists to report. Please donate today.",
    "Passengers had collected four thousand signatures since the spring, said the clerk.",
    "Sign up for our weekly newsletter",
    "The company wanted to end the service in October, citing the price of fuel and crews.",
    "With reporting from agencies",
    "Comments (12)",
]
NO_QUOTES = pd.DataFrame(columns=["field", "speaker", "spans", "source_start", "cue_start"])


def cleaned() -> Article:
    snapshot = Snapshot(Address("s.txt", "text_file", "s.txt"), "s.txt", None, "")
    return clean_page(Page(snapshot, "\n".join(LINES).encode()))


def rows(segments: tuple[Segment, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "position": segment.position,
            "segment_no": number,
            "role": segment.role,
            "rule_id": segment.rule_id,
            "segment": segment.segment,
        }
        for number, segment in enumerate(segments)
    )


def test_dropped_lines_are_back_in_their_places() -> None:
    article = cleaned()
    shown = marked_text(article.text, NO_QUOTES, rows(article.segments))
    lines = [line.rpartition("] ")[2] for line in shown.plain.strip().split("\n")]
    assert article.headline == LINES[0]
    assert lines == LINES[1:]
    struck = [
        shown.plain[span.start : span.end] for span in shown.spans if span.style == DROPPED_STYLE
    ]
    assert len(struck) == len(article.segments)
    assert "[furniture, newsletter] Sign up for our weekly newsletter\n" in struck


def test_without_them_the_text_is_shown_alone() -> None:
    article = cleaned()
    assert marked_text(article.text, NO_QUOTES, None).plain == article.text
