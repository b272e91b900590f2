"""The task of a scan: nmap in three phases, then SNMP on what answered, then the merge; what was found stays.

The scope is checked again here, against the networks as they are now: released by two, active, not guests, in their windows.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from scanners import passive, policy
from scanners.nmap.run import Ran
from scanners.observation import Collection, Progress, Report
from scanners.policy import Released
from scanners.sources import nmap, snmp
from service.audit import store as audit
from service.audit.chain import Actor
from service.auth.store import slug_of
from service.db import town_tx
from service.errors import Wrong
from service.inventory import scanning, store
from service.inventory.store import access, places
from service.inventory.store.access import Trial
from service.inventory.views import NetworkRow
from service.jobs.queue import Job, Result, Stopped
from service.settings import now, settings
from service.worker import checks, entries
from service.worker.credentials import Kit

NMAP_SHARE = 70
"""Percent of the progress bar that nmap fills; SNMP and the merge share the rest."""


def released(found: Sequence[NetworkRow]) -> list[Released]:
    """What the town allows, in the words of the scan policy."""
    return [
        Released(
            net := ipaddress.ip_network(item.cidr),
            packets_per_second=item.rate_cap,
            passive=item.mode == "passive",
            guest=item.mode == "guest",
            windows=policy.windows(item.scan_window),
            excluded=policy.exclusions(item.excluded, net),
            snmp_per_second=item.snmp_rate,
        )
        for item in found
        if item.scannable or item.mode in ("passive", "guest")
    ]


def refuse_forbidden(targets: Sequence[str]) -> None:
    """Refuse networks that the installation never scans; the demonstration's are made up and may belong to somebody."""
    for text in targets:
        try:
            target = policy.network(text)
        except policy.Denied:
            continue  # the policy says so itself, with its own sentence
        if scanning.forbidden(str(target), settings().never_scan):
            todo = "In der Vorführung sind diese Netze erfunden: Tragen Sie ein eigenes Netz ein und lassen Sie es freigeben."
            raise Wrong("Diese Installation scannt dieses Netz nie.", str(target), todo if settings().demo else "")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run scans. `windows` are those of its networks, each of which must be open all the time; `left` is left out."""

    targets: tuple[str, ...]
    networks: tuple[NetworkRow, ...]
    windows: tuple[tuple[policy.Window, ...], ...] = ()
    left: tuple[str, ...] = ()

    def is_open(self, at: datetime) -> bool:
        """Whether every network may be scanned at `at` (aware)."""
        return all(policy.is_open(window, at) for window in self.windows)


def plan(known: Sequence[NetworkRow], args: Mapping[str, Any], at: datetime) -> Plan:
    """What the arguments of a run mean: `networks` (ids), `all`, or `cidrs` (text from the command line).

    A schedule leaves out networks whose window is closed at `at`. Whoever scans at the command line, or gives a reason
    on the page (`purpose`), is not held up by a window; everybody else is, with `Wrong`.
    """
    wanted = {UUID(key) for key in args.get("networks", [])}
    if args.get("all"):
        wanted = {item.id for item in known if item.scannable}
    chosen = tuple(item for item in known if item.id in wanted)
    typed = tuple(map(str, args.get("cidrs", [])))
    if typed or args.get("purpose"):
        around = tuple(item for item in known if item.scannable and any(_overlaps(text, item.cidr) for text in typed))
        return Plan((*(item.cidr for item in chosen), *typed), (*chosen, *around))
    opened = tuple(item for item in chosen if policy.is_open(policy.windows(item.scan_window), at))
    shut = [item for item in chosen if item not in opened]
    if shut and not opened:
        said = "; ".join(f"{item.name}: {item.scan_window}" for item in shut)
        todo = "Der nächste Lauf nach Plan holt es nach. Wer nicht warten kann, gibt auf der Seite des Netzes einen Anlass an."
        raise Wrong("Außerhalb des Zeitfensters wird nicht gescannt.", said, todo)
    windows = tuple(policy.windows(item.scan_window) for item in opened)
    left = tuple(f"{item.name}: außerhalb des Zeitfensters {item.scan_window}, nicht gescannt." for item in shut)
    return Plan(tuple(item.cidr for item in opened), opened, windows, left)


def _overlaps(text: str, cidr: str) -> bool:
    try:
        target, net = policy.network(text), ipaddress.ip_network(cidr)
    except policy.Denied:
        return False  # the policy says so itself
    return target.version == net.version and target.overlaps(net)


async def run(job: Job) -> Result:
    """Scan the networks of the run's arguments, as far as they are released, in their windows, with what was granted there."""
    started = now()
    async with town_tx({job.town}) as tx:
        known = await places.networks(tx, job.town)
        sets, trials = await access.opened(tx, job.town), await access.trials(tx, job.town)
        devices = await places.devices_at(tx, job.town)
    chosen = plan(known, job.args, started)
    refuse_forbidden(chosen.targets)
    allowed = released(known)
    try:
        scope = policy.admit(chosen.targets, allowed)
    except policy.Denied as denied:
        raise Wrong(str(denied)) from denied
    calls: list[Ran] = []
    stopped = closed = False

    def ended() -> bool:
        """A person asked to stop, or the window closed."""
        nonlocal closed
        closed = closed or not chosen.is_open(now())
        return stopped or closed

    def telling(begin: int, share: int) -> Report:
        async def report(progress: Progress) -> None:
            nonlocal stopped
            done = begin + progress.done * share // max(1, progress.total)
            try:
                await job.report(done, 100, progress.text, progress.seconds_left)
            except Stopped:
                stopped = True

        return report

    looking = nmap.scan(chosen.targets, allowed, started_at=started, report=telling(0, NMAP_SHARE), ran=calls.append)
    found = [await _with_stop(looking, ended)]
    kit = Kit(sets, trials, chosen.networks, now())
    living = [item.key for item in found[0].observations if kit.meant_for(item.key)]
    if living and not ended():
        reading = snmp.scan(
            living, kit.credentials, started_at=now(), report=telling(NMAP_SHARE, 20), scope=str(scope), devices=devices,
            order=kit.attempts.order, tried=kit.attempts.tried, per_second=scope.snmp_per_second,
        )  # fmt: skip
        answered = await _with_stop(reading, ended)
        heard = passive.heard(answered, allowed)
        found += [answered, *([heard] if heard else [])]
    return await _take_in(job, found, Done(started, chosen, str(scope), calls, kit.learned(), stopped=stopped, closed=closed))


