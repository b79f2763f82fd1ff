"""Can people be told? Channels are looked at before a run works for hours to tell nobody."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.finding import Finding
from tasks.errors import DeliveryError, UsageError
from tasks.notices import Watch
from tasks.settings import settings
from tasks.watch.channels import check_channel


def check_alert_channels(data: Path) -> None:
    """Refuse channels of ONRECORD_ALERT_CHANNELS on which nothing can ever arrive.

    Raises:
        UsageError: One is none, its program is not there, or what it needs is not set.
    """
    for channel in settings(data).alert_channels:
        try:
            check_channel(channel)
        except (DeliveryError, UsageError) as error:
            raise UsageError(f"ONRECORD_ALERT_CHANNELS: {error}") from error


def check_channels(data: Path) -> Finding:
    """Look at the channels of alerts and watches; nothing is sent."""
    check_alert_channels(data)
    alerts, watched = settings(data).alert_channels, _watched(data)
    wrong = []
    for channel in watched:
        try:
            check_channel(channel)
        except (DeliveryError, UsageError) as error:
            wrong.append(f"{channel.partition(':')[0]} of a watch: {error}")
    if wrong:
        return Finding("channels", "warning", "; ".join(wrong),
                       "see `onrecord watch list`, and try `onrecord watch test NAME`")  # fmt: skip
    said = f"{len(alerts)} for alerts, {len(watched)} of watches"
    return Finding("channels", "ok", f"{said}: each could be used")


def _watched(data: Path) -> Sequence[str]:
    from tasks.store.notice_rows import read_notices

    if not (data / "tables").is_dir():
        return ()
    active = [watch for watch in read_notices(Watch, data) if watch.removed_at is None]
    return sorted({channel for watch in active for channel in watch.channels})
