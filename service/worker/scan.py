"""The task of a scan: nmap in three phases, then SNMP on what answered, then the merge; what was found stays.

The scope is checked again here, against the networks as they are now: released by two, active, not guests, in their windows.
"""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from scanners import policy, survey
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


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run scans, and under which rules. `windows` must be open all the time; `left` is left out, each with the reason."""

    targets: tuple[str, ...]
    networks: tuple[NetworkRow, ...]
    released: tuple[Released, ...] = ()
    windows: tuple[tuple[policy.Window, ...], ...] = ()
    left: tuple[str, ...] = ()

    def is_open(self, at: datetime) -> bool:
        """Whether every network may be scanned at `at` (aware)."""
        return all(policy.is_open(window, at) for window in self.windows)


def plan(known: Sequence[NetworkRow], args: Mapping[str, Any], at: datetime) -> Plan:
    """What the arguments of a run mean: `networks` (ids), `all`, or `cidrs` (text from the command line).

    Each network is admitted by itself: one that cannot be scanned, or whose window is closed at `at`, is left out and
    named; raises `Wrong` where none is left, and for text that cannot be. Whoever scans at the command line, or gives a
    reason on the page (`purpose`), is not held up by a window.
    """
    wanted = {UUID(key) for key in args.get("networks", [])}
    if args.get("all"):
        wanted = {item.id for item in known if item.scannable}
    chosen = tuple(item for item in known if item.id in wanted)
    typed = tuple(map(str, args.get("cidrs", [])))
    free = bool(typed or args.get("purpose"))
    allowed = tuple(scanning.released(known, None if free else at))
    for text in typed:
        _admit(text, allowed)
    fit, left, room = list[NetworkRow](), list[str](), policy.MOST_ADDRESSES
    for item in chosen:
        try:
            size = _admit(item.cidr, allowed)
        except Wrong as wrong:
            left.append(f"{item.name}: {wrong.what}")
            continue
        if size > room:
            left.append(f"{item.name}: Es passt nicht mehr in diesen Lauf. Legen Sie dafür einen eigenen Zeitplan an.")
            continue
        room -= size
        fit.append(item)
    if not fit and not typed:
        what = " ".join(["Kein Netz kann jetzt gescannt werden.", *left]) if left else "Es ist kein Netz zum Scannen freigegeben."
        todo = "Netze eintragen, ändern und freigeben: auf der Seite „Netze und Scans“."
        if _all_shut(chosen, at):
            todo = (
                "Der nächste Lauf nach Plan holt es nach. Wer nicht warten kann, gibt auf der Seite des Netzes einen Anlass an."
            )
        raise Wrong(what, "", todo)
    targets = (*(item.cidr for item in fit), *typed)
    around = tuple(item for item in known if item.scannable and any(_overlaps(text, item.cidr) for text in typed))
    windows = () if free else policy.windows_of(targets, allowed)
    return Plan(targets, (*fit, *around), allowed, windows, tuple(left))


def _all_shut(chosen: Sequence[NetworkRow], at: datetime) -> bool:
    """Whether nothing but their windows keeps these networks from being scanned."""
    return bool(chosen) and all(item.scannable and not policy.is_open(policy.windows(item.scan_window), at) for item in chosen)


def _admit(cidr: str, allowed: Sequence[Released]) -> int:
    """How many addresses a target has. Raises `Wrong` for one that may not be scanned, or that this installation never scans.

    The networks of the demonstration are made up and may belong to somebody.
    """
    try:
        target = policy.network(cidr)
        policy.admit([cidr], allowed)
    except policy.Denied as denied:
        raise Wrong(str(denied)) from denied
    if scanning.forbidden(str(target), settings().never_scan):
        todo = "In der Vorführung sind diese Netze erfunden: Tragen Sie ein eigenes Netz ein und lassen Sie es freigeben."
        raise Wrong("Diese Installation scannt dieses Netz nie.", str(target), todo if settings().demo else "")
    return target.num_addresses


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
    try:
        scope = policy.admit(chosen.targets, chosen.released)
    except policy.Denied as denied:
        raise Wrong(str(denied)) from denied
    calls: list[Ran] = []
    kit = Kit(sets, trials, chosen.networks, started)
    stopped = closed = False

    def ended() -> bool:
        """A person asked to stop, or the window closed."""
        nonlocal closed
        closed = closed or not chosen.is_open(now())
        return stopped or closed

    async def report(progress: Progress) -> None:
        nonlocal stopped
        try:
            await job.report(progress.done, progress.total, progress.text, progress.seconds_left)
        except Stopped:
            stopped = True

    def look(report: Report) -> Coroutine[Any, Any, Collection]:
        return nmap.scan(chosen.targets, chosen.released, started_at=started, report=report, ran=calls.append)

    async def read(living: Sequence[str], report: Report) -> list[Collection]:
        asked = [one for one in living if kit.meant_for(one)]
        if not asked:
            return []
        reading = snmp.scan(
            asked, kit.credentials, started_at=now(), report=report, scope=str(scope), devices=devices,
            order=kit.attempts.order, tried=kit.attempts.tried, per_second=scope.snmp_per_second,
        )  # fmt: skip
        return await survey.told(reading, chosen.released)

    found = await survey.survey(survey.Steps(look, read), report, ended)
    return await _take_in(job, found, Done(started, chosen, str(scope), calls, kit.learned(), stopped=stopped, closed=closed))


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
        await store.mark_scanned(tx, job.town, [item.id for item in done.plan.networks], done.started)
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
