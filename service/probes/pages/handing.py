"""What goes out to a probe: jobs that are allowed today, the town's networks, and SNMP credentials.

Those that were granted for the networks of a job, sealed to the probe's key.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from scanners import policy, sealing, wire
from service.audit import store as audit
from service.db import SafeTransaction
from service.inventory import scanning
from service.inventory.store import access, places
from service.inventory.views import NetworkRow
from service.probes import store
from service.probes.store import Speaker
from service.settings import settings


def homes(targets: Sequence[str], networks: Sequence[NetworkRow]) -> frozenset[UUID]:
    """The scannable networks that targets lie in, the narrowest around each; empty where one lies in none. Pure."""
    found = set[UUID]()
    for text in targets:
        target = ipaddress.ip_network(text)
        around = [
            (net.prefixlen, row.id)
            for row in networks
            if row.scannable and _inside(target, net := ipaddress.ip_network(row.cidr))
        ]
        if not around:
            return frozenset()
        narrowest = max(width for width, _ in around)
        found.update(key for width, key in around if width == narrowest)
    return frozenset(found)


def _inside(inner: ipaddress.IPv4Network | ipaddress.IPv6Network, outer: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]  # same family


def told(networks: Sequence[NetworkRow]) -> list[wire.Net]:
    """The town's networks in the words of a scope file: what a probe obeys besides its own. Pure."""
    return [
        wire.Net(
            row.cidr,
            "closed" if row.mode == "active" and not row.scannable else row.mode,
            row.rate_cap,
            [row.scan_window] if row.scan_window else [],
            row.excluded.splitlines(),
            row.snmp_rate,
        )
        for row in networks
    ]


def refusal(job: wire.Job, report: wire.Report, networks: Sequence[NetworkRow]) -> str:
    """Why the centre does not hand out a job now, in German; empty where nothing stands against it. Pure.

    A probe that does not know the town's exclusions, closed networks and windows (format 1) gets no job at all.
    """
    if report.format < wire.FORMAT:
        return (
            "Die Sonde ist zu alt: Sie kennt die Ausnahmen und Zeitfenster der Zentrale nicht. Spielen Sie dort die neue"
            " Version ein und geben Sie den Auftrag neu."
        )
    try:
        policy.admit(job.targets, scanning.released(networks))
    except policy.Denied as denied:
        return str(denied)
    if any(scanning.forbidden(target, settings().never_scan) for target in job.targets):
        return "Diese Installation scannt dieses Netz nie."
    return ""


async def open_orders(
    tx: SafeTransaction, who: Speaker, asked: int, report: wire.Report, version: str, now: datetime
) -> wire.Orders:
    """What a probe gets to hear: its open jobs as far as they are allowed today, and the networks that it has to obey."""
    networks, jobs = await places.networks(tx, who.town), []
    for job in await store.orders(tx, who, report.results, now):
        if why := refusal(job, report, networks):
            await store.refuse(tx, who, job.id, why, now)
        else:
            jobs.append(job)
    jobs = await with_access(tx, who, report.seal_key, jobs)
    return wire.Orders(asked, version, jobs, told(networks) if report.format >= wire.FORMAT else None)


async def with_access(tx: SafeTransaction, who: Speaker, seal_key: str, jobs: list[wire.Job]) -> list[wire.Job]:
    """The jobs with what was granted for all of their networks; nothing for a probe that named no key to seal to."""
    if not jobs or not seal_key:
        return jobs
    try:
        receiver = wire.data(seal_key)
        sealing.seal(b"", receiver, b"")
    except ValueError:  # no key at all: the probe reads with what lies on its own disk
        return jobs
    networks, sets = await places.networks(tx, who.town), await access.opened(tx, who.town)
    out = []
    for job in jobs:
        at, about = homes(job.targets, networks), wire.about_access(who.id, job.id)
        meant = [one for one in sets if at and at <= one.networks]
        sealed = [sealing.seal(msgspec.json.encode(dict(one.secret)), receiver, about) for one in meant]
        out.append(msgspec.structs.replace(job, access=sealed))
        if meant and await _first_time(tx, who, job):
            after = {"probe": who.name, "sets": sorted(str(one.id) for one in meant), "targets": job.targets}
            await audit.record(tx, who.actor, "snmp_access.hand_out", f"probe_job/{job.id}", after=after)
    return out


async def _first_time(tx: SafeTransaction, who: Speaker, job: wire.Job) -> bool:
    """Whether these credentials were not handed out for this job before: the log names it once."""
    known = await tx.connection.fetchval(
        "select 1 from audit_detail where town_id = $1 and action = 'snmp_access.hand_out' and object = $2 limit 1",
        who.town,
        f"probe_job/{job.id}",
    )
    return known is None
