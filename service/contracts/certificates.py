"""Registered certificates and the demand for VPN accesses (`domain.md` 2.14). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from service.inventory.expiry import STAGES

VPN: Final = frozenset({"vpn_user", "vpn_device"})
LEFT: Final = 30
"""Days that a certificate must still be good to count against the demand."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate on the town's list; `asset` or `holder` says who has it."""

    id: UUID
    purpose: str
    subject: str
    not_after: date
    asset: UUID | None = None
    holder: str = ""
    mobile_work: bool = False
    issuer: str = ""
    fingerprint: str = ""
    revoked_on: date | None = None
    successor: UUID | None = None
    note: str = ""
    version: int = 0

    def left(self, today: date) -> int:
        """Days that it is still good, 0 on the last one, negative after it."""
        return (self.not_after - today).days

    def state(self, today: date) -> str:
        """One of `revoked expired soon valid`."""
        if self.revoked_on and self.revoked_on <= today:
            return "revoked"
        left = self.left(today)
        return "expired" if left < 0 else "soon" if left <= STAGES[0] else "valid"


@dataclass(frozen=True, slots=True)
class Demand:
    """Who lacks an access: `staff` None where nobody entered it. `valid` are good today, `short` of them end in under 30 days."""

    staff: int | None
    valid: int
    short: int

    @property
    def enough(self) -> int:
        """Certificates that count."""
        return self.valid - self.short

    @property
    def missing(self) -> int | None:
        """Certificates to be ordered, None where nobody knows the staff."""
        return None if self.staff is None else max(0, self.staff - self.enough)


def assigned(certificates: Iterable[Certificate], today: date) -> tuple[Certificate, ...]:
    """Certificates good today with people who work mobile; one whose successor is good too is not counted twice."""
    good = {x.id: x for x in certificates if x.purpose in VPN and x.mobile_work and x.state(today) in ("soon", "valid")}
    return tuple(x for x in good.values() if x.successor not in good)


def demand(staff: int | None, certificates: Iterable[Certificate], today: date) -> Demand:
    """Staff with an agreement on mobile work against certificates with at least 30 days left."""
    counted = assigned(certificates, today)
    return Demand(staff, len(counted), sum(x.left(today) < LEFT for x in counted))


def folded_fingerprint(said: str) -> str:
    """SHA-256 as stored: 64 hexadecimal digits in small letters; '' for anything else."""
    plain = said.strip().lower().removeprefix("sha256").replace(":", "").replace(" ", "")
    return plain if len(plain) == 64 and all(sign in "0123456789abcdef" for sign in plain) else ""
