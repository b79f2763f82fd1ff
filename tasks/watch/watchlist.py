"""Watches: what people wait for, checked when it is added."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tasks.errors import UsageError
from tasks.notices import Watch, WatchKind
from tasks.watch.channels import parse_channel
from tasks.watch.words import name_key, words_of

_ENTITY_ID = re.compile(r"(?:wd:Q\d+|gn:\d+|iso:[A-Z]{2}|local:[0-9a-f]{16})")
_OUTLET = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


def make_watch(
    name: str,
    kind: WatchKind,
    now: datetime,
    *,
    names: Sequence[str] = (),
    entity_ids: Sequence[str] = (),
    outlets: Sequence[str] = (),
    channels: Sequence[str] = (),
) -> Watch:
    """Make a watch. The same name, kind and outlets always have the same watch_id.

    Args:
        name: A full name, or the words of a phrase.
        kind: person, organisation or phrase.
        now: The time (UTC).
        names: Other names of the same.
        entity_ids: Ids of entities that count as it.
        outlets: Only in these outlets (registered domains).
        channels: Where hits are told: webhook:…, mailto:…, command:…

    Raises:
        UsageError: Something of it means nothing, or would hit the wrong people.
    """
    name = " ".join(name.split())
    given = tuple(dict.fromkeys(" ".join(other.split()) for other in names if other.strip()))
    for words in (name, *given):
        _check_name(words, kind)
    for entity_id in entity_ids:
        if not _ENTITY_ID.fullmatch(entity_id):
            raise UsageError(f"{entity_id!r} is no entity id; `onrecord entities list` shows them")
    places = tuple(sorted({outlet.strip().lower().removeprefix("www.") for outlet in outlets}))
    for outlet in places:
        if not _OUTLET.fullmatch(outlet):
            raise UsageError(f"{outlet!r} is no outlet; write its domain, such as herald.example")
    for channel in channels:
        parse_channel(channel)
    if kind == "phrase" and (given or entity_ids):
        raise UsageError("a phrase has no other names; add another watch")
    return Watch(
        watch_id=watch_id(name, kind, places),
        kind=kind,
        name=name,
        created_at=now,
        names=given,
        entity_ids=tuple(dict.fromkeys(entity_ids)),
        outlets=places,
        channels=tuple(dict.fromkeys(channels)),
    )


def watch_id(name: str, kind: WatchKind, outlets: Sequence[str]) -> str:
    """Name a watch: 8 hex digits of its kind, folded name and outlets."""
    folded = " ".join(word.folded for word in words_of(name))
    named = "\n".join([kind, folded, *outlets])
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:8]


def removed(watch: Watch, now: datetime) -> Watch:
    """Take a watch off the list; its hits stay."""
    return replace(watch, removed_at=now)


def _check_name(name: str, kind: WatchKind) -> None:
    words = words_of(name)
    if not any(len(word.folded) > 1 for word in words):
        raise UsageError(f"{name!r} has no word to look for")
    if kind == "person" and (len(words) < 2 or len(name_key(name)) < 4):
        raise UsageError(
            f"a person is watched by the full name: {name!r} alone may be anybody's; if it is the"
            " word you want, add it with --kind phrase"
        )
