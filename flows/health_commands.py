"""The command over the outlets' health."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.command_line import check_stored, data_option
from tasks.errors import UsageError
from tasks.notices import EVERYWHERE, Alert
from tasks.settings import settings

if TYPE_CHECKING:
    from tasks.observe.health import Judgement, OutletHealth
    from tasks.observe.verdicts import Verdict

WARNING_CODE, CRITICAL_CODE = 3, 4
"""Exit codes where something is wrong; 1 and 2 mean, as everywhere, that the command failed."""


@click.command()
@click.argument("outlets", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.option("--all", "show_all", is_flag=True, help="Those, too, at which all is well.")
@data_option
def health(outlets: tuple[str, ...], as_json: bool, show_all: bool, data: Path | None) -> None:
    """Say how the outlets are, as of the last run: what is usual, what came, what is wrong.

    OUTLETS are registered domains; all when none is given. Exit code 0: nothing is wrong, 3: a
    warning, 4: something critical, counting alerts that last and runs that have stopped; 1 and 2:
    the command failed.
    """
    from flows.source_health import judge_sources
    from tasks.store.notice_rows import open_alerts

    folder = check_stored(settings(data).data)
    now = datetime.now(UTC)
    judgement, alerts = judge_sources(folder, now), open_alerts(folder)
    wanted = {outlet.lower() for outlet in outlets}
    if unknown := wanted - {known.outlet for known in judgement.outlets}:
        raise UsageError(f"{min(unknown)} has brought no news in the last ten weeks")
    if wanted:
        alerts = [alert for alert in alerts if alert.outlet in wanted]
    shown = [h for h in judgement.outlets if not wanted or h.outlet in wanted]
    together = [] if wanted else [v for v in judgement.verdicts if v.outlet == EVERYWHERE]
    grave = {alert.severity for alert in alerts} | {verdict.severity for verdict in together}
    grave |= {verdict.severity for outlet in shown for verdict in outlet.verdicts}
    if judgement.is_overdue(now):
        grave.add("critical")
    if as_json:
        click.echo(json.dumps(as_object(judgement, shown, alerts, now), indent=1, default=_time))
    else:
        lines = shown if wanted or show_all else [h for h in shown if h.state != "ok"]
        _print(judgement, lines, shown, alerts, now)
        for verdict in together:
            click.echo(f"{verdict.severity}: everywhere {verdict.kind}: {verdict.detail}")
    raise SystemExit(CRITICAL_CODE if "critical" in grave else WARNING_CODE if grave else 0)


def as_object(
    judgement: Judgement, outlets: list[OutletHealth], alerts: list[Alert], now: datetime
) -> dict[str, Any]:
    """Lay the health of outlets out for JSON."""
    from tasks.observe.verdicts import moment

    def told(verdict: Verdict) -> dict[str, Any]:
        return asdict(verdict) | {"since": moment(verdict.since)}

    return {
        "as_of": judgement.at,
        "is_overdue": judgement.is_overdue(now),
        "outlets": [
            asdict(outlet) | {"verdicts": [told(verdict) for verdict in outlet.verdicts]}
            for outlet in outlets
        ],
        "everywhere": [told(v) for v in judgement.verdicts if v.outlet == EVERYWHERE],
        "alerts": [asdict(alert) for alert in alerts],
    }


def _print(
    judgement: Judgement,
    lines: list[OutletHealth],
    shown: list[OutletHealth],
    alerts: list[Alert],
    now: datetime,
) -> None:
    from tasks.observe.verdicts import ago

    if judgement.at is None:
        click.echo("no run has asked for news in the last ten weeks; nothing can be said")
        return
    if not judgement.outlets:
        click.echo("no outlet has brought news in the last ten weeks; files and archives of older")
        click.echo("articles do not count")
        return
    past = ago((now - judgement.at).total_seconds())
    click.echo(f"as of the last run, {judgement.at:%Y-%m-%d %H:%M} UTC, {past} ago")
    if judgement.is_overdue(now) and judgement.usual_gap is not None:
        click.echo(
            f"critical: no run since then; usually there is one every {ago(judgement.usual_gap)}"
        )
    click.echo()
    if lines:
        click.echo(
            f"{'outlet':36s} {'state':9s} {'24 h':>6s} {'usual':>7s} {'last came (UTC)':>16s}"
            f" {'text':>6s} {'quotes':>7s} {'speakers':>9s}"
        )
    for outlet in lines:
        click.echo(_line(outlet))
        for verdict in outlet.verdicts:
            click.echo(f"    {verdict.severity}: {verdict.detail}")
    counts = {state: sum(o.state == state for o in shown) for state in {o.state for o in shown}}
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    click.echo(f"{'' if not lines else chr(10)}{len(shown)} outlets: {told or 'none'}")
    for alert in alerts:
        click.echo(
            f"{alert.severity}: {alert.outlet} {alert.kind} since {alert.since:%Y-%m-%d %H:%M},"
            f" raised {alert.raised_at:%Y-%m-%d %H:%M}: {alert.detail}"
        )


def _line(outlet: OutletHealth) -> str:
    last = f"{outlet.last_seen_at:%Y-%m-%d %H:%M}" if outlet.last_seen_at else "–"
    length, quotes, speakers = (
        outlet.usual_text_length,
        outlet.usual_quote_count,
        outlet.usual_attributed,
    )
    return (
        f"{outlet.outlet:36s} {outlet.state:9s} {outlet.observed:6d}"
        f" {'–' if outlet.expected is None else format(outlet.expected, '.1f'):>7s} {last:>16s}"
        f" {'–' if length is None else format(length, '.0f'):>6s}"
        f" {'–' if quotes is None else format(quotes, '.1f'):>7s}"
        f" {'–' if speakers is None else format(speakers, '.0%'):>9s}"
    )


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value)} does not fit into JSON")
