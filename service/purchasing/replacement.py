"""Replacement list (Ersatzliste): which devices should be replaced, when, and why. Pure; the day is passed in."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from service.inventory.support import Product, ends

YEARS: Final[Mapping[str, int]] = {
    "workstation": 5, "notebook": 5, "thin_client": 7, "tablet": 4, "smartphone": 4, "phone": 8, "printer": 6, "server": 5,
    "hypervisor": 5, "storage": 5, "switch": 8, "router": 8, "firewall": 6, "access_point": 7, "ups": 8, "monitor": 8,
    "dock": 6, "camera": 8,
}  # fmt: skip
"""Usual years of use by kind until a town says otherwise; a kind that is not here has no limit of age."""
MOST_YEARS: Final = 40
AHEAD: Final = timedelta(days=365)
"""A replacement needs a budget year: what is due within it stands in the list."""
NO_DEVICE: Final = frozenset({"vm", "virtual_address"})
"""Kinds that nobody buys."""


class Why(enum.StrEnum):
    """Reasons, in the order in which they weigh."""

    SUPPORT = "support"
    AGE = "age"
    WARRANTY = "warranty"


class Urgency(enum.IntEnum):
    """How pressing it is: a device without the maker's support is a gap already, an old one only a risk of failure."""

    LATER = 1
    DUE = 2
    GAP = 3


@dataclass(frozen=True, slots=True)
class Device:
    """What the list must know of a device in use."""

    id: UUID
    name: str
    kind: str
    product: Product
    inventory_no: str | None
    site: str | None
    unit: str | None
    purchased: date | None
    warranty: date | None
    """What the device's own sources say."""
    covered: date | None = None
    """The last day that a contract promises."""
    contract: str = ""
    """What that contract is called."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a device is due: since or from which day, and what the day follows from."""

    why: Why
    due: date
    years: int = 0
    """The limit of age that holds for its kind."""
    system: str = ""
    """Whose support ends."""
    contract: str = ""
    """The contract whose warranty ends; empty for the device's own."""

    def over(self, today: date) -> bool:
        """Whether the day is past; the last day itself still counts as covered."""
        return self.due < today


@dataclass(frozen=True, slots=True)
class Due:
    """A line of the list: the device and all reasons, the weightiest first."""

    device: Device
    reasons: tuple[Reason, ...]
    urgency: Urgency

    @property
    def first(self) -> date:
        """The earliest day of all reasons."""
        return min(reason.due for reason in self.reasons)


def anniversary(day: date, years: int) -> date:
    """The same day so many years later; of a 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def reasons(device: Device, limits: Mapping[str, int], today: date) -> tuple[Reason, ...]:
    """All reasons that hold or will within a year. What is not known is no reason."""
    found = []
    if known := ends(device.product):
        found.append(Reason(Why.SUPPORT, known[0].ends, system=known[0].name))
    years = limits.get(device.kind)
    if device.purchased and years:
        found.append(Reason(Why.AGE, anniversary(device.purchased, years), years=years))
    if device.covered and (device.warranty is None or device.covered > device.warranty):
        found.append(Reason(Why.WARRANTY, device.covered, contract=device.contract))
    elif device.warranty:
        found.append(Reason(Why.WARRANTY, device.warranty))
    return tuple(reason for reason in found if reason.due <= today + AHEAD)


def judge(device: Device, limits: Mapping[str, int], today: date) -> Due | None:
    """The line of a device; None where there is no reason to replace it."""
    found = reasons(device, limits, today)
    if device.kind in NO_DEVICE or not found:
        return None
    past = [reason for reason in found if reason.over(today)]
    gap = any(reason.why is Why.SUPPORT for reason in past)
    return Due(device, found, Urgency.GAP if gap else Urgency.DUE if past else Urgency.LATER)


def plan(devices: Iterable[Device], limits: Mapping[str, int], today: date) -> tuple[Due, ...]:
    """The list, most pressing first."""
    found = (judge(device, limits, today) for device in devices)
    return tuple(
        sorted(
            (line for line in found if line), key=lambda line: (-line.urgency, line.first, line.device.name, str(line.device.id))
        )
    )
