"""Messages: what people are told, as a subject, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from tasks.notices import Alert, Hit

FORMAT = 1
"""Version of the JSON; fields are only added within one."""


@dataclass(frozen=True, slots=True)
class Item:
    """A hit, or the beginning or end of an alert."""

    item_id: str
    """As in deliveries."""

    channels: tuple[str, ...]
    """Where it is told."""

    at: datetime
    """When it was found or raised (UTC)."""

    event: str
    """Name of the event: onrecord.watch.hit, onrecord.outlet.silent …"""

    line: str
    """In a line, for a subject."""

    text: str
    """In some lines, for people."""

    payload: Mapping[str, Any]
    """All of it, for programs: plain JSON values."""


@dataclass(frozen=True, slots=True)
class Message:
    """Some items told together."""

    message_id: str
    """The same for the same items, so that a receiver can tell a repetition."""

    subject: str
    """In a line."""

    text: str
    """For people."""

    payload: Mapping[str, Any]
    """For programs."""

    @property
    def body(self) -> bytes:
        """The payload as JSON."""
        return json.dumps(self.payload, ensure_ascii=False).encode()


def hit_item(hit: Hit, name: str) -> Item:
    """Tell a hit.

    Args:
        hit: The hit.
        name: What its watch waits for.
    """
    who = f"{hit.speaker or 'somebody'}: “{hit.quote}”" if hit.quote else hit.matched
    before, after = hit.context_before or "", hit.context_after or ""
    lines = [
        f"{name} ({hit.reason})",
        who,
        f"… {before}[{hit.matched}]{after} …",
        f"{hit.headline or 'no headline'} – {hit.outlet or 'no outlet'}",
        hit.url or f"article {hit.article_id}",
    ]
    return Item(
        item_id=hit.hit_id,
        channels=hit.channels,
        at=hit.found_at,
        event="onrecord.watch.hit",
        line=f"{name}: {hit.headline or hit.matched}",
        text="\n".join(lines),
        payload={"what": "hit", "watch": name, **_plain(asdict(hit))},
    )


def alert_item(alert: Alert, channels: tuple[str, ...], *, is_end: bool = False) -> Item:
    """Tell the beginning of an alert, or its end."""
    where = "most outlets" if alert.outlet == "*" else alert.outlet
    what = f"{alert.kind} is over" if is_end else alert.kind
    at = alert.resolved_at if is_end and alert.resolved_at else alert.raised_at
    return Item(
        item_id=f"{alert.alert_id}-resolved" if is_end else alert.alert_id,
        channels=channels,
        at=at,
        event=f"onrecord.outlet.{alert.kind}" + (".resolved" if is_end else ""),
        line=f"{where}: {what}",
        text=f"{alert.severity}: {where}: {what}\n{alert.detail}\n"
        f"since {alert.since:%Y-%m-%d %H:%M} UTC",
        payload={"what": "alert_end" if is_end else "alert", **_plain(asdict(alert))},
    )


def message_of(items: Sequence[Item]) -> Message:
    """Tell some items together; there must be one at least."""
    more = f" and {len(items) - 1} more" if len(items) > 1 else ""
    return Message(
        message_id=items[0].item_id if len(items) == 1 else f"{items[0].item_id}-{len(items)}",
        subject=" ".join(f"[onrecord] {items[0].line}{more}".split())[:200],
        text="\n\n".join(item.text for item in items) + "\n",
        payload={"format": FORMAT, "items": [item.payload for item in items]},
    )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Make JSON values of a record's; where it is told is nobody's business there."""
    return {name: _json_value(value) for name, value in row.items() if name != "channels"}


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    # the tables hold single precision: 20.6 comes back as 20.600000381469727
    return round(value, 3) if isinstance(value, float) else value
