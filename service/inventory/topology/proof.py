"""What speaks for a device at a port."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

BOTH = "both"
FDB = "fdb"
BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Proof:
    """Pieces of evidence and the time of the newest; `roles` is what the device says it does."""

    evidence: set[str] = field(default_factory=set)
    vlans: set[int] = field(default_factory=set)
    at: datetime = BEGIN
    far_port: str = ""
    roles: frozenset[str] = frozenset()

    @property
    def named(self) -> bool:
        """Whether one of the two sides named the other itself."""
        return bool(self.evidence - {FDB})

    def add(self, evidence: str, at: datetime, vlans: Iterable[int] = ()) -> None:
        """One more piece of evidence."""
        self.evidence.add(evidence)
        self.vlans.update(vlan for vlan in vlans if vlan)
        self.at = max(self.at, at)
