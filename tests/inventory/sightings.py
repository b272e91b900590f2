"""Builders of what tests see: scans, walks, rows of lists, agents; and a town that links them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from scanners.observation import Certificate, Heard, Member, Name, Observation, Origin, Service, Source
from service.inventory.asset import Decision, DecisionKind
from service.inventory.clues import Clues
from service.inventory.identity import clues, link
from service.inventory.linking import Cluster, Linking, Why

MONDAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NAMESPACE = uuid.UUID("00000000-0000-4000-8000-000000000007")

M1, M2, M3 = "54:e1:ad:00:00:01", "8c:ec:4b:00:00:02", "d8:9e:f3:00:00:03"
DOCK = "00:e0:4c:00:00:d0"


def day(number: int, hour: int = 9) -> datetime:
    """A moment on the n-th day of the test's calendar, which begins on a Monday."""
    return MONDAY.replace(hour=hour) + timedelta(days=number)


def host(
    ip: str,
    *macs: str,
    says: str | None = None,
    ptr: str | None = None,
    ssh: Sequence[str] = (),
    certificates: Sequence[tuple[str, int]] = (),
    ports: Sequence[int] = (),
    **rest: Any,
) -> Observation:
    """A host in a scan; `says` is its NetBIOS name."""
    names = [Name(says, Origin.NETBIOS)] if says else []
    names += [Name(ptr, Origin.PTR)] if ptr else []
    shown = tuple(Certificate(fingerprint, port) for fingerprint, port in certificates)
    services = tuple(Service("tcp", port) for port in ports)
    return Observation(
        Source.NMAP,
        ip,
        names=tuple(names),
        ips=(ip,),
        macs=macs,
        ssh_keys=tuple(ssh),
        certificates=shown,
        services=services,
        **rest,
    )


def walk(
    ip: str,
    *macs: str,
    serials: Sequence[str] = (),
    members: Sequence[str] = (),
    says: str | None = None,
    kind: str | None = None,
    heard: Sequence[tuple[str, str]] = (),
) -> Observation:
    """A device that was asked by SNMP; `says` is its sysName, `heard` its ARP table."""
    return Observation(
        Source.SNMP,
        ip,
        kind=kind,
        names=(Name(says, Origin.SYS_NAME),) if says else (),
        ips=(ip,),
        macs=macs,
        serials=tuple(serials),
        members=tuple(Member(serial) for serial in members),
        heard=tuple(Heard(address, mac) for address, mac in heard),
        origins={"kind": Origin.SYS_OBJECT_ID} if kind else {},
    )


def row(number: int, *, name: str | None = None, serial: str | None = None, mac: str | None = None, **rest: Any) -> Observation:
    """A row of a list."""
    fields = rest.pop("fields", {})
    return Observation(
        Source.LIST,
        f"row:{number}",
        names=(Name(name, Origin.LIST),) if name else (),
        serials=(serial,) if serial else (),
        macs=(mac,) if mac else (),
        fields=fields,
        **rest,
    )


def agent(name: str, *macs: str, serial: str | None = None, uuid_: str | None = None, **rest: Any) -> Observation:
    """A GLPI agent's report."""
    return Observation(
        Source.AGENT,
        name,
        names=(Name(name, Origin.AGENT),),
        macs=macs,
        serials=(serial,) if serial else (),
        uuids=(uuid_,) if uuid_ else (),
        **rest,
    )


@dataclass
class Estate:
    """One town's records, each named by a letter or word of the test."""

    town: int = 1
    clues: list[Clues] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    ids: dict[str, uuid.UUID] = field(default_factory=dict)

    def saw(self, at: datetime, scope: str = "", **observations: Observation) -> None:
        """Take in one run (scan, list, walk) of named observations."""
        collection = uuid.uuid5(NAMESPACE, f"{self.town} {at} {sorted(observations)}")
        for name, observation in observations.items():
            record = self.ids[name] = uuid.uuid5(NAMESPACE, f"{self.town} {name}")
            self.clues.append(clues(record, self.town, scope, collection, at, observation))

    def decide(self, kind: DecisionKind, records: str, others: str = "", answers: str = "") -> None:
        """A person's decision about records named by words."""
        number = uuid.uuid5(NAMESPACE, f"decision {len(self.decisions)}")
        left = tuple(self.ids[name] for name in records.split())
        right = tuple(self.ids[name] for name in others.split())
        self.decisions.append(Decision(number, kind, left, right, answers))

    def link(self) -> Linking:
        return link(self.clues, self.decisions)

    def names(self, records: Sequence[uuid.UUID]) -> str:
        """Records by their words, in the order of the alphabet."""
        back = {record: name for name, record in self.ids.items()}
        return " ".join(sorted(back[record] for record in records))

    def assets(self) -> list[str]:
        """The linking as a person wants to read it: one string of words an asset, sorted."""
        return sorted(self.names(cluster.records) for cluster in self.link().clusters)

    def unassigned(self) -> str:
        return self.names([one.record for one in self.link().unassigned])

    def why(self, name: str) -> Why:
        """The reason for which a record belongs to nothing."""
        return next(one.why for one in self.link().unassigned if one.record == self.ids[name])

    def asset_of(self, name: str) -> Cluster:
        """The cluster that holds a record."""
        return next(cluster for cluster in self.link().clusters if self.ids[name] in cluster.records)
