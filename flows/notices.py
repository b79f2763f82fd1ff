"""What runs tell people of by themselves: hits and alerts, told once, again after a failure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

import pyarrow.compute as pc
from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from flows.artifacts import show_outlets
from flows.events import Told, send_events
from flows.source_health import judge_sources
from tasks.notices import Alert, Delivery, Watch
from tasks.observe.alerts import AlertChanges, change_alerts
from tasks.settings import settings
from tasks.store.inbox import append
from tasks.store.notice_rows import notice_rows, open_alerts, read_notices, untold_hits
from tasks.store.run import Run
from tasks.store.transactions import publish
from tasks.watch.channels import open_channel
from tasks.watch.message import Item, Message, alert_item, hit_item
from tasks.watch.telling import tell, waiting

EVENT = "event"
"""The channel of Prefect's events: automations listen there."""

_REMEMBERED = timedelta(days=30)
"""What is older and not yet told is told to nobody any more."""

_RECORDED_AT_ONCE = 200
"""Deliveries that are recorded together: what a run that dies may tell twice."""


def watch_and_tell(run: Run, data: Path) -> None:
    """Judge the outlets, then tell people what waits. Neither can make the run fail.

    Args:
        run: The run under way; everything it brought is published.
        data: The data folder.
    """
    watched = judge_outlets(run, data, return_state=True)
    if watched.is_failed():
        get_run_logger().error("The outlets could not be judged: %s", watched.message)
    tell_people(run, data)


def tell_people(run: Run, data: Path) -> None:
    """Tell people what waits; a run that has nothing to tell does not even start a task."""
    pending = items_waiting(data, datetime.now(UTC))
    if pending:
        told = deliver(run, data, return_state=True)
        if told.is_failed():
            get_run_logger().error("Hits and alerts could not be told: %s", told.message)


@task(name="judge outlets", cache_policy=NO_CACHE, persist_result=False)
def judge_outlets(run: Run, data: Path) -> AlertChanges:
    """Compare every outlet with what is usual there; raise alerts, end those that are over."""
    now = datetime.now(UTC)
    judgement = judge_sources(data, now, run)
    changes = change_alerts(judgement, open_alerts(data), run.run_id, now)
    changed = [*changes.resolved, *changes.raised]
    if changed:
        append(data, notice_rows(changed), "alerts", run_id=run.run_id)
        publish(data)
    for alert in changed:
        get_run_logger().warning(
            "%s %s %s: %s",
            alert.outlet,
            alert.kind,
            "is over" if alert.resolved_at else "since " + alert.since.isoformat(" ", "minutes"),
            alert.detail,
            extra={"outlet": alert.outlet, "reason": alert.kind},
        )
    show_outlets(judgement)
    return changes


@task(name="tell people", cache_policy=NO_CACHE, persist_result=False)
def deliver(run: Run, data: Path) -> int:
    """Send what waits on every channel, and record what became of it."""
    now = datetime.now(UTC)
    outcomes = tell(items_waiting(data, now), send, run.run_id, now)
    number = 0
    failed: dict[str, str] = {}
    while some := list(islice(outcomes, _RECORDED_AT_ONCE)):
        number += 1
        append(data, notice_rows(some), f"told-{number}", run_id=run.run_id)
        publish(data)
        failed |= {done.channel.partition(":")[0]: done.error for done in some if done.error}
    for channel, error in failed.items():
        get_run_logger().warning("%s: %s; tried again in the next run", channel, error)
    return number


def items_waiting(data: Path, now: datetime) -> dict[str, list[tuple[Item, int]]]:
    """Read what waits to be told, by channel; see `tasks.watch.telling.waiting`."""
    start = now - _REMEMBERED
    hits = untold_hits(data, start)
    alerts = read_notices(Alert, data, pc.field("raised_at") >= start)
    if not hits and not alerts:
        return {}
    names = {watch.watch_id: watch.name for watch in read_notices(Watch, data)}
    items = [hit_item(hit, names.get(hit.watch_id, hit.watch_id)) for hit in hits]
    channels = (EVENT, *settings(data).alert_channels)
    items += [alert_item(alert, channels) for alert in alerts]
    items += [alert_item(a, channels, is_end=True) for a in alerts if a.resolved_at is not None]
    known = pc.field("item_id").isin([item.item_id for item in items])
    return waiting(items, read_notices(Delivery, data, known))


def send(channel: str, message: Message, items: Sequence[Item]) -> None:
    """Send a message on a channel, or its items as events of Prefect.

    Raises:
        DeliveryError: It did not arrive.
    """
    if channel != EVENT:
        open_channel(channel).send(message)
        return
    send_events([Told(i.item_id, i.event, _resource(i), i.payload) for i in items])


def _resource(item: Item) -> dict[str, str]:
    """Name what an event is about, as automations match it."""
    of = item.payload
    about = {"onrecord.outlet": str(of.get("outlet") or "")}
    if of["what"] == "hit":
        return about | {
            "prefect.resource.id": f"onrecord.watch.{of['watch_id']}",
            "prefect.resource.name": str(of["watch"]),
            "onrecord.reason": str(of["reason"]),
        }
    return about | {
        "prefect.resource.id": f"onrecord.outlet.{of['outlet']}",
        "prefect.resource.name": str(of["outlet"]),
        "onrecord.severity": str(of["severity"]),
    }
