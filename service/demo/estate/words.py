"""What a device of the demonstration is, and on which days the world looked at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
SCANS = 4
"""Full scans of each town: one a week, the last on the demonstration's day."""


@dataclass(frozen=True, slots=True)
class Device:
    """One real thing. `addresses` holds the address at each full scan, None where it was off or elsewhere."""

    id: str
    town: str
    kind: str
    maker: str
    model: str
    serial: str
    site: str
    network: str
    """Purpose of the network it lives in; '' for things without address."""
    name: str | None = None
    inventory_no: str | None = None
    mac: str | None = None
    addresses: tuple[str | None, ...] = (None,) * SCANS
    os: str = ""
    role: str = ""
    """What a server does, what a special device is about."""
    room: str = ""
    unit: str = ""
    bought: date | None = None
    price: int = 0
    certificate_until: date | None = None
    """Where the story sets the end of the device's certificate."""
    tags: frozenset[str] = field(default_factory=frozenset)
    counted: bool = True
    """False for what is not in the table of the estate: unknown, replaced and vanished things."""

    @property
    def last_address(self) -> str | None:
        """The newest address it was seen at."""
        return next((address for address in reversed(self.addresses) if address), None)


@dataclass(frozen=True, slots=True)
class Estate:
    """All things of all towns as they are on `today`."""

    today: date
    seed: int
    devices: tuple[Device, ...]
    """Devices of the table, then the uncounted ones."""
    small: tuple[Device, ...]

    def of(self, town: str, *kinds: str) -> list[Device]:
        """Devices of a town, all or of the given kinds."""
        return [one for one in self.devices if one.town == town and (not kinds or one.kind in kinds)]


def moment(today: date, days_before: int, hour: int, minute: int = 0) -> datetime:
    """A time of the Berlin clock, so many days before today."""
    day = today - timedelta(days=days_before)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BERLIN)


def scan_days() -> tuple[int, ...]:
    """Days before today of the full scans, oldest first: 21, 14, 7, 0."""
    return tuple(7 * week for week in reversed(range(SCANS)))
