"""Telling people: what waits to be told, sent channel by channel, every outcome recorded.

A message is sent first and recorded then: a run that dies in between tells it again, rather than
never. Whoever must not act twice goes by the ids in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic

from tasks.errors import DeliveryError
from tasks.notices import Delivery
from tasks.watch.message import Item, Message, message_of

ITEMS_AT_ONCE = 50
"""Items in one message."""

GIVE_UP_RUNS = 12
GIVE_UP_AGE = timedelta(days=2)
"""An item is given up after so many runs that tried, but not before this age: a mail server may be
down for a weekend."""

BUDGET = 120.0
"""Seconds that a run spends on telling at most; what is left waits for the next."""

Send = Callable[[str, Message, Sequence[Item]], None]
"""Sends a message on a channel, or raises DeliveryError."""


def waiting(
    items: Sequence[Item], deliveries: Sequence[Delivery]
) -> dict[str, list[tuple[Item, int]]]:
    """Give what waits on each channel, with the runs that have tried before, the oldest first."""
    known = {(done.item_id, done.channel): done for done in deliveries}
    found: dict[str, list[tuple[Item, int]]] = {}
    for item in sorted(items, key=lambda item: item.at):
        for channel in item.channels:
            before = known.get((item.item_id, channel))
            if before is None or before.state == "failed":
                tried = before.attempts if before else 0
                found.setdefault(channel, []).append((item, tried))
    return found


def tell(
    pending: Mapping[str, Sequence[tuple[Item, int]]],
    send: Send,
    run_id: str,
    now: datetime,
    budget: float = BUDGET,
) -> Iterator[Delivery]:
    """Send what waits. After a failure, the rest of that channel waits for the next run.

    Args:
        pending: From `waiting`.
        send: Sends a message.
        run_id: The run that tells.
        now: The time (UTC).
        budget: Seconds; then no further message is begun.

    Yields:
        What became of each item, as soon as it is known.
    """
    began = monotonic()
    for channel, of_channel in pending.items():
        rest = iter(of_channel)
        error: str | None = None
        while some := list(islice(rest, ITEMS_AT_ONCE)):
            if error is None:
                if monotonic() - began > budget:
                    return
                items = [item for item, _ in some]
                try:
                    send(channel, message_of(items), items)
                except DeliveryError as failure:
                    error = str(failure)
            for item, tried in some:
                yield _delivery(item, tried + 1, channel, error, run_id, now)


def _delivery(
    item: Item, attempts: int, channel: str, error: str | None, run_id: str, now: datetime
) -> Delivery:
    is_last = attempts >= GIVE_UP_RUNS and now - item.at >= GIVE_UP_AGE
    return Delivery(
        item_id=item.item_id,
        channel=channel,
        state="delivered" if error is None else "given_up" if is_last else "failed",
        attempts=attempts,
        tried_at=now,
        run_id=run_id,
        error=error,
    )
