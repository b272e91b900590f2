"""The records of one town side by side: which value is carried by whom, in which run, at which address.

Prepares for linking: sorts the records by what they are (not by when they arrived), gives values numbers, lends
MACs from the routers' ARP tables to hosts scanned across a router, finds addresses that float between nodes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from service.inventory.asset import Identifier, IdentifierKind
from service.inventory.folding import usable_mac

if TYPE_CHECKING:
    from uuid import UUID

    from service.inventory.clues import Clues

NONE = -1

MOMENT = timedelta(hours=1)
"""Scan and walk of one visit: so fast no address changes hands, and no second witness is needed."""

MANAGED = "@"
"""Before the serial that a management controller shows: it is its host's and must not join the two."""

PRIVATE = "\x00"
"""Behind a value that a person's split took out of the common use; the decision's id follows."""

CROWD = 229
"""Nine tenths of the 254 addresses of a /24."""

PROXY = 3
"""So many addresses of one scan answer with one MAC when a router answers for them (proxy ARP)."""

ORDER = (
    IdentifierKind.AGENT,
    IdentifierKind.UUID,
    IdentifierKind.SERIAL,
    IdentifierKind.ENGINE,
    IdentifierKind.INVENTORY,
    IdentifierKind.ROW,
    IdentifierKind.MAC,
    IdentifierKind.SSH_KEY,
    IdentifierKind.CERTIFICATE,
    IdentifierKind.NAME,
)
RANK = {kind: rank for rank, kind in enumerate(ORDER)}


