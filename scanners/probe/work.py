"""Jobs of a probe: checked against the local scope file, done with the same scanners as everywhere, kept in the spool."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from scanners import policy, sealing, segment, survey, wire
from scanners.nmap.program import Missing
from scanners.nmap.run import Ran
from scanners.observation import Collection, Problem, Report
from scanners.policy import Denied, Scope, Window
from scanners.probe import reading, scope
from scanners.probe.home import Home, Unfit, private
from scanners.probe.reading import Granted
from scanners.probe.rules import Rules, released, rules
from scanners.sources import nmap
from scanners.spool import settle, write

HOSTS_A_BATCH = 250
"""So that a batch stays far below what the centre takes in one request, whatever devices have to say."""
BATCH_LIMIT = 16 * 1024 * 1024
PURPOSE = "Bestandsaufnahme"
"""What a job of the centre is for."""


class Todo(msgspec.Struct):
    """A job on disk; `state` is `open` until it is `done`, `failed` or `refused`."""

    job: wire.Job
    state: str = "open"
    text: str = ""


class Desk:
    """The jobs of a probe, one file each: what was taken from the centre survives a kill, and so does what became of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Todo]:
        """Every job, in the order in which they were asked for."""
        found = []
        for path in self.folder.glob("*.json"):
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=Todo))
            except (OSError, msgspec.MsgspecError):
                continue  # the centre names it again
        return sorted(found, key=lambda todo: (todo.job.requested_at, todo.job.id))

    def note(self, todo: Todo) -> None:
        """Write one down. Raises `Full`."""
        write(self._path(todo.job.id), msgspec.json.encode(todo))

    def merge(self, jobs: Sequence[wire.Job], told: Sequence[UUID]) -> None:
        """The centre's list is the truth: new ones are noted; what it was told of, or no longer names, is gone."""
        there = {todo.job.id: todo for todo in self.all()}
        named = {job.id for job in jobs}
        for job in jobs:
            if job.id not in there or (there[job.id].state == "open" and there[job.id].job != job):
                self.note(Todo(job))
        for key, todo in there.items():
            if key in told or (key not in named and todo.state == "open"):
                self._path(key).unlink(missing_ok=True)
        settle(self.folder)

    def names(self, key: UUID) -> bool:
        """Whether a job is still there: one that the centre takes back is not."""
        return self._path(key).exists()

    def _path(self, key: UUID) -> Path:
        return self.folder / f"{key}.json"


