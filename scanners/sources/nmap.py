"""Source nmap: result files of nmap, and scans of our own (`scan`).

Files of any size are read as a stream; a file that stops in the middle is a good collection of its first part.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from scanners import connect, policy, text
from scanners.nmap import live, program, xml
from scanners.nmap.observe import observation
from scanners.nmap.run import Ran
from scanners.observation import Collection, Observation, Problem, Report, Scanner, Source
from scanners.policy import Released


def sniff(data: bytes, name: str) -> bool:
    """Whether the beginning of a file looks like nmap's XML."""
    return b"<nmaprun" in data or b"<!DOCTYPE nmaprun" in data


def iter_hosts(
    file: BinaryIO, name: str = "", observed_at: datetime | None = None, reader: xml.Reader | None = None
) -> Iterator[Observation]:
    """Observations one by one while the file is read, in constant memory.

    Afterwards `reader` tells how the run ended. Raises `ValueError` with a German sentence for what is no nmap file.
    """
    reader = reader or xml.Reader()
    start: datetime | None = observed_at
    for host in xml.iter_raw(file, reader):
        if start is None:
            stamp = reader.run.get("start", "")
            start = datetime.fromtimestamp(int(stamp), UTC) if stamp.isdecimal() and len(stamp) < 12 else None
        found = observation(host, name, observed_at if observed_at or host.times else start)
        if found is not None:
            yield found
        elif host.state != "down":
            said = ", ".join(text.line(address.get("addr", ""), 64) for address in host.addresses) or "keine"
            reader.nameless.append(Problem(f"Host {said}", "Ohne gültige IP-Adresse; der Host wurde nicht übernommen."))


def problems(reader: xml.Reader, name: str = "") -> tuple[Problem, ...]:
    """What was wrong with a run that has been read to its end."""
    where, found = name or "nmap", list(reader.nameless)
    if reader.broken:
        found.append(reader.broken)
    elif reader.finished is None:
        found.append(Problem(where, "Der Scan wurde nicht zu Ende geführt. Was bis dahin gefunden wurde, ist übernommen."))
    elif reader.finished.get("exit", "success") != "success":
        reason = text.line(reader.finished.get("errormsg", "ohne Angabe"), 512)
        found.append(Problem(where, f"Der Scan endete mit einem Fehler: {reason}"))
    return tuple(found)


def ended_well(reader: xml.Reader) -> bool:
    """Whether the run was finished, so that a missing host really did not answer."""
    return not reader.broken and reader.finished is not None and reader.finished.get("exit", "success") == "success"


def parse(data: bytes, file: str = "", observed_at: datetime | None = None) -> Collection:
    """An nmap XML file. Raises `ValueError` with a German sentence when it is none or must not be read."""
    return read(io.BytesIO(data), file, observed_at)


def read(source: BinaryIO, file: str = "", observed_at: datetime | None = None) -> Collection:
    """Like `parse`, from an open file."""
    reader = xml.Reader()
    seen = tuple(iter_hosts(source, file, observed_at, reader))
    wrong = problems(reader, file)
    done = ended_well(reader)
    return Collection(Source.NMAP, seen, wrong, scope=file, complete=done, full=done and reader.all_ports)


async def scan(
    targets: Sequence[str],
    released: Sequence[Released],
    *,
    started_at: datetime,
    report: Report | None = None,
    ran: Callable[[Ran], None] | None = None,
    obeying: Sequence[Released] | None = None,
) -> Collection:
    """Scan `targets` (addresses, networks in CIDR notation) inside the networks that the town has released.

    A probe gives its scope file as `released` and what the centre knows as `obeying`: both have to admit the targets.
    Three phases; `report` hears about progress twice a second, `ran` about every call of nmap (for the scan log).
    Without a usable nmap, `connect` looks as far as it can, and the collection says so. Cancelling the task keeps what
    was found. Raises `policy.Denied`, with a German sentence, before any packet leaves.
    """
    scope = policy.admit(targets, released, obeying)
    try:
        found = await asyncio.to_thread(program.find)
    except program.Missing as missing:
        return await connect.scan(scope, str(missing), started_at, report)
    return await live.scan(found, scope, started_at, report, ran)


SCANNER = Scanner(name="nmap", title="nmap (XML)", parse=parse, sniff=sniff)
