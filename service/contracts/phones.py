"""A telephone system of a site, as a value. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PhoneSystem:
    """Telefonanlage; `emergency_calls` and `without_power` are yes, no or unknown."""

    id: UUID
    site: UUID
    kind: str
    maker: str = ""
    model: str = ""
    asset: UUID | None = None
    numbers: str = ""
    provider: str = ""
    line: str = ""
    contract: UUID | None = None
    support_ends: date | None = None
    emergency_calls: str = "unknown"
    without_power: str = "unknown"
    note: str = ""
    version: int = 0

    @property
    def name(self) -> str:
        """Maker and model, where they are known."""
        return " ".join(part for part in (self.maker, self.model) if part)
