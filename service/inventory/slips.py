"""Serials that a list gives to the wrong one of two known devices (verrutschte Seriennummern). Pure.

A row stays with the device that has its inventory number. Where its serial is that of another inventory number, one of
the two entries is wrong: a serial that a machine said stays where it was, else the newest list says whose it is. The
entry that is wrong joins nothing; nobody else loses the number by it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from service.inventory.asset import IdentifierKind
from service.inventory.evidence import Evidence
from service.inventory.linking import Slip
from service.inventory.vetoes import Aliases

Claim = tuple[str, int]
"""An inventory number and the serial (its representative among the aliases) that a row gives it."""


@dataclass(slots=True)
class _Run:
    """The rows of one list: by inventory number its serials, and the rows that say so."""

    serials: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    rows: list[tuple[int, Claim]] = field(default_factory=list)


def correct(evidence: Evidence, aliases: Aliases) -> tuple[Slip, ...]:
    """Take the serials out of the rows that have them by mistake, and say at which rows lists contradicted each other."""
    book = _Book(evidence, aliases)
    for run in book.runs.values():
        book.read(run)
    for i, (number, serial) in book.claims.items():
        if number not in book.owners[serial]:
            for value in [v for v in evidence.ids[i] if book.is_serial(v)]:
                evidence.drop(i, value)
    return tuple(
        Slip(
            evidence.records[i].record,
            number.upper(),
            evidence.values[serial].value,
            evidence.records[book.first[holder]].record,
            holder.upper(),
            swapped,
            number not in book.owners[serial] and book.told[number] == serial,
        )
        for i, number, serial, holder, swapped in book.slips
    )


class _Book:
    """Which inventory numbers each serial belongs to, list by list."""

    def __init__(self, evidence: Evidence, aliases: Aliases) -> None:
        self.evidence = evidence
        self.aliases = aliases
        self.owners: dict[int, dict[str, None]] = defaultdict(dict)
        self.past: dict[int, dict[str, None]] = defaultdict(dict)
        self.begun: dict[int, _Run] = {}
        """The list that was the first to name a serial: what it gives to several numbers at once is for `sharing`."""
        self.latest: dict[str, set[int]] = {}
        self.told: dict[str, int] = {}
        """What the newest list says of each number, right or wrong."""
        self.first: dict[str, int] = {}
        self.claims: dict[int, Claim] = {}
        self.slips: list[tuple[int, str, int, str, bool]] = []
        self.runs: dict[int, _Run] = defaultdict(_Run)
        for i, record in enumerate(evidence.records):
            if record.typed and record.inventory:
                run = self.runs[evidence.run[i]]
                found = [aliases.of(value) for value in evidence.ids[i] if self.is_serial(value)]
                run.serials[record.inventory].update(found)
                run.rows += [(i, (record.inventory, value)) for value in found[:1]]
                self.first.setdefault(record.inventory, i)
        sets = {number for run in self.runs.values() for number, some in run.serials.items() if len(some) > 1}
        for run in self.runs.values():  # what stands on one desk under one number says nothing here
            run.rows = [row for row in run.rows if row[1][0] not in sets]

    def is_serial(self, value: int) -> bool:
        """Whether a value is a serial number."""
        return self.evidence.values[value].kind is IdentifierKind.SERIAL

    def read(self, run: _Run) -> None:
        """One list after those before it."""
        before = dict(self.latest)
        held: dict[int, str] = {}
        for i, (number, serial) in run.rows:
            self.claims[i] = number, serial
            self.told[number] = serial
            holder = self._holder(run, number, serial)
            if holder is None:
                self.begun.setdefault(serial, run)
                self.owners[serial][number] = None
            else:
                held[i] = holder
                swapped = not before.get(number, set()).isdisjoint(run.serials.get(holder, ()))
                self.slips.append((i, number, serial, holder, swapped))
        refused = self._refused(run, held)
        for number, some in run.serials.items():
            if number not in refused and (some or number not in before):
                self.latest[number] = some
        self._move([self.claims[i] for i in held if self.claims[i][0] not in refused], before)
        for _, (number, serial) in run.rows:
            for other in before.get(number, set()) - {serial}:
                if number not in refused and len(self.owners[other]) > 1 and self.begun[other] is not run:
                    self.owners[other].pop(number, None)

    def _refused(self, run: _Run, held: dict[int, str]) -> set[str]:
        """The numbers whose new serial stays where it is: its holder keeps it, or cannot have what the list gives it."""
        refused: set[str] = set()
        for i, holder in held.items():
            number, serial = self.claims[i]
            kept = run.serials.get(holder) or self.latest.get(holder, set())
            back = number in self.past[serial]  # a list says again what was known before another one erred
            if not kept or serial in kept or not (back or not self._said(serial, i)):
                refused.add(number)
        grown = True
        while grown:
            more = {self.claims[i][0] for i, holder in held.items() if holder in refused} - refused
            refused |= more
            grown = bool(more)
        return refused

    def _move(self, moved: list[Claim], before: dict[str, set[int]]) -> None:
        """Serials that the newest list gives to others; who gets one gives up the one before."""
        for number, serial in moved:
            for value in (serial, *before.get(number, ())):
                self.past[value] |= self.owners[value]
            for value in before.get(number, ()):
                self.owners[value].pop(number, None)
        for number, serial in moved:
            self.owners[serial] = {number: None}

    def _holder(self, run: _Run, number: str, serial: int) -> str | None:
        """The other device that has this serial; None where nothing speaks against the row."""
        owners = self.owners[serial]
        if not owners or number in owners or self.begun[serial] is run:
            return None
        holder = next((one for one in owners if serial in self.latest.get(one, ())), next(iter(owners)))
        if number in self.latest:
            return holder
        # A number nobody knew: the device got a new one, unless its old one stands in the list as well.
        now = run.serials.get(holder)
        if now is None or (now and serial not in now and self._said(serial, self.first[number])):
            return None
        return holder

    def _said(self, serial: int, before: int) -> bool:
        """Whether a machine showed the serial before a row did."""
        evidence = self.evidence
        return any(i < before and not evidence.records[i].typed for i in evidence.carriers[serial])
