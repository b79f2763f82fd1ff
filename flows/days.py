"""The end of a day: told once, by the first ingest run that ends after it.

The marker of a day names the run that tells it, and then says `told`. A run that dies between the
two leaves its name; the next run sees that it is dead, and tells the day again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from prefect import get_run_logger

from flows.events import Told, send_events
from flows.run import living_runs
from tasks.errors import DeliveryError
from tasks.store.disk import write_durably
from tasks.store.run import Run

_TOLD = "told"


def announce_day(run: Run, data: Path) -> None:
    """Send `onrecord.day.complete` for yesterday (UTC), unless a run has, and for days left untold.

    The deployment `digest` waits for it. What the server could not be told is told by the next run.

    Args:
        run: The run that has ended.
        data: The data folder.
    """
    if run.flow != "ingest" or run.finished_at is None:
        return
    day = str(run.finished_at.date() - timedelta(days=1))
    markers = data / "state" / "days"
    markers.mkdir(parents=True, exist_ok=True)
    for marker in list(_to_tell(markers, day, run.run_id, data)):
        try:
            send_events([_complete(marker.name, run.run_id)])
        except DeliveryError as error:
            get_run_logger().warning("The end of %s: %s; told by the next run", marker.name, error)
            return
        write_durably(marker, _TOLD.encode())
    for marker in markers.iterdir():
        if marker.name < day and _read(marker) == _TOLD:
            marker.unlink(missing_ok=True)


def _to_tell(markers: Path, day: str, run_id: str, data: Path) -> Iterator[Path]:
    """Take the days that nobody has told and no living run is about to tell, the oldest first."""
    others = set(living_runs(data)) - {run_id}
    left = {marker.name for marker in markers.iterdir() if marker.name < day}
    for name in sorted(left | {day}):
        marker = markers / name
        try:
            with marker.open("x", encoding="utf-8") as file:
                file.write(run_id)
        except FileExistsError:
            if _read(marker) in others | {_TOLD}:
                continue
            write_durably(marker, run_id.encode())
        yield marker


def _read(marker: Path) -> str:
    try:
        return marker.read_text(encoding="utf-8").strip()
    except FileNotFoundError:  # another run has cleared it away: it was told
        return _TOLD


def _complete(day: str, run_id: str) -> Told:
    return Told(
        key=day,
        event="onrecord.day.complete",
        resource={"prefect.resource.id": f"onrecord.day.{day}", "prefect.resource.name": day},
        payload={"day": day, "run_id": run_id},
    )
