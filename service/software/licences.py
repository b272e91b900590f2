"""Licences against what is installed. Pure.

R1 holds: where devices without a list of programs could need the missing rest, the lamp is grey, not green.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Licence:
    """A right to use; `ends_on` is its last day, None for ever."""

    id: UUID
    product: UUID
    metric: str
    quantity: int | None
    reference: str = ""
    ends_on: date | None = None
    note: str = ""
    version: int = 0

    def valid(self, today: date) -> bool:
        """On its last day still."""
        return self.ends_on is None or self.ends_on >= today


@dataclass(frozen=True, slots=True)
class Coverage:
    """Computers (clients and servers, virtual ones too) of the estate in use, and how many of them name their programs."""

    computers: int
    listed: int

    @property
    def silent(self) -> int:
        return self.computers - self.listed


@dataclass(frozen=True, slots=True)
class Balance:
    """`licensed` None: unlimited. `found` None: nobody can count it. `state` under, enough or unknown; `why` says in a key."""

    metric: str
    licensed: int | None
    found: int | None
    state: str
    why: str

    @property
    def missing(self) -> int:
        """Licences that are to be bought."""
        return max(0, (self.found or 0) - (self.licensed or 0)) if self.state == "under" else 0


def balances(
    licences: Iterable[Licence], installed: int | None, users: int | None, coverage: Coverage, today: date
) -> tuple[Balance, ...]:
    """One balance for each metric in which the product is licensed today.

    `installed`: devices, each once; None where no name from scans belongs to the product. `users`: as the town says.
    A valid unlimited licence covers everything.
    """
    licences = list(licences)
    valid = [x for x in licences if x.valid(today)]
    if any(x.metric == "unlimited" for x in valid):
        return (Balance("unlimited", None, installed, "enough", "unlimited"),)
    metrics = dict.fromkeys(x.metric for x in licences if x.metric != "unlimited")
    made = [
        _device(_sum(valid, metric), installed, coverage) if metric == "device" else _user(_sum(valid, metric), users)
        for metric in metrics
    ]
    if not made and licences:  # only unlimited ones, all over
        made = [_device(0, installed, coverage)]
    # What is counted in two ways is enough if one of them is: nobody knows which contract covers whom.
    if len(made) > 1 and any(x.state == "enough" for x in made):
        made = [x if x.state != "under" else Balance(x.metric, x.licensed, x.found, "unknown", "mixed") for x in made]
    return tuple(made)


def _sum(licences: Iterable[Licence], metric: str) -> int:
    return sum(x.quantity or 0 for x in licences if x.metric == metric)


def _device(licensed: int, installed: int | None, coverage: Coverage) -> Balance:
    if installed is None:
        return Balance("device", licensed, None, "unknown", "unassigned")
    if installed > licensed:
        return Balance("device", licensed, installed, "under", "counted")
    if installed + coverage.silent > licensed:
        return Balance("device", licensed, installed, "unknown", "silent")
    return Balance("device", licensed, installed, "enough", "counted")


def _user(licensed: int, users: int | None) -> Balance:
    if users is None:
        return Balance("user", licensed, None, "unknown", "users")
    return Balance("user", licensed, users, "under" if users > licensed else "enough", "told")
