"""Events of Prefect that must arrive: sent to the server at once, and waited for.

Prefect's own `emit_event` puts an event into a queue and returns; what the queue holds when a
process dies, or cannot send, is lost without a word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import httpx
from prefect.client.orchestration import get_client
from prefect.events.schemas.events import Event, RelatedResource
from prefect.runtime import flow_run

from tasks.errors import DeliveryError

_OURS = UUID("0d2cf0a0-6c0c-5b6e-9f55-2f6c8b1a7e11")
"""Namespace of the ids of our events."""


@dataclass(frozen=True, slots=True)
class Told:
    """An event to send."""

    key: str
    """What makes it this event: sent twice, the server knows it again."""

    event: str
    """Its name: onrecord.watch.hit, onrecord.day.complete …"""

    resource: Mapping[str, str]
    """What it is about; `prefect.resource.id` names it."""

    payload: Mapping[str, Any]
    """What automations may use: plain JSON values."""


def send_events(events: Sequence[Told]) -> None:
    """Send events to the Prefect server; when this returns it has them.

    Raises:
        DeliveryError: It does not have them.
    """
    made = [
        Event(
            id=uuid5(_OURS, f"{told.event}\n{told.key}"),
            event=told.event,
            resource=dict(told.resource),  # type: ignore[arg-type]  # as Prefect's own emit_event
            payload=dict(told.payload),
            related=_related(),
        )
        for told in events
    ]
    body = [event.model_dump(mode="json") for event in made]
    try:
        with get_client(sync_client=True) as client:
            client.request("POST", "/events", json=body).raise_for_status()
    except httpx.HTTPStatusError as error:
        code = error.response.status_code
        raise DeliveryError(f"the Prefect server answered {code} to an event") from error
    except httpx.HTTPError as error:
        raise DeliveryError(
            f"the Prefect server could not be told ({type(error).__name__})"
        ) from error


def _related() -> list[RelatedResource]:
    """Name the flow run in which this happens."""
    run_id = flow_run.id
    if not run_id:
        return []
    named = {
        "prefect.resource.id": f"prefect.flow-run.{run_id}",
        "prefect.resource.role": "flow-run",
        "prefect.resource.name": str(flow_run.name or ""),
    }
    return [RelatedResource.model_validate(named)]
