"""The digest of a day: an artifact on the dashboard, and a page of its own in data/reports."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from prefect import flow, get_run_logger
from prefect.artifacts import create_link_artifact, create_markdown_artifact
from prefect.runtime import flow_run

from flows.charts import as_address, day_bars
from flows.digest import Digest
from flows.digest_tables import read_digest
from flows.markup import CELL, link_text, plain, table
from flows.report_page import write_page
from tasks.store.transactions import open_store


def run_name() -> str:
    """Name a flow run after its day."""
    return f"digest of {flow_run.parameters.get('day') or 'yesterday'}"


@flow(name="report", flow_run_name=run_name, persist_result=False)
def report(data: Path = Path("data"), day: date | None = None) -> Path:
    """Write the digest of a day: quotes, most quoted, new names, how each outlet is doing.

    Args:
        data: The data folder.
        day: The day (UTC) of publication; yesterday when none is given. Again for the same day,
            the page is written anew.

    Returns:
        The page.

    Raises:
        StoreError: The tables are damaged, or the disk refuses.
    """
    open_store(data)
    digest = read_digest(data, day or yesterday())
    path = write_page(digest, data)
    get_run_logger().info("%s: %d articles, %d quotes", path, digest.articles, digest.quotes)
    create_markdown_artifact(
        key="digest",
        markdown=digest_markdown(digest),
        description=f"What {digest.day} came to",
    )
    create_link_artifact(
        key="digest-page",
        link=path.resolve().as_uri(),
        link_text=link_text(path),
        description=f"The page of {digest.day}",
    )
    return path


def yesterday() -> date:
    """Name the last day that is over (UTC)."""
    return datetime.now(UTC).date() - timedelta(days=1)


def digest_markdown(digest: Digest) -> str:
    """Lay a digest out for the dashboard."""
    parts = [
        f"# {digest.title}",
        digest.sum,
        days_chart(digest),
        "## Said",
        *[
            f"“{plain(said.quote)}” – **{plain(said.speaker)}**, {plain(said.outlet or '–')}"
            for said in digest.said
        ],
        "## Most quoted",
        table(
            ("speaker", "quotes", "words", "outlets"),
            [
                (plain(one.name, CELL), one.quotes, one.words, one.outlets)
                for one in digest.speakers
            ],
        ),
        "## New names",
        table(
            ("name", "articles", "what an article says of it"),
            [
                (plain(new.name, CELL), new.articles, plain(new.description or "", CELL))
                for new in digest.new_names
            ],
        ),
        "## Outlets",
        table(
            ("outlet", "articles", "usual", "quotes", "failures", "state", "what is wrong"),
            [
                (
                    plain(row.outlet, CELL),
                    row.articles,
                    "–" if row.usual is None else f"{row.usual:.1f}",
                    row.quotes,
                    row.failures,
                    row.state,
                    plain("; ".join(row.wrong)),
                )
                for row in digest.outlets
            ],
        ),
    ]
    return "\n\n".join(parts) + "\n"


def days_chart(digest: Digest) -> str:
    """Draw the quotes of the last days, as a picture in markdown that also reads as words."""
    days = [
        (f"{one.day.day} {one.day:%b}" if number == 0 or one.day.day == 1 else str(one.day.day),
         one.quotes)
        for number, one in enumerate(digest.days)
    ]  # fmt: skip
    told = ", ".join(f"{count} on {label}" for label, count in days)
    return f"![Quotes a day: {told}]({as_address(day_bars('Quotes a day', days))})"