def credentials(home: Home) -> list[Granted]:
    """SNMP access, which lies here and nowhere else. Raises `Unfit`."""
    if not home.access_file.exists():
        return []
    private(home.access_file)
    try:
        return scope.credentials(home.access_file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as wrong:
        raise Unfit(f"Die SNMP-Zugänge {home.access_file} gelten nicht: {wrong}") from wrong


def sent_along(home: Home, job: wire.Job) -> list[Granted]:
    """SNMP credentials that came with a job, for its networks alone. Raises `Unfit` where they cannot be opened."""
    found = []
    nets = tuple(map(policy.network, job.targets))
    for sealed in job.access:
        try:
            clear = sealing.unseal(sealed, home.seal_key(), wire.about_access(home.identity().probe, job.id))
            found.append(Granted(scope.credential(msgspec.json.decode(clear, type=dict[str, str])), nets))
        except (ValueError, TypeError) as wrong:
            said = str(wrong) if isinstance(wrong, sealing.Unreadable) else "Ein SNMP-Zugang der Zentrale ist unverständlich."
            raise Unfit(f"{said} Bitte stellen Sie den Auftrag neu.") from None
    return found


def waits(home: Home, todo: Todo, at: datetime) -> bool:
    """Whether a job has to wait for its scan window; one that is refused anyway does not."""
    try:
        known = rules(home)
        known.admit(todo.job.targets)
    except (Unfit, Denied):
        return False
    return known.shut(todo.job.targets, at, reason=bool(todo.job.purpose))


class Watch:
    """Whether a job has to end before its time; `why` says so in German. `gone` tells whether it was taken back or stopped."""

    def __init__(self, windows: Sequence[Sequence[Window]], gone: Callable[[], str]) -> None:
        self._windows, self._gone = windows, gone
        self.why = ""

    def __call__(self) -> bool:
        if not self.why and not all(policy.is_open(one, datetime.now(UTC)) for one in self._windows):
            self.why = "Das Zeitfenster schloss vor dem Ende; das Gefundene ist übernommen."
        self.why = self.why or self._gone()
        return bool(self.why)


def watch(home: Home, job: wire.Job, gone: Callable[[], str] = str) -> Watch:
    """Ends a job with the windows of its networks. Raises `Unfit`."""
    known = rules(home)
    sides = [known.ours] if job.purpose else [known.ours, known.theirs or ()]
    return Watch([window for side in sides for window in policy.windows_of(job.targets, side)], gone)


async def scan(home: Home, job: wire.Job, report: Report, ended: survey.Ended = bool) -> list[Collection]:
    """Do a job. Raises `Denied` before any packet leaves, `Unfit` and `Missing` where this machine is not ready."""
    known, access = rules(home), credentials(home)
    allowed = known.admit(job.targets)
    access += sent_along(home, job)

    async def look(report: Report) -> Collection:
        seen = await nmap.scan(
            job.targets, known.ours, obeying=known.theirs, started_at=datetime.now(UTC), report=report,
            ran=_log(home, job, str(allowed)),
        )  # fmt: skip
        return await _with_ipv6(home, job, seen, known, allowed) if seen.complete else seen

    async def read(living: Sequence[str], report: Report) -> list[Collection]:
        if not access:
            return []
        _note(home, purpose=job.purpose or PURPOSE, job=str(job.id), scope=str(allowed), snmp=len(living))
        return await reading.read(home, living, access, known.ours, allowed, report)

    return await survey.survey(survey.Steps(look, read), report, ended)


async def reread(home: Home, addresses: Sequence[str], why: str) -> list[Collection]:
    """Read devices again because they called; those outside the scope, its windows or its access are left alone.

    Raises `Unfit` where this machine is not ready.
    """
    known, access, now = rules(home), credentials(home), datetime.now(UTC)
    allowed = [one for one in addresses if known.may_ask(one, now)]
    if not allowed:
        return []
    whole = known.admit(allowed)
    purpose = f"Neu gelesen nach {why}"
    _note(home, purpose=purpose, scope=str(whole), snmp=len(allowed))
    found = await reading.read(home, allowed, access, known.ours, whole, None)
    return [replace(one, purpose=purpose) if place == 0 else one for place, one in enumerate(found)]


async def _with_ipv6(home: Home, job: wire.Job, seen: Collection, known: Rules, allowed: Scope) -> Collection:
    """What the scan saw, with the IPv6 addresses of those who live on this machine's own segments."""
    try:
        cards = [card for card in segment.cards() if known.may_call(card, allowed.targets)]
        if not cards:
            return seen
        segments = [str(network) for card in cards for network in card.networks]
        _note(home, purpose=job.purpose or PURPOSE, job=str(job.id), scope=", ".join(segments), ipv6=segment.ALL_NODES)
        told = await segment.look(cards)
    except OSError as error:
        text = f"IPv6-Nachbarn ließen sich nicht lesen ({error.strerror or error})."
        return replace(seen, problems=(*seen.problems, Problem("IPv6", text)))
    scanned = {mac for one in seen.observations for mac in one.macs}
    hosts = tuple(
        replace(one, ips=tuple(dict.fromkeys((*one.ips, *(str(ip) for mac in one.macs for ip in told.get(mac, ()))))))
        for one in seen.observations
    )
    alone = tuple(
        Problem(mac, f"Dieses Gerät antwortete nur über IPv6 ({', '.join(map(str, ips))}); es wurde nicht gescannt.")
        for mac, ips in told.items()
        if mac not in scanned
    )
    return replace(seen, observations=hosts, problems=(*seen.problems, *alone))


def _log(home: Home, job: wire.Job, allowed: str) -> Callable[[Ran], None]:
    """Every call of nmap."""

    def note(ran: Ran) -> None:
        _note(
            home, purpose=job.purpose or PURPOSE, job=str(job.id), scope_version=job.scope_version, scope=allowed,
            command=ran.command, exit=ran.exit_code,
        )  # fmt: skip

    return note


def _note(home: Home, **said: Any) -> None:
    """What was sent out, when and for what purpose: a line in `scans.log`."""
    with (home.folder / "scans.log").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": datetime.now(UTC).isoformat(), **said}, ensure_ascii=False) + "\n")


def bodies(collection: Collection) -> Iterator[bytes]:
    """A collection in pieces that the centre takes; what belongs to the whole goes with the first."""
    hosts = collection.observations
    for start in range(0, max(1, len(hosts)), HOSTS_A_BATCH):
        part = replace(
            collection,
            observations=hosts[start : start + HOSTS_A_BATCH],
            problems=collection.problems if start == 0 else (),
            purpose=collection.purpose if start == 0 else "",
        )
        yield from _small(part)


def _small(part: Collection) -> Iterator[bytes]:
    body = msgspec.json.encode(part)
    if len(body) <= BATCH_LIMIT or len(part.observations) < 2:
        yield body
        return
    half = len(part.observations) // 2
    yield from _small(replace(part, observations=part.observations[:half]))
    yield from _small(replace(part, observations=part.observations[half:], problems=(), purpose=""))


def addresses(found: Sequence[Collection]) -> str:
    """What a job brought, in a sentence."""
    hosts = {one.key for collection in found for one in collection.observations if ipaddress.ip_address(one.key)}
    whole = all(collection.complete for collection in found)
    return f"{len(hosts)} Adressen antworteten.{'' if whole else ' Der Scan wurde nicht zu Ende geführt.'}"


__all__ = ["Denied", "Desk", "Missing", "Todo", "addresses", "bodies", "credentials", "released", "scan", "waits"]
