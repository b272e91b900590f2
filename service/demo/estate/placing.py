"""Where the devices of a town stand: shares of the town hall and weights of the branches."""

from __future__ import annotations

import random

from service.demo.sites import SITES, Site

_WEIGHTS = {
    "buergerbuero": 5, "verwaltung": 4, "bauhof": 3, "kita": 2, "feuerwehr": 1, "buecherei": 2, "jugend": 2, "bad": 1,
    "wasserwerk": 2, "wasser": 1, "klaeranlage": 2, "gemeinschaftshaus": 1, "friedhof": 1, "hochbehaelter": 0,
}  # fmt: skip
_WATER = ("wasserwerk", "wasser", "hochbehaelter", "klaeranlage", "bad")


def stem(site: str) -> str:
    """The kind of a site by its key: `kita-2` → `kita`."""
    return site.rstrip("0123456789").rstrip("-")


def branches(town: str) -> list[Site]:
    """All sites of the town but the town hall."""
    return [site for site in SITES if site.town == town and site.branch is not None]


def water_sites(town: str) -> list[str]:
    """Sites with pumps and valves, in the order in which they get controllers."""
    keys = [site.key for site in branches(town)]
    return [key for want in _WATER for key in keys if stem(key) == want]


def spread(town: str, number: int, hall: float, rng: random.Random) -> list[str]:
    """Site keys for `number` devices, the share `hall` of them in the town hall."""
    in_hall = round(number * hall)
    sites = [site for site in branches(town) if _WEIGHTS[stem(site.key)]]
    weights = [_WEIGHTS[stem(site.key)] for site in sites]
    return ["rathaus"] * in_hall + [site.key for site in rng.choices(sites, weights, k=number - in_hall)]


def one_each(town: str, number: int, in_hall: int) -> list[str]:
    """`in_hall` in the town hall, then one a branch; the smallest branches come last and may go without."""
    sites = sorted(branches(town), key=lambda site: -_WEIGHTS[stem(site.key)])
    return (["rathaus"] * in_hall + [site.key for site in sites] * 2)[:number]
