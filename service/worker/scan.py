"""The task of a scan: nmap in three phases, then SNMP on what answered, then the merge; what was found stays.

The scope is checked again here, against the networks as they are now: released by two, active, not guests.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from scanners import policy
from scanners.nmap.run import Ran
from scanners.observation import Collection, Progress
from scanners.policy import Released
from scanners.snmp.client import Community, Credential, User
from scanners.sources import nmap, snmp
from service.audit import store as audit
from service.audit.chain import Actor
from service.auth.store import slug_of
from service.db import town_tx
from service.errors import Wrong
from service.inventory import store
from service.inventory.store import access, places
from service.inventory.views import NetworkRow
from service.jobs.queue import Job, Result, Stopped
from service.settings import BERLIN, now, settings
from service.worker import checks

NMAP_SHARE = 70
"""Percent of the progress bar that nmap fills; SNMP and the merge share the rest."""


def released(found: Sequence[NetworkRow]) -> list[Released]:
    """What the town allows, in the words of the scan policy."""
    return [
        Released(
            ipaddress.ip_network(item.cidr),
            packets_per_second=item.rate_cap,
            passive=item.mode == "passive",
            guest=item.mode == "guest",
            windows=windows(item.scan_window),
        )
        for item in found
        if item.scannable or item.mode in ("passive", "guest")
    ]


def windows(text: str | None) -> tuple[policy.Window, ...]:
    """`Mo-Fr 08:00-17:00` as a window of the policy; empty for any time."""
    if not text:
        return ()
    days, hours = text.split(" ", 1)
    names = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
    first, _, last = days.partition("-")
    begin, _, end = hours.partition("-")
    span = range(names.index(first), names.index(last or first) + 1)
    clock = [datetime.strptime(part.strip(), "%H:%M").time() for part in (begin, end)]  # noqa: DTZ007  # a time of day
    return (policy.Window(frozenset(span), clock[0], clock[1]),)


def credentials(secrets: Sequence[dict[str, str]]) -> list[Credential]:
    """The town's SNMP access, as the scanner wants it."""
    out: list[Credential] = []
    for item in secrets:
        given = dict(item)
        version = given.pop("version")
        out.append(User(**given) if version == "3" else Community(given["community"], version))  # type: ignore[arg-type]  # checked when entered
    return out


def refuse_forbidden(targets: Sequence[str]) -> None:
    """Refuse networks that the installation never scans; the demonstration's are made up and may belong to somebody."""
    forbidden = [ipaddress.ip_network(text) for text in settings().never_scan]
    for text in targets:
        try:
            target = policy.network(text)
        except policy.Denied:
            continue  # the policy says so itself, with its own sentence
        if any(target.version == net.version and target.overlaps(net) for net in forbidden):
            todo = "In der Vorführung sind diese Netze erfunden: Tragen Sie ein eigenes Netz ein und lassen Sie es freigeben."
            raise Wrong("Diese Installation scannt dieses Netz nie.", str(target), todo if settings().demo else "")