class Evidence:
    """Index over the records of one town; everything is addressed by position in `records` (time order)."""

    def __init__(self, clues: Iterable[Clues]) -> None:
        self.records: list[Clues] = sorted(clues, key=_order)
        self.position: dict[UUID, int] = {record.record: i for i, record in enumerate(self.records)}
        self.values: list[Identifier] = []
        self._number: dict[tuple[IdentifierKind, str], int] = {}
        count = len(self.records)
        self.ids: list[tuple[int, ...]] = [()] * count
        """Numbers of the strong and medium values of each record."""
        self.said: list[tuple[int, ...]] = [()] * count
        """Numbers of the names that device or list say, most trusted first."""
        self.ptr: list[int] = [NONE] * count
        self.run: list[int] = [NONE] * count
        """One scan, one list, one day of asking: within a run a device has one place."""
        self.spot: list[int] = [NONE] * count
        self.spots: list[tuple[str, str]] = []
        self.lent: dict[int, str] = {}
        """MACs that a router's ARP table gave to a record."""
        self.floating: list[bool] = [False] * count
        self.phantoms: dict[int, str] = {}
        """Answers that stand for nothing → the network they came from."""
        self._index()
        self._find_phantoms()
        self._hear()
        self._number_values()
        self.carriers: list[list[int]] = [[] for _ in self.values]
        self.bearers: list[list[int]] = [[] for _ in self.values]
        for i in range(count):
            for value in self.ids[i]:
                self.carriers[value].append(i)
            for value in self.said[i]:
                self.bearers[value].append(i)

    def number(self, kind: IdentifierKind, text: str) -> int:
        """The number of a value, new ones included."""
        found = self._number.get((kind, text))
        if found is None:
            found = self._number[kind, text] = len(self.values)
            self.values.append(Identifier(kind, text))
        return found

    def drop(self, i: int, value: int) -> None:
        """A value that stands in a record by mistake counts no more for it."""
        self.ids[i] = tuple(other for other in self.ids[i] if other != value)
        self.carriers[value].remove(i)

    def part(self, leaving: Sequence[int], staying: Sequence[int], tag: str) -> None:
        """What both sides show joins the leaving records among themselves only; the staying keep it."""
        for lists, holders in ((self.ids, self.carriers), (self.said, self.bearers)):
            both = {value for i in leaving for value in lists[i]} & {value for i in staying for value in lists[i]}
            private = {
                value: self.number(self.values[value].kind, f"{self.values[value].value}{PRIVATE}{tag}") for value in sorted(both)
            }
            for store in (self.carriers, self.bearers):
                store.extend([] for _ in range(len(self.values) - len(store)))
            for i in leaving:
                lists[i] = tuple(private.get(value, value) for value in lists[i])
            gone = set(leaving)
            for value, own in private.items():
                holders[own] = [i for i in holders[value] if i in gone]
                holders[value] = [i for i in holders[value] if i not in gone]

    def _index(self) -> None:
        runs: dict[object, int] = {}
        spots: dict[tuple[str, str], int] = {}
        for i, record in enumerate(self.records):
            # Walks of one day are one run: an address asked twice is no contradiction, a value at two addresses is.
            run = (record.source, record.at.date()) if record.source in ("snmp", "agent") else record.collection
            self.run[i] = runs.setdefault(run, len(runs))
            if record.address:
                spot = (record.scope, record.address)
                found = spots.get(spot)
                if found is None:
                    found = spots[spot] = len(self.spots)
                    self.spots.append(spot)
                self.spot[i] = found
        self.at_spot: list[list[int]] = [[] for _ in self.spots]
        for i, at in enumerate(self.spot):
            if at != NONE:
                self.at_spot[at].append(i)

    def _find_phantoms(self) -> None:
        """A network in which nearly every address shows the same open ports: a firewall answers for all of them."""
        alike: dict[tuple[int, str, str], list[int]] = defaultdict(list)
        for i, record in enumerate(self.records):
            if record.doors and "." in record.address:
                alike[self.run[i], record.address.rpartition(".")[0], record.doors].append(i)
        for (_, network, _), members in alike.items():
            if len(members) >= CROWD:
                self.phantoms.update(dict.fromkeys(members, f"{network}.0/24"))

    def _proxies(self) -> set[tuple[int, str]]:
        """(run, MAC) of a router that answers for others: one MAC at three or more addresses of one scan."""
        spots: dict[tuple[int, str], set[int]] = defaultdict(set)
        for i, record in enumerate(self.records):
            if record.source == "nmap":
                for mac in record.macs or filter(None, (self.lent.get(i),)):
                    spots[self.run[i], mac].add(self.spot[i])
        return {key for key, where in spots.items() if len(where) >= PROXY}

    def _hear(self) -> None:
        """Lend MACs of the same day's ARP tables; an address heard at two MACs on one day is heard at none."""
        heard: dict[tuple[str, str, object], str | None] = {}
        for record in self.records:
            if record.heard:
                day = record.at.date()
                for address, mac in record.heard:
                    key = (record.scope, address, day)
                    heard[key] = mac if heard.get(key, mac) == mac else None
        markers: dict[int, list[int]] = defaultdict(list)
        for i, record in enumerate(self.records):
            if record.virtual:
                self.floating[i] = True
                markers[self.spot[i]].append(i)
            elif heard and record.source == "nmap" and not record.macs and not record.strange_mac:
                lent = heard.get((record.scope, record.address, record.at.date()))
                if lent:
                    self.lent[i] = lent
                elif lent == "":
                    self.floating[i] = True
                    markers[self.spot[i]].append(i)
        for spot in markers:
            self._float(spot)

    def _float(self, spot: int) -> None:
        """Answers of a floating address without a MAC of their own float too, when the nearest known answer did."""
        known = [(i, self.floating[i]) for i in self.at_spot[spot] if self.floating[i] or self.records[i].macs or i in self.lent]
        for i in self.at_spot[spot]:
            record = self.records[i]
            if not self.floating[i] and not record.macs and i not in self.lent and record.source == "nmap":
                nearest = min(known, key=lambda other: (abs(self.records[other[0]].at - record.at), other[0]))
                self.floating[i] = nearest[1]

    def _number_values(self) -> None:
        rows: dict[tuple[int, str], int] = defaultdict(int)
        kinds = IdentifierKind
        number = self.number
        proxies = self._proxies()
        for i, record in enumerate(self.records):
            if record.ptr:
                self.ptr[i] = number(kinds.NAME, record.ptr)
            if self.floating[i] or i in self.phantoms:
                continue
            found: list[int] = []
            if record.agent:
                found.append(number(kinds.AGENT, record.agent))
            found.extend(number(kinds.UUID, text) for text in record.uuids)
            mark = MANAGED if record.kind == "management_controller" else ""
            found.extend(number(kinds.SERIAL, mark + text) for text in record.serials)
            if record.engine:
                found.append(number(kinds.ENGINE, record.engine))
            if record.inventory:
                found.append(number(kinds.INVENTORY, record.inventory))
            found.extend(number(kinds.MAC, text) for text in record.macs if (self.run[i], text) not in proxies)
            if i in self.lent:
                lent = self.lent[i]
                if usable_mac(lent) and (self.run[i], lent) not in proxies:
                    found.append(number(kinds.MAC, lent))
            found.extend(number(kinds.SSH_KEY, text) for text in record.ssh_keys)
            found.extend(number(kinds.CERTIFICATE, text) for text in record.certificates)
            if record.row:
                # Equal rows of one list are so many devices: the n-th of them here is the n-th of them there.
                rows[self.run[i], record.row] += 1
                found.append(number(kinds.ROW, f"{record.row}/{rows[self.run[i], record.row]}"))
            self.ids[i] = tuple(found)
            self.said[i] = tuple(number(kinds.NAME, text) for text, _ in record.names)


def _order(record: Clues) -> tuple[object, ...]:
    """By time and content, so that the order of arrival cannot matter; the id decides between equals only."""
    place = (record.at, record.source, record.scope, record.address, len(record.key), record.key)
    return (*place, record.serials, record.macs, record.names, record.inventory, record.ptr, record.record)


def pairs(items: Sequence[int], limit: int = 12) -> Iterable[tuple[int, int]]:
    """All pairs of the first `limit` items: contradictions show early, and values with many carriers stay cheap."""
    head = items[:limit]
    return ((a, b) for n, a in enumerate(head) for b in head[n + 1 :])
