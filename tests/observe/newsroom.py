"""A simulated world of outlets: what they publish in a year, hour by hour.

Weekdays, holidays, long weekends, drifting levels, news cycles that last some days, days when
everybody publishes more, and counts that vary more than chance does.
"""

from __future__ import annotations

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


def world(outlets: int, days: int, seed: int, low: float = 0.3, high: float = 120.0) -> World:
    """Simulate outlets with means between low and high articles a day."""
    rng = np.random.default_rng(seed)
    means = np.exp(rng.uniform(np.log(low), np.log(high), outlets))
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
    jitter = made.generator.uniform(0, 600, len(brought))
    seen = START + brought * 3600.0 + 5 + jitter
    size = len(seen)
    quotes = made.generator.poisson(3, size).astype(float)
    return Intake(
        outlets=tuple(f"outlet{n}.example" for n in range(len(made.means))),
        end=START + now * 3600.0,
        runs=START + runs * 3600.0,
        outlet=outlet.astype(np.int64),
        seen_at=seen,
        text_length=np.exp(made.generator.normal(8, 0.6, size)),
        quote_count=quotes,
        attributed=made.generator.binomial(quotes.astype(int), 0.7).astype(float),
        dropped_length=np.exp(made.generator.normal(5, 0.8, size)),
        is_undated=(made.generator.random(size) < 0.03).astype(float),
        lost_outlet=np.zeros(0, np.int64),
        lost_at=np.zeros(0),
        is_unread=np.zeros(0, bool),
    )


__all__ = ["DAY", "START", "World", "intake", "silenced", "world"]
