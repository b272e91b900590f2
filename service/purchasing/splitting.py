"""Split a sum of money without losing a cent: by quantity or by the key of inhabitants (`domain.md` 2.13). Pure."""

from __future__ import annotations

from collections.abc import Mapping


def split(cents: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Shares of `cents` by weight; their sum is exactly `cents`, and the order of the weights plays no part.

    Each gets its share rounded down; what is left goes, cent by cent, to the largest remainders, and among equal ones
    to the town whose code comes first in the alphabet. Whole numbers throughout: nothing is ever a float.

    Raises:
        ValueError: a negative sum or weight, or no weight at all.
    """
    whole = sum(weights.values())
    if cents < 0 or whole <= 0 or min(weights.values()) < 0:
        raise ValueError("a sum is split by weights that are not negative, at least one above nothing")
    shares = {code: cents * weight // whole for code, weight in weights.items()}
    left = cents - sum(shares.values())
    by_remainder = sorted(weights, key=lambda code: (-(cents * weights[code] % whole), code))
    for code in by_remainder[:left]:
        shares[code] += 1
    return shares
