"""A simulated world of outlets: what they publish in a year, hour by hour.

Weekdays and hours of the day, holidays, drifting levels, news cycles that last some days, days
when everybody publishes more, small outlets with whole days off, and counts that vary more than
chance does. Texts differ by outlet, day and hour: a night's wire copies are short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tasks.observe.intake import DAY, Intake

START = 1_704_067_200.0
"""1 January 2024, a Monday."""

HOLIDAYS = {0: 0.35, 88: 0.5, 91: 0.5, 120: 0.45, 139: 0.6, 226: 0.7, 305: 0.7, 359: 0.25,
            360: 0.3, 365: 0.4, 366: 0.35}  # fmt: skip
"""Day of the year, and what is left of a usual day."""

_WEEKS = {
    "daily": (1.05, 1.1, 1.1, 1.1, 1.05, 0.8, 0.8),
    "office": (1.3, 1.4, 1.4, 1.4, 1.3, 0.15, 0.05),
    "closed": (1.4, 1.4, 1.4, 1.4, 1.4, 0.0, 0.0),
    "weekly": (0.3, 0.3, 0.3, 5.0, 0.6, 0.3, 0.2),
    "weekend": (0.7, 0.7, 0.7, 0.8, 1.0, 1.6, 1.5),
}
_DAYTIME = np.array([1, 1, 1, 1, 2, 4, 7, 9, 9, 9, 9, 9, 8, 8, 8, 8, 8, 8, 7, 6, 5, 4, 3, 2], float)


@dataclass(frozen=True)
class World:
    """Outlets and what they publish."""

    means: np.ndarray
    """Articles a day, by outlet."""

    published: np.ndarray
    """Articles by outlet and hour."""

    generator: np.random.Generator


def world(
    outlets: int,
    days: int,
    seed: int,
    low: float = 0.3,
    high: float = 120.0,
    known: Sequence[float] = (),
) -> World:
    """Simulate outlets with means between low and high articles a day; of the first, known ones."""
    rng = np.random.default_rng(seed)
    means = np.exp(rng.uniform(np.log(low), np.log(high), outlets))
    means[: len(known)] = known
    kinds = rng.choice(list(_WEEKS), outlets, p=[0.45, 0.2, 0.1, 0.1, 0.15])
    weekday = np.arange(days) % 7
    common = np.ones(days)
    common[rng.random(days) < 0.02] *= 1.6  # a great event
    for day, factor in HOLIDAYS.items():
        if day < days:
            common[day] *= factor
    hours = _DAYTIME / _DAYTIME.sum()
    published = np.zeros((outlets, days * 24), np.int64)
    for n in range(outlets):
        week = np.array(_WEEKS[kinds[n]])
        sd, memory = rng.uniform(0.08, 0.3), rng.uniform(0.2, 0.7)
        noise = np.zeros(days)
        for day in range(1, days):
            noise[day] = memory * noise[day - 1] + rng.normal(0, sd * np.sqrt(1 - memory**2))
        drift = 1 + rng.uniform(-0.35, 0.35) * np.sin(
            np.arange(days) / 365 * 2 * np.pi + rng.uniform(0, 6)
        )
        observes = rng.uniform(0.6, 1.0)  # not every outlet keeps every holiday
        rate = (
            means[n]
            * week[weekday]
            / week.mean()
            * drift
            * np.exp(noise)
            * (1 - observes * (1 - common))
        )
        rate = rate * rng.gamma(12, 1 / 12, days)
        if means[n] < 3 and kinds[n] in ("daily", "weekend") and rng.random() < 0.5:
            rate = rate * (rng.random(days) < 0.65) / 0.65  # days off, when nobody is in
        published[n] = rng.poisson((rate[:, None] * hours[None, :]).ravel())
    return World(means, published, rng)


def silenced(made: World, outlet: int, since: int, until: int) -> World:
    """Let an outlet publish nothing between two hours."""
    published = made.published.copy()
    published[outlet, since:until] = 0
    return replace(made, published=published)


def intake(made: World, run_hours: np.ndarray, now: int) -> Intake:
    """Show what the runs until hour `now` (inclusive) have brought in 70 days.

    Args:
        made: The world.
        run_hours: The hours at whose end a run asks for news, in order.
        now: One of them.
    """
    runs = run_hours[(run_hours <= now) & (run_hours > now - 75 * 24)]
    first = max(0, int(runs[0]) - 24)
    block = made.published[:, first : now + 1]
    outlet, hour = np.nonzero(block)
    number = block[outlet, hour]
    outlet, hour = np.repeat(outlet, number), np.repeat(hour, number) + first
    brought = runs[np.minimum(np.searchsorted(runs, hour), len(runs) - 1)]
    seen = START + brought * 3600.0 + 5 + made.generator.uniform(0, 600, len(brought))
    return as_intake(made, outlet, hour, seen, START + runs * 3600.0)


def whole_intake(made: World, gap: float) -> Intake:
    """Show all that a world publishes, brought in by runs so many seconds apart (at most a day)."""
    outlet, hour = np.nonzero(made.published)
    number = made.published[outlet, hour]
    outlet, hour = np.repeat(outlet, number), np.repeat(hour, number)
    runs = START + np.arange(gap, made.published.shape[1] * 3600.0 + 1, gap)
    published = START + (hour + made.generator.random(len(hour))) * 3600
    kept = published < runs[-1]
    brought = runs[np.searchsorted(runs, published[kept], side="left")]
    return as_intake(made, outlet[kept], hour[kept], brought + 5, runs)


def as_intake(
    made: World, outlet: np.ndarray, hour: np.ndarray, seen: np.ndarray, runs: np.ndarray
) -> Intake:
    """Let the articles be read as their outlets, days and hours would have it."""
    rng, size, outlets = made.generator, len(outlet), len(made.means)
    style = np.random.default_rng(outlets)
    day = hour // 24
    moods = style.normal(0, 0.12, (outlets, made.published.shape[1] // 24 + 1))[outlet, day]
    at_night = (hour % 24 < 6) & (style.random(outlets) < 0.3)[outlet]
    length = style.uniform(7.2, 8.4, outlets)[outlet] + moods - 0.5 * at_night
    length += style.uniform(0.35, 0.6, outlets)[outlet] * rng.standard_t(4, size)
    wanted = style.uniform(0.5, 5, outlets)[outlet] * np.exp(2 * moods) * (1 - 0.5 * at_night)
    quotes = rng.negative_binomial(1.5, 1.5 / (1.5 + wanted)).astype(float)
    named = style.uniform(0.55, 0.85, outlets)[outlet]
    return Intake(
        outlets=tuple(f"outlet{n}.example" for n in range(outlets)),
        end=float(runs[-1]),
        runs=runs,
        outlet=outlet.astype(np.int64),
        seen_at=seen,
        text_length=np.exp(np.clip(length, 4.5, 11)),
        quote_count=quotes,
        attributed=rng.binomial(quotes.astype(int), rng.beta(6 * named, 6 * (1 - named))) * 1.0,
        dropped_length=np.exp(style.uniform(4, 6, outlets)[outlet] + rng.normal(0, 0.8, size)),
        is_undated=(rng.random(size) < style.choice([0.0, 0.02, 0.1], outlets)[outlet]) * 1.0,
        lost_outlet=np.zeros(0, np.int64),
        lost_at=np.zeros(0),
        is_unread=np.zeros(0, bool),
    )


__all__ = ["DAY", "START", "World", "as_intake", "intake", "silenced", "whole_intake", "world"]
