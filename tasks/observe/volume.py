"""How many articles are usual in a window, and how much that varies.

The method is that of outbreak detection in public health, where each of thousands of small counts
with seasons and bad days must rarely give a false alarm: Farrington, Andrews, Beale & Catchpole,
"A statistical algorithm for the early detection of outbreaks of infectious disease", J. R. Stat.
Soc. A 159 (1996), as improved by Noufaily et al., Statistics in Medicine 32 (2013): a level and
factors of the season (here: the weekday), over-dispersion, past incidents weighted out, and the
quantiles of a negative binomial instead of a normal distribution. Fitted by moments, not by a
regression: thousands of outlets in milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tasks.observe.intake import Floats
from tasks.observe.windows import Window

_HALF_LIFE = 28.0
"""Days after which a day counts half: outlets grow and shrink."""

_LEAST_WINDOWS = 10
"""Windows of the past, and of the same weekday, that must be known."""
_LEAST_SAME_WEEKDAY = 2

_PULL = 0.5
"""How much a weekday is pulled towards the others, in days: a Sunday seen twice is no rule yet."""

_LEAST_DISPERSION = 0.05
"""Nobody's days are alike: at least a standard deviation of 22 % beyond chance."""

_CLUSTERED = 1.5
"""Busy and quiet days come together: windows of several days vary more by so much than days that
know nothing of each other would have it."""

_INCIDENT = 4.0
"""Standard deviations from which on a past window was no usual one."""


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """What is usual in a window that ends now, by outlet."""

    mean: Floats
    """Articles."""

    least: Floats
    """The same, or the plain mean of this weekday where that is smaller: of an office that closes
    on Sundays nothing is missed on a Sunday."""

    dispersion: Floats
    """The variance is mean + dispersion * mean², our uncertainty about the mean included."""

    is_known: NDArray[np.bool_]
    """Whether there is history enough to say so."""

    beyond_chance: Floats
    """The dispersion without that uncertainty."""

    error: Floats
    """The standard error of that."""

    def after(self, seen: Floats, today: Usual) -> Usual:
        """Say what is usual in the last hours of this day, by how the rest of it went.

        The level of a day is drawn from a gamma distribution, which is what makes its counts
        negative binomial; what came before those hours tells it better. Hours vary beyond that.

        Args:
            seen: Articles of the rest of the day.
            today: What is usual in the whole day.
        """
        usual = np.maximum(today.mean - self.mean, 0)
        shape = 1 / np.maximum(today.beyond_chance, _LEAST_DISPERSION)
        level = np.minimum((shape + seen) / (shape + usual), 1)
        of_hours = np.maximum(self.beyond_chance - today.beyond_chance, _LEAST_DISPERSION)
        uncertainty = self.dispersion - self.beyond_chance
        dispersion = np.minimum(1 / (shape + seen) + of_hours, self.beyond_chance) + uncertainty
        is_known = self.is_known & today.is_known
        return replace(
            self,
            mean=level * self.mean,
            least=level * self.least,
            dispersion=dispersion,
            is_known=is_known,
        )


def usual_volume(
    counts: Floats,
    is_usable: NDArray[np.bool_],
    window: Window,
    of_days: Floats | None = None,
) -> Usual:
    """Estimate what is usual from the same window on the days before.

    Args:
        counts: Articles by outlet and lag, from `window_sums`.
        is_usable: By outlet and lag: a run asked, the outlet was known, no incident was on.
        window: The window.
        of_days: The dispersion of single days; None when it is they that are looked at. Ten weeks
            hold too few windows of a week or two, and hours too few articles, to tell how much
            those vary.
    """
    lags = np.arange(counts.shape[1])
    # those that overlap the window itself tell nothing
    usable = is_usable & (lags >= window.days)
    group = lags % 7 if window.days < 7 else np.zeros_like(lags)
    groups = np.eye(int(group.max()) + 1)[group]
    weight = 0.5 ** (lags / _HALF_LIFE) * usable
    fit = _fit(counts, weight, groups, window, of_days)
    mean, plain, held, dispersion, error = fit
    fitted = mean @ groups.T
    deviation = np.sqrt(fitted + dispersion[:, None] * fitted**2) + 0.5
    is_incident = (np.abs(counts - fitted) > _INCIDENT * deviation) & (weight > 0)
    again = np.flatnonzero(is_incident.any(axis=1))
    kept = weight[again] * ~is_incident[again]
    days = None if of_days is None else of_days[again]
    for whole, part in zip(fit, _fit(counts[again], kept, groups, window, days), strict=True):
        whole[again] = part
    # windows of several days overlap: so many fewer are known
    today, known = mean[:, 0], held[:, 0] / window.days
    uncertainty = (1 / np.maximum(today, 0.1) + dispersion) / np.maximum(known, 0.5)
    is_known = (usable.sum(axis=1) >= _LEAST_WINDOWS) & (
        (usable @ groups)[:, 0] >= _LEAST_SAME_WEEKDAY
    )
    least = np.minimum(today, plain[:, 0])
    return Usual(today, least, dispersion + uncertainty, is_known, dispersion, error)


def _fit(
    counts: Floats, weight: Floats, groups: Floats, window: Window, of_days: Floats | None
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Give means and days by weekday, see `_means`, and the dispersion with its error."""
    mean, plain, held = _means(counts, weight, groups)
    fitted = mean @ groups.T
    dispersion, error = _dispersion(counts, fitted, weight, groups.shape[1], 1 / window.days)
    if of_days is not None:
        # hours share the level of their day
        least = of_days if window.is_short else _CLUSTERED * of_days / window.days
        dispersion = np.maximum(dispersion, least)
    return mean, plain, held, dispersion, error


def _means(counts: Floats, weight: Floats, groups: Floats) -> tuple[Floats, Floats, Floats]:
    """Give the mean of every weekday, pulled towards that of all and plain, and its days."""
    held = weight @ groups
    sums = (weight * counts) @ groups
    plain = sums / np.maximum(held, 1e-9)
    known = held > 0
    level = (plain * known).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return (sums + _PULL * level[:, None]) / (held + _PULL), plain, held


def _dispersion(
    counts: Floats, fitted: Floats, weight: Floats, parameters: int, share: float
) -> tuple[Floats, Floats]:
    """Estimate by moments how much counts vary beyond chance; a share of them is independent.

    Returns:
        The dispersion, and its standard error: by that of a variance, which is relative to all of
        it, chance included. Of an outlet with few articles, little is known of its dispersion.
    """
    total = weight.sum(axis=1)
    effective = share * total**2 / np.maximum(np.einsum("ij,ij->i", weight, weight), 1e-9)
    freedom = np.maximum(effective - parameters, effective / 3 + 1e-9)
    squares = np.einsum("ij,ij->i", weight, (counts - fitted) ** 2)
    by_chance = np.einsum("ij,ij->i", weight, fitted)
    scale = np.maximum(np.einsum("ij,ij,ij->i", weight, fitted, fitted), 1e-9)
    found = np.clip((squares * effective / freedom - by_chance) / scale, _LEAST_DISPERSION, 5.0)
    error = np.sqrt(2 / freedom) * (found + by_chance / scale)
    return np.asarray(found), np.asarray(np.minimum(error, 5.0))
