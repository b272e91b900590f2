"""End of support (Ende der Unterstützung) of operating systems, firmware lines and devices, from a dated table of our own.

Pure apart from reading its own data file once. What no row matches is unknown: None, not "supported".
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib import resources

SOON = timedelta(days=365)
"""A replacement needs a budget year: support that ends within it is worth a notice."""


class State(enum.StrEnum):
    """How support of a device stands on a day; the row that ends first counts."""

    ENDED = "ended"
    SOON = "soon"
    SUPPORTED = "supported"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Support:
    """A system or a series of devices as the table names it, and the last day of its general support."""

    name: str
    match: re.Pattern[str]
    ends: date
    device: bool = False
    """The hardware itself, whatever runs on it."""

    def state(self, today: date) -> State:
        """Supported on its last day still."""
        if self.ends < today:
            return State.ENDED
        return State.SOON if self.ends - today <= SOON else State.SUPPORTED


@dataclass(frozen=True, slots=True)
class Table:
    """All rows, most specific first, and the day on which the dates were looked up."""

    as_of: date
    note: str
    systems: tuple[Support, ...]
    devices: tuple[Support, ...]


@dataclass(frozen=True, slots=True)
class Product:
    """What is known of a device as far as support depends on it; None where nobody knows."""

    manufacturer: str | None = None
    model: str | None = None
    os: str | None = None
    os_version: str | None = None
    firmware: str | None = None


@cache
def table() -> Table:
    raw = json.loads(resources.files("service.inventory.data").joinpath("end_of_support.json").read_bytes())
    return Table(date.fromisoformat(raw["as_of"]), raw["note"], _rows(raw["systems"]), _rows(raw["devices"], device=True))


def _rows(rows: Iterable[Mapping[str, str]], *, device: bool = False) -> tuple[Support, ...]:
    return tuple(Support(x["name"], re.compile(x["match"]), date.fromisoformat(x["ends"]), device) for x in rows)


def support_end(os: str, version: str | None = None) -> Support | None:
    """The first row that matches name and version of a system; None where the table does not know it."""
    text = f"{os} {version or ''}".lower().replace("microsoft ", "").replace("®", "")
    return next((x for x in table().systems if x.match.search(text)), None)


@lru_cache(maxsize=4096)
def ends(product: Product) -> tuple[Support, ...]:
    """What the table knows of a device: its system or firmware line, and the device itself; what ends first comes first."""
    found = []
    version = product.os_version or product.firmware
    if name := product.os or (product.manufacturer if product.firmware else None):
        found.append(support_end(name, version))
    if product.manufacturer and product.model:
        text = f"{product.manufacturer} {product.model}".lower()
        found.append(next((x for x in table().devices if x.match.search(text)), None))
    return tuple(sorted((x for x in found if x is not None), key=lambda x: (x.ends, x.name)))


def state(product: Product, today: date) -> State:
    """Ended, soon, supported or unknown: what ends first decides."""
    found = ends(product)
    return found[0].state(today) if found else State.UNKNOWN
