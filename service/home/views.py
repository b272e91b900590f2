"""What home pages show, as values. Pure."""

from dataclasses import dataclass
from datetime import datetime

from service.deadlines.calendar import Deadline
from service.i18n import Lazy, lazy
from service.inventory.certificates import CertificateRow, Due

ORDER = (
    "mayor",
    "isb",
    "it_admin",
    "dpo",
    "auditor",
    "staff_council",
    "bc_officer",
    "process_owner",
    "crisis_team",
    "hr_training",
    "group_admin",
    "employee",
)
"""Whoever has several roles first sees the earliest of these; the others are one click away."""

TEMPLATES = {
    role: role
    for role in ("mayor", "isb", "it_admin", "dpo", "auditor", "staff_council", "hr_training", "group_admin", "employee")
}
"""Roles with a page of their own; the rest share `other.html`, which lists what the role may open."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of setting a town up: where it is done, and whether it is."""

    text: Lazy
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class Estate:
    """The figures of a town's network for those who run it."""

    devices: int
    confirmed: int
    reviews: dict[str, int]  # open cases by kind
    oldest_review: datetime | None
    networks: int
    released: int
    waiting_for_release: int
    last_scan: datetime | None
    last_import: datetime | None
    scans_running: int
    last_failed: str  # what the newest failed run was, if it failed after the last good one
    answers: int
    measures_open: int
    measures_overdue: int
    measures_mine: tuple[tuple[str, str, datetime | None], ...]  # id, title, due

    @property
    def open_reviews(self) -> int:
        return sum(self.reviews.values())

    def steps(self) -> tuple[Step, ...]:
        """Setting up in the order that helps; empty once all is done."""
        steps = (
            Step(lazy("Netz anlegen"), "networks", self.networks > 0),
            Step(lazy("Netz freigeben lassen"), "networks", self.released > 0),
            Step(lazy("Ersten Scan starten"), "networks", self.last_scan is not None),
            Step(lazy("Bestandsliste importieren"), "import", self.last_import is not None),
            Step(lazy("Zehn wichtigste Geräte bestätigen"), "review", self.confirmed >= 10),
            Step(lazy("Grundschutz-Check beginnen"), "controls", self.answers > 0),
        )
        return () if all(step.done for step in steps) else steps


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What ends: certificates with the next of them, and the makers' support of devices."""

    certificates: Due
    next: tuple[CertificateRow, ...]
    support_ended: int
    support_soon: int
    dates: tuple[Deadline, ...] = ()
    """Dates of contracts that have passed or come near, earliest first; without those that somebody settled."""


@dataclass(frozen=True, slots=True)
class TownLine:
    """A town in the cockpit of the security officer; None stands for: nobody knows."""

    slug: str
    name: str
    share: float | None  # of applicable requirements that are done
    answered: int
    total: int
    checked: datetime | None  # last run of the automatic checks; without one, no contradiction means nothing
    contradictions: int  # open, against something that the town claims
    overdue: int
    reviews: int
    certificates_due: int  # ended, or end within the time of reminders
    last_scan: datetime | None
    stale: bool  # the last scan is older than allowed, or there was none
    exercise: datetime | None  # day of the answer that there was one; the exercise itself is not kept yet
    to_release: int  # networks and risks that wait for somebody

    @property
    def trouble(self) -> tuple[bool, int, int]:
        """Sorts the town that needs most first."""
        return self.stale, self.overdue + self.contradictions, self.reviews


def first_role(roles: frozenset[str], wanted: str = "") -> str:
    """The role whose page is shown: the wanted one if held, else the earliest of `ORDER`; "" without a role."""
    held = [role for role in ORDER if role in roles]
    return wanted if wanted in held else held[0] if held else ""
