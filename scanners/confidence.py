"""How sure a value is, in percent, by the ways in which it became known. Pure.

The figures are estimates in the order of `domain.md` 2.9: a device that says itself what it is, is believed more than one
whose network card has a maker. Ways that agree strengthen each other, ways that disagree weaken the value; nothing seen
from outside is ever certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scanners.observation import Observation, Origin

PERCENT: Mapping[Origin, int] = {
    Origin.MANUAL: 99,
    Origin.AGENT: 99,
    Origin.ENTITY: 97,
    Origin.VENDOR_OID: 95,
    Origin.SYS_OBJECT_ID: 92,
    Origin.SYS_DESCR: 88,
    Origin.SMB: 88,
    Origin.SYS_NAME: 85,
    Origin.LIST: 80,
    Origin.NETBIOS: 80,
    Origin.BANNER: 75,
    Origin.CERTIFICATE: 70,
    Origin.OS_GUESS: 55,
    Origin.PORTS: 50,
    Origin.PTR: 40,
    Origin.OUI: 40,
    Origin.NAME: 40,
}
MOST = 99
SURE, LIKELY = 90, 65
"""From these percentages on a value counts as sure, as likely."""


def single(origin: Origin, guessed_percent: int | None = None) -> int:
    """What one way alone is worth. nmap's guess of a system counts two thirds of its own accuracy: it knows few devices."""
    if origin is Origin.OS_GUESS and guessed_percent:
        return max(20, min(100, guessed_percent) * 2 // 3)
    return PERCENT[origin]


def together(agreeing: Iterable[int], disagreeing: Iterable[int] = ()) -> int:
    """Independent ways taken together. None that agrees gives 0."""
    doubt, against = 1.0, 0.0
    for percent in agreeing:
        doubt *= 1 - percent / 100
    for percent in disagreeing:
        against = max(against, percent / 100)
    return min(MOST, round(100 * (1 - doubt) * (1 - against / 2)))


def level(percent: int) -> str:
    """`sure`, `likely` or `possible`."""
    return "sure" if percent >= SURE else "likely" if percent >= LIKELY else "possible"


def of(seen: Observation) -> dict[str, Any]:
    """Percent of each field that a scan recognised, by field."""
    fields = {"kind": seen.kind, "vendor": seen.vendor, "model": seen.model, "os": seen.os, "serials": seen.serials}
    guessed = seen.facts.get("os_guess_percent")
    return {
        name: single(seen.origins[name], guessed if isinstance(guessed, int) else None)
        for name, value in fields.items()
        if value and name in seen.origins
    }