async def run(job: Job) -> Result:
    """Scan the networks of the run's arguments (`networks`: ids, or `cidrs`: text from the command line)."""
    started = now()
    async with town_tx({job.town}) as tx:
        known = await places.networks(tx, job.town)
        known_secrets = credentials([dict(item) for item in await access.secrets_of(tx, job.town)])
    wanted = {UUID(key) for key in job.args.get("networks", [])}
    if job.args.get("all"):
        wanted = {item.id for item in known if item.mode == "active" and item.released_at and item.agreed_at}
    targets = [item.cidr for item in known if item.id in wanted] + list(job.args.get("cidrs", []))
    refuse_forbidden(targets)
    allowed = released(known)
    local = started.astimezone(BERLIN)
    try:
        scope = policy.admit(targets, allowed)
    except policy.Denied as denied:
        raise Wrong(str(denied)) from denied
    if not job.args.get("asked_by_person"):
        closed = [one for one in allowed if one.windows and not any(window.covers(local) for window in one.windows)]
        if any(ipaddress.ip_network(target).subnet_of(one.network) for target in targets for one in closed):  # type: ignore[arg-type]  # same family or no subnet
            raise Wrong("Außerhalb des Scan-Fensters wird nicht gescannt.", str(scope))
    calls: list[Ran] = []
    stopped = False

    async def report(progress: Progress) -> None:
        nonlocal stopped
        share = progress.done * NMAP_SHARE // max(1, progress.total)
        try:
            await job.report(share, 100, progress.text, progress.seconds_left)
        except Stopped:
            stopped = True

    seen = await _with_stop(nmap.scan(targets, allowed, started_at=started, report=report, ran=calls.append), lambda: stopped)
    answered: Collection | None = None
    living = [item.key for item in seen.observations]
    if known_secrets and living and not stopped:

        async def report_snmp(progress: Progress) -> None:
            nonlocal stopped
            try:
                await job.report(
                    NMAP_SHARE + progress.done * 20 // max(1, progress.total), 100, progress.text, progress.seconds_left
                )
            except Stopped:
                stopped = True

        work = snmp.scan(living, known_secrets, started_at=now(), report=report_snmp, scope=str(scope))
        answered = await _with_stop(work, lambda: stopped)
    return await _take_in(job, [seen, *([answered] if answered else [])], str(scope), started, calls, stopped=stopped)


async def _with_stop(work: object, stopped: object) -> Collection:
    """Await a scan; when somebody asked to stop, cancel it, which keeps what was found."""
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]  # a scanner's coroutine
    while not task.done():
        await asyncio.wait({task}, timeout=0.5)
        if stopped() and not task.done():  # type: ignore[operator]  # a callable
            task.cancel()
            break
    found: Collection = await task
    return found


async def _take_in(
    job: Job, collections: Sequence[Collection], scope: str, started: datetime, calls: Sequence[Ran], *, stopped: bool
) -> Result:
    actor = Actor(job.requested_by)
    with contextlib.suppress(Stopped):
        await job.report(92, 100, "Das Gefundene wird abgeglichen")
    counts = {"new": 0, "changed": 0, "unchanged": 0, "unassigned": 0}
    phantoms: set[str] = set()
    async with town_tx({job.town}, job.town) as tx:
        for collection in collections:
            raw = msgspec.json.encode(collection)
            name = f"{collection.source}-{started:%Y%m%d-%H%M%S}.json"
            taken = await store.take_in(tx, job.town, collection, by=actor, raw=raw, file=name, now=now(), run=job.run)
            for key in counts:
                counts[key] += taken.counts()[key]
            phantoms.update(taken.phantoms)
        log = {
            "scope": scope,
            "commands": [" ".join(call.command) for call in calls],
            "exit": [call.exit_code for call in calls],
            **counts,
        }
        await audit.record(tx, actor, "scan.run", f"run/{job.run}", after=log)
        await checks.ask(tx, job.town, job.requested_by)
        slug = await slug_of(tx, job.town)
    hosts = len(collections[0].observations)
    hints = [f"{problem.where}: {problem.text}" for collection in collections for problem in collection.problems]
    hints += [
        f"{net}: Fast jede Adresse antwortet gleich, vermutlich eine Firewall für alle; es wurden keine Geräte daraus."
        for net in sorted(phantoms)
    ]
    text = f"{hosts} Adressen antworteten: {counts['new']} neu, {counts['changed']} geändert, {counts['unchanged']} gleich."
    if counts["unassigned"]:
        text = f"{text[:-1]}, {counts['unassigned']} ohne Zuordnung."
    if stopped:
        text = f"Abgebrochen. {text} Das Gefundene ist übernommen."
    return Result(text, {"url": f"/towns/{slug}/assets?seen=today", **counts}, tuple(hints), cancelled=stopped)


TASKS = {"scan.run": run}
