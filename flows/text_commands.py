"""Commands that need no tables: pages and texts in, lines of JSON out; dictionary, gold."""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any, BinaryIO, Literal

import click

from flows.command_line import model_option, output_option, threshold_option, write_or_check
from tasks.errors import OnrecordError, UsageError
from tasks.settings import settings

Row = Mapping[str, Any]


@click.command()
@click.argument("pages", type=click.File("rb"))
@output_option
def clean(pages: BinaryIO, output: Path | None) -> None:
    """Take the articles out of pages: JSON Lines in, JSON Lines out.

    In: {"id", "html": path (relative to the file) or "page": text, "url"?, "outlet"?}.
    Out: {"id", "text", "headline", "standfirst", "authors", "published_at", "modified_at",
    "language", "credit_line", "segments", "seconds"}, a line a line, or {"id", "error"}.
    """
    from tasks.clean.pages import clean_rows

    folder = Path(pages.name).parent if pages is not sys.stdin.buffer else Path()
    _write_lines(_answer(_rows(pages), lambda rows: clean_rows(rows, folder)), output)


@click.command()
@click.argument("texts", type=click.File("rb"))
@output_option
@click.option("--only", type=click.Choice(["quotes", "entities"]), default=None)
@threshold_option
@model_option
def annotate(
    texts: BinaryIO,
    output: Path | None,
    only: Literal["quotes", "entities"] | None,
    threshold: float,
    model: str | None,
) -> None:
    """Find quotes, speakers and entities in texts: JSON Lines in, JSON Lines out.

    In: {"id", "text"}. Out: {"id", "quotes", "entities"}, a line a line, or {"id", "error"}.
    """
    if threshold and only == "entities":
        raise UsageError("--threshold is about speakers: leave --only entities out")
    from flows.annotate import annotate_rows

    if only != "quotes":
        from tasks.extract.tagger_choice import choose_tagger

        # a model that is not there is named before any work is done
        model = choose_tagger(model, settings().data / "models")

    def answer(rows: Iterable[Row]) -> Iterator[Row]:
        return annotate_rows(rows, only, model, threshold)

    _write_lines(_answer(_rows(texts), answer), output)


@click.command()
@click.argument("sets", nargs=-1)
@click.option(
    "--shared",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="Folder with the larger sets of gold (default: shared, beside the project).",
)
@click.option("--all", "show_all", is_flag=True, help="Every measure, not just the headlines.")
@click.option(
    "--ablate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    default=None,
    help='What each cleaning rule gains and loses on these pages: JSON Lines of {"html": path, '
    '"body": gold text, "url"?, "set"?}.',
)
@click.option("--rule", "rules", multiple=True, help="With --ablate: just this rule. Repeatable.")
@threshold_option
@output_option
def evaluate(
    sets: tuple[str, ...],
    shared: Path | None,
    show_all: bool,
    ablate: Path | None,
    rules: tuple[str, ...],
    threshold: float,
    output: Path | None,
) -> None:
    """Measure the pipeline on gold: all the SETS that are there, or those named."""
    if ablate:
        if sets or threshold:
            raise UsageError("--ablate measures the pages of its file: name no sets, no threshold")
        written = _ablation(ablate, rules)
    elif rules:
        raise UsageError("--rule names a rule for --ablate: give a file of gold pages as well")
    else:
        from flows.evaluate import evaluate as score_sets
        from tasks.evaluate.score import headline_scores, table

        scores = score_sets(list(sets) or None, shared, threshold)
        written = table(scores if show_all else headline_scores(scores))
    if output:
        output.write_text(written, encoding="utf-8")
    else:
        click.echo(written, nl=False)


def _ablation(path: Path, rules: tuple[str, ...]) -> str:
    """Measure what each cleaning rule gains and loses on the pages of a file."""
    from tasks.clean.ablation import NAMES, ablate, effect_table

    with path.open("rb") as file:
        golds = []
        for number, row in enumerate(_rows(file), start=1):
            if isinstance(row, Exception):
                raise UsageError(f"line {number} of {path} is unreadable: {row}")
            golds.append(row)
    if not golds:
        raise UsageError(f"{path} holds no pages")
    return effect_table(ablate(golds, path.parent, rules or NAMES))


@click.command()
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

    write_or_check(output, data_dictionary(), "dictionary", check=check)


def _rows(file: BinaryIO) -> Iterator[Row | Exception]:
    """Read JSON Lines; a line that is no JSON object becomes the error it raised."""
    for line in file:
        try:
            row = json.loads(line)
            yield row if isinstance(row, dict) else ValueError("the line is no JSON object")
        except RecursionError:
            yield ValueError("the line is nested too deeply")
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
    try:
        target = output.open("wb") if output else nullcontext(sys.stdout.buffer)
    except OSError as error:
        raise OnrecordError(f"{output} cannot be written: {error}") from error
    with target as file:
        for row in rows:
            file.write(_line(row))
        file.flush()


def _line(row: Row) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair, which only an escape can carry
        return json.dumps(row).encode() + b"\n"
