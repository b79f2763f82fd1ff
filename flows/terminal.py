"""What a run shows in the terminal: progress, the funnel, some quotes, where the tables are."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from flows.funnel import Funnel
from flows.progress import Progress, listening
from tasks.redaction import redact
from tasks.settings import settings

if TYPE_CHECKING:
    import pandas as pd

FAILURES_SHOWN = 10
"""Failures listed by address; the others are in the table."""

SHOWN = ("quote_id", "speaker", "source", "cue", "outlet", "quote", "confidence")
"""What is read to print quotes."""


FlowName = Literal["ingest", "reprocess", "revisit"]
"""Flows that come to a funnel; each is the function of its name in the module of its name."""


def run_with_progress(name: FlowName, data: Path, *, quotes: int, **parameters: Any) -> int:
    """Run a flow with a progress bar, and print what came of it.

    Args:
        name: The flow.
        data: Of the flow.
        quotes: How many quotes to print.
        parameters: The flow's other parameters.

    Returns:
        The exit code: 0 when the run did its work, 1 when no source could be read.
    """
    from flows.alerting import check_alert_channels
    from flows.orchestration import prepare, server

    check_alert_channels(data)
    prepare(data, quiet=True)  # what is refused leaves no empty line of a progress bar
    console = Console()
    with Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=not console.is_terminal,
        disable=settings(data).log_format == "json",
    ) as bar:
        row = bar.add_task("starting Prefect", total=None)

        def show(progress: Progress) -> None:
            bar.update(
                row,
                description=progress.stage,
                completed=progress.done,
                total=progress.found or None,
            )

        module = f"flows.{name}"
        with server(data, quiet=True, meanwhile=lambda: import_module(module)), listening(show):
            flow = getattr(import_module(module), name)
            funnel: Funnel = flow(data=data, **parameters)
    print_funnel(console, funnel)
    print_failures(console, data, funnel)
    print_quotes(console, data, funnel, quotes)
    print_where(console, data)
    return 1 if funnel.found and funnel.found == sum(funnel.failed.values()) else 0


def print_funnel(console: Console, funnel: Funnel) -> None:
    """Print where every address that was found has gone."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, count, reasons in funnel.lines():
        table.add_row(name, str(count), Text(reasons, style="dim"))
    console.print()
    console.print(table)


def print_failures(console: Console, data: Path, funnel: Funnel) -> None:
    """Print which addresses failed in this run, and why."""
    if not funnel.failed:
        return
    from tasks.store import read

    failures = read.failures(data=data)
    failures = failures[failures["run_id"] == funnel.run_id]
    for failure in failures.head(FAILURES_SHOWN).itertuples():
        console.print(
            Text(redact(f"  {failure.url}: {failure.reason} ({failure.detail})"), style="yellow"),
            soft_wrap=True,
        )
    if (more := len(failures) - FAILURES_SHOWN) > 0:
        where = data / "tables" / "failures"
        console.print(Text(f"  … and {more} more, in {where}", style="yellow"), soft_wrap=True)


def print_quotes(console: Console, data: Path, funnel: Funnel, count: int) -> None:
    """Print some of the quotes: who said what, and by which cue we know.

    They are from what this run stored; when nothing was new, from all that is there.
    """
    from tasks.store import read

    if not count:
        return
    articles = read.articles(columns=["article_id", "run_id"], data=data)
    stored = articles.loc[articles["run_id"] == funnel.run_id, "article_id"]
    quotes = read.quotes(
        article_id=None if stored.empty else list(stored), columns=SHOWN, data=data
    )
    if quotes.empty:
        return
    chosen = pick(quotes, count)
    whose = "in the tables" if stored.empty else "of this run"
    title = f"\n{len(chosen)} of the {len(quotes)} quotes {whose}\n"
    console.print(title, style="bold", highlight=False)
    for quote in chosen.itertuples():
        line = Text(f"  {_text(quote.speaker)}", style="cyan")
        line.append(f" ({', '.join(_how(quote))})  {_text(quote.outlet)}", style="dim")
        console.print(line, soft_wrap=True)
        console.print(Text(f"    {_shortened(str(quote.quote))}"), soft_wrap=True)


def pick(quotes: pd.DataFrame, count: int) -> pd.DataFrame:
    """Choose quotes to show: one of each speaker first, those we are surest of."""
    ranked = quotes.sort_values(["confidence", "quote_id"], ascending=[False, True])
    turn = ranked.groupby("speaker", dropna=False).cumcount()
    return ranked.assign(turn=turn).sort_values("turn", kind="stable").head(count)


def print_where(console: Console, data: Path) -> None:
    """Print where the tables are and how to open them."""
    tables = data / "tables"
    for line in (
        f"\nThe tables are in {tables}. In Python:\n",
        "    import pandas as pd",
        f"    quotes = pd.read_parquet({json.dumps(str(tables / 'quotes'), ensure_ascii=False)})",
        '    quotes.groupby("speaker").size().sort_values()',
    ):
        console.print(Text(line), soft_wrap=True)


def _how(quote: Any) -> list[str]:
    """Say how the speaker is known: the source as written, and the cue."""
    return [part for part in (quote.source, quote.cue) if isinstance(part, str)] or ["no cue"]


def _text(value: object) -> str:
    return value if isinstance(value, str) else "–"


def _shortened(words: str, length: int = 150) -> str:
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
