"""Devices as the cabling knows them, and what is said about a cable."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Device:
    """A device of the town. `macs` are folded (twelve hex digits) and its own; `names` in lower case, first label only."""

    id: UUID
    kind: str = "unknown"
    macs: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    personal: bool = False
    """Assigned to a person: times are told by the day (`domain.md` 2.10)."""


class How(enum.StrEnum):
    """How a device hangs on a port."""

    PLUGGED = "plugged"
    """Direkt: the cable ends in the device."""
    BEHIND = "behind"
    """Behind another device at the port (`via`): a PC behind a telephone, a client behind an access point."""
    SHARED = "shared"
    """One of several at the port: something nobody knows stands in between."""
    SOMEWHERE = "somewhere"
    """Irgendwo hinter the port: the exact place is not known. A statement, no link."""


class Confidence(enum.StrEnum):
    """How sure a link is."""

    SURE = "sure"
    """The devices themselves say so."""
    LIKELY = "likely"
    """Follows from forwarding tables."""
    POSSIBLE = "possible"
    """Follows from forwarding tables and the kinds of the devices, or is older than a week."""


@dataclass(frozen=True, slots=True, order=True)
class End:
    """A port of a device; `members` are the ports of a bundle."""

    asset: UUID
    port: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """What hangs on a port, how we know, since when that holds."""

    end: End
    how: How
    other: UUID | None
    """None for what is not in the inventory; `label` then says what is known of it."""
    observed_at: datetime
    """Of the newest evidence."""
    label: str = ""
    other_port: str = ""
    other_members: tuple[str, ...] = ()
    via: UUID | None = None
    vlans: tuple[int, ...] = ()
    evidence: tuple[str, ...] = ()
    """`lldp cdp fdp mndp fdb`, and `both` where both sides say it."""
    confidence: Confidence = Confidence.LIKELY
