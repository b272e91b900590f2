"""Reading devices over SNMP from a probe: only with what was meant for their network, in the order that memory advises.

What became of each credential at each device is kept in `memory.json`, under a keyed mark of the credential: another
password is another mark, so that entering it anew ends the rest of the old one.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from scanners import survey
from scanners.observation import Collection, Report
from scanners.policy import Network, Released, Scope
from scanners.probe.home import Home
from scanners.snmp.attempts import Attempts, History
from scanners.snmp.client import Community, Credential, Engine
from scanners.sources import snmp
from scanners.spool import write

FORGOTTEN = timedelta(days=400)
"""What no scan touched for so long is no longer remembered."""


@dataclass(frozen=True, slots=True)
class Granted:
    """A credential and the networks that it is meant for; none named: all of the scope file."""

    credential: Credential
    networks: tuple[Network, ...] = ()

    def holds(self, address: str) -> bool:
        """Whether it may be used at this address."""
        here = ipaddress.ip_address(address)
        return not self.networks or any(here in net for net in self.networks)


class Memory(msgspec.Struct):
    """`memory.json`: histories by mark and address, and the engine ids (hex) of devices that traps of v3 are known by."""

    trials: dict[str, dict[str, History]] = {}
    engines: dict[str, str] = {}


def recall(home: Home) -> Memory:
    """What earlier scans learned; a lost file is an empty memory."""
    try:
        return msgspec.json.decode((home.folder / "memory.json").read_bytes(), type=Memory)
    except (OSError, msgspec.MsgspecError):
        return Memory()


def mark(credential: Credential, key: bytes) -> str:
    """What a credential is remembered by; tells nothing to whoever lacks the probe's key."""
    if isinstance(credential, Community):
        said = [str(credential.version), credential.community]
    else:
        said = [credential.name, credential.auth or "", credential.auth_password]
        said += [credential.privacy or "", credential.privacy_password]
    return hashlib.blake2s("\0".join(said).encode(), key=key[:32], digest_size=16).hexdigest()


async def read(
    home: Home,
    addresses: Sequence[str],
    granted: Sequence[Granted],
    networks: Sequence[Released],
    scope: Scope,
    report: Report | None,
    *,
    engine: Engine | None = None,
) -> list[Collection]:
    """Ask these addresses, all of them inside `scope`; what they say, and what they say of passive networks.

    Raises `Full` where the memory cannot be written.
    """
    credentials = [one.credential for one in granted]
    asked = [address for address in addresses if any(one.holds(address) for one in granted)]
    if not asked:
        return []
    at, memory = datetime.now(UTC), recall(home)
    marks = [mark(credential, home.identity().key.private_bytes_raw()) for credential in credentials]
    attempts = Attempts(
        credentials,
        lambda address: frozenset(place for place, one in enumerate(granted) if one.holds(address)),
        _histories(memory, marks),
        at,
        at.astimezone(ZoneInfo("Europe/Berlin")).date(),
    )
    reading = snmp.scan(
        asked, credentials, started_at=at, report=report, scope=str(scope), per_second=scope.snmp_per_second, engine=engine,
        order=attempts.order, tried=attempts.tried,
    )  # fmt: skip
    found = await survey.told(reading, networks)
    _keep(home, memory, marks, attempts, found[0], at)
    return found


def _histories(memory: Memory, marks: Sequence[str]) -> Mapping[str, Mapping[int, History]]:
    found: dict[str, dict[int, History]] = {}
    for place, name in enumerate(marks):
        for address, history in memory.trials.get(name, {}).items():
            found.setdefault(address, {})[place] = history
    return found


def _keep(home: Home, memory: Memory, marks: Sequence[str], attempts: Attempts, seen: Collection, at: datetime) -> None:
    trials = {name: dict(known) for name, known in memory.trials.items()} | {
        name: dict(memory.trials.get(name, {})) for name in marks
    }
    for (address, place), history in attempts.news.items():
        trials[marks[place]][address] = history
    for known in trials.values():
        for address in [address for address, history in known.items() if at - _touched(history) > FORGOTTEN]:
            del known[address]
    trials = {name: known for name, known in trials.items() if known}
    engines = memory.engines | {one.key: one.engine_id for one in seen.observations if one.engine_id}
    write(home.folder / "memory.json", msgspec.json.encode(Memory(trials, engines)), 0o600)


def _touched(history: History) -> datetime:
    """When anything came of it last."""
    day = history.failed_on
    failed = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None
    times = [at for at in (history.good_at, history.refused_at, failed) if at]
    return max(times, default=datetime.min.replace(tzinfo=UTC))
