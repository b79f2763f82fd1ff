"""How unlikely so few, or so many, are: tails of the negative binomial and the binomial."""

from __future__ import annotations

from math import exp, lgamma, log, log1p


def so_few(count: int, mean: float, dispersion: float) -> float:
    """Give the probability of at most so many, by the negative binomial.

    Args:
        count: How many there were.
        mean: How many are usual.
        dispersion: The variance is mean + dispersion * mean²; 0 is the Poisson distribution.
    """
    return min(1.0, sum(masses(count, mean, dispersion)))


def masses(most: int, mean: float, dispersion: float) -> list[float]:
    """Give the probability of none, of one, and so on; see `so_few`.

    Args:
        most: Up to how many.
        mean: How many are usual.
        dispersion: The variance is mean + dispersion * mean².
    """
    return [exp(_log_mass(k, mean, dispersion)) for k in range(most + 1)]


def so_many(count: int, mean: float, dispersion: float) -> float:
    """Give the probability of at least so many, by the negative binomial; see `so_few`."""
    if count <= mean:
        return 1.0
    total, k = 0.0, count
    while True:
        mass = exp(_log_mass(k, mean, dispersion))
        total += mass
        if mass <= total * 1e-9:
            return min(1.0, total)
        k += 1


def so_large_a_share(count: int, of: int, usual: float) -> float:
    """Give the probability of at least so many out of some, by the binomial.

    Args:
        count: How many there were.
        of: Out of how many.
        usual: The usual share, between 0 and 1, exclusive.
    """
    return min(
        1.0,
        sum(
            exp(
                lgamma(of + 1)
                - lgamma(k + 1)
                - lgamma(of - k + 1)
                + k * log(usual)
                + (of - k) * log1p(-usual)
            )
            for k in range(count, of + 1)
        ),
    )


def _log_mass(k: int, mean: float, dispersion: float) -> float:
    if mean <= 0:
        return 0.0 if k == 0 else -1e9
    if dispersion < 1e-6:
        return k * log(mean) - mean - lgamma(k + 1)
    size = 1 / dispersion
    return (
        lgamma(k + size)
        - lgamma(size)
        - lgamma(k + 1)
        - size * log1p(mean / size)
        + k * (log(mean) - log(mean + size))
    )