async def _with_stop(work: object, stopped: object) -> Collection:
    """Await a scan; when it has to stop, cancel it, which keeps what was found."""
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]  # a scanner's coroutine
    while not task.done():
        await asyncio.wait({task}, timeout=0.5)
        if stopped() and not task.done():  # type: ignore[operator]  # a callable
            task.cancel()
            break
    found: Collection = await task
    return found


@dataclass(frozen=True, slots=True)
class Done:
    """How a scan went, for the log."""

    started: datetime
    plan: Plan
    scope: str
    calls: Sequence[Ran]
    learned: Sequence[Trial]
    stopped: bool = False
    closed: bool = False

    def log(self, purpose: str, ended: datetime) -> dict[str, Any]:
        """What the audit log keeps of a scan beside its counts (`domain.md` 8.6, `security.md` 9)."""
        nets = self.plan.networks
        return {
            "purpose": purpose,
            "networks": [f"{item.name} ({item.cidr})" for item in nets],
            "released_by": sorted({item.released_by for item in nets if item.released_by}),
            "agreed_by": sorted({item.agreed_by for item in nets if item.agreed_by}),
            "scope": self.scope,
            "started": self.started.isoformat(),
            "ended": ended.isoformat(),
            "commands": [" ".join(call.command) for call in self.calls],
            "exit": [call.exit_code for call in self.calls],
            "snmp_devices": len({one.address for one in self.learned}),
        }


async def _take_in(job: Job, collections: Sequence[Collection], done: Done) -> Result:
    actor = Actor(job.requested_by)
    with contextlib.suppress(Stopped):
        await job.report(92, 100, "Das Gefundene wird abgeglichen")
    counts = {"new": 0, "changed": 0, "unchanged": 0, "unassigned": 0}
    phantoms: set[str] = set()
    nowhere = entries.Unassigned()
    log = done.log(str(job.args.get("purpose") or scanning.PURPOSE), now())
    async with town_tx({job.town}, job.town) as tx:
        for collection, part in zip(collections, ("", "", "-passiv"), strict=False):
            raw = msgspec.json.encode(collection)
            name = f"{collection.source}{part}-{done.started:%Y%m%d-%H%M%S}.json"
            taken = await store.take_in(tx, job.town, collection, by=actor, raw=raw, file=name, now=now(), run=job.run)
            for key in counts:
                counts[key] += taken.counts()[key]
            phantoms.update(taken.phantoms)
            nowhere.add(taken.rows)
        counts["unassigned"] = len(nowhere)
        await access.keep_trials(tx, job.town, done.learned)
        await audit.record(tx, actor, "scan.run", f"run/{job.run}", after=log | counts)
        await checks.ask(tx, job.town, job.requested_by)
        slug = await slug_of(tx, job.town)
    hosts = len(collections[0].observations)
    hints = [*done.plan.left, *(f"{problem.where}: {problem.text}" for one in collections for problem in one.problems)]
    hints += [
        f"{net}: Fast jede Adresse antwortet gleich, vermutlich eine Firewall für alle; es wurden keine Geräte daraus."
        for net in sorted(phantoms)
    ]
    text = f"{hosts} Adressen antworteten: {counts['new']} neu, {counts['changed']} geändert, {counts['unchanged']} gleich."
    if counts["unassigned"]:
        text = f"{text[:-1]}, {counts['unassigned']} ohne Zuordnung."
    if done.stopped:
        text = f"Abgebrochen. {text} Das Gefundene ist übernommen."
    elif done.closed:
        hints.insert(
            0, "Das Zeitfenster schloss vor dem Ende; das Gefundene ist übernommen. Der nächste Lauf holt den Rest nach."
        )
    values = {"url": f"/towns/{slug}/assets?seen=today", **counts, "networks": log["networks"], "purpose": log["purpose"]}
    values["unassigned_addresses"] = nowhere.kept()
    return Result(text, values, tuple(hints), cancelled=done.stopped)


TASKS = {"scan.run": run}
