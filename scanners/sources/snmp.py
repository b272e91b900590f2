"""Ask live devices over SNMP, politely: few at once, each credential once, and only addresses that were released.

Knows no database and no clock: addresses, credentials and the time come from the caller, who checked
that the town released the network. Communities that nobody configured are never tried.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from scanners.devices.catalogue import catalogue
from scanners.observation import Collection, Observation, Problem, Progress, Report, Service, Source
from scanners.snmp.attempts import Outcome, risk
from scanners.snmp.client import Closed, Community, Credential, Engine, Manners, Refused, Silent, TooMuch, User
from scanners.snmp.collect import collect
from scanners.snmp.engines import best_engine
from scanners.snmp.mibs import bridge
from scanners.snmp.mibs.system import OBJECT_ID, UPTIME

AT_ONCE = 64
"""Devices read at the same time: enough for a /24 in seconds, and one file descriptor each."""
MAX_SECONDS = 180.0
"""Longest reading of one device that may be asked as fast as it answers."""
MOST_REQUESTS = 20_000
"""The longest reading in requests, for devices that are asked slowly."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one address; `credential` is the place of the one that worked, None where nobody answered."""

    address: str
    observation: Observation | None = None
    credential: int | None = None
    problem: Problem | None = None


def access_facts(credential: Credential) -> dict[str, Any]:
    """What checks want to know about the access itself. A default community is recognised, never tried."""
    facts: dict[str, Any] = {"snmp_version": credential.version}
    if isinstance(credential, Community):
        facts["snmp_default_community"] = credential.community in catalogue().default_communities
    else:
        facts["snmp_encrypted"] = credential.privacy is not None
    return facts


def safe_order(credentials: Sequence[Credential], last_good: int | None = None) -> list[int]:
    """Places of the credentials: the one that worked last time, then encrypted ones, communities in clear text last."""
    return sorted(range(len(credentials)), key=lambda place: (place != last_good, risk(credentials[place])))


async def _read(
    engine: Engine,
    address: str,
    credentials: Sequence[Credential],
    order: Sequence[int],
    port: int,
    manners: Manners,
    at: datetime,
    tried: Callable[[str, int, Outcome], None],
) -> Answer:
    """Try the credentials one after the other, each once; read with the first that is answered."""
    refusals: list[str] = []
    without_users = False
    for place in order:
        credential = credentials[place]
        if without_users and isinstance(credential, User):
            continue
        try:
            async with engine.session(address, credential, port=port, manners=manners) as snmp:
                if not await snmp.get(OBJECT_ID, UPTIME):
                    tried(address, place, Outcome.REFUSED)
                    refusals.append("das Gerät zeigt mit diesen Zugangsdaten nichts")
                    continue
                tried(address, place, Outcome.GOOD)
                facts, views = access_facts(credential), _views(engine, address, credential, port, manners)
                observation = await collect(snmp, key=address, observed_at=at, address=address, facts=facts, views=views)
                return Answer(address, _with_service(observation, port, credential), place)
        except Silent:
            tried(address, place, Outcome.SILENT)
            # Agents introduce themselves to every user (RFC 3414, 4): who is silent to one does not speak v3.
            without_users = without_users or isinstance(credential, User)
        except Closed:
            return Answer(address)
        except Refused as reason:
            tried(address, place, Outcome.REFUSED)
            refusals.append(str(reason))
        except TooMuch as reason:
            refusals.append(str(reason))
    if refusals:
        return Answer(address, problem=Problem(address, f"SNMP wurde abgelehnt: {'; '.join(dict.fromkeys(refusals))}."))
    return Answer(address)


def _views(engine: Engine, address: str, credential: Credential, port: int, manners: Manners) -> bridge.Views | None:
    """How to ask for one VLAN alone: by the community with the VLAN behind it. Users of v3 would need a context of their own."""
    if not isinstance(credential, Community):
        return None
    return lambda vlan: engine.session(
        address, replace(credential, community=f"{credential.community}@{vlan}"), port=port, manners=manners
    )


def _with_service(observation: Observation, port: int, credential: Credential) -> Observation:

    return replace(observation, services=(Service("udp", port, "snmp", version=f"v{credential.version}"),))


async def scan(
    addresses: Sequence[str],
    credentials: Sequence[Credential],
    *,
    started_at: datetime,
    report: Report | None = None,
    last_good: Mapping[str, int] | None = None,
    answered: Callable[[str, int], None] | None = None,
    engine: Engine | None = None,
    port: int = 161,
    manners: Manners | None = None,
    at_once: int = AT_ONCE,
    max_seconds: float = MAX_SECONDS,
    scope: str = "",
    order: Callable[[str], Sequence[int]] | None = None,
    tried: Callable[[str, int, Outcome], None] | None = None,
    devices: Mapping[str, str] | None = None,
    per_second: float | None = None,
) -> Collection:
    """Read every address that answers. Cancelling keeps what was read: the collection is then not complete.

    `last_good` gives the place of the credential that worked last time by address, and `answered` is told the one
    that works now. `report` hears about every tenth address and the last. Who keeps a history of attempts gives
    `order` (places of the credentials to try at an address, see `scanners.snmp.attempts`) and hears of each through
    `tried`. Addresses that `devices` maps to the same name belong to one device and are read one after the other.
    `per_second` limits the requests to one device; reading it may then take as long as `MOST_REQUESTS` need.
    """
    ours = engine is None
    engine = engine or best_engine()
    manners = manners or Manners()
    if per_second:
        manners = replace(manners, requests_per_second=per_second)
        max_seconds = max(max_seconds, MOST_REQUESTS / per_second)
    begun, found, waiting = time.monotonic(), list[Answer](), asyncio.Semaphore(at_once)
    total = len(addresses)
    turns = {name: asyncio.Lock() for name in (devices or {}).values()}

    async def one(address: str) -> None:
        async with turns.get((devices or {}).get(address, ""), contextlib.nullcontext()), waiting:
            at = started_at + timedelta(seconds=time.monotonic() - begun)
            places = order(address) if order else safe_order(credentials, (last_good or {}).get(address))
            try:
                async with asyncio.timeout(max_seconds):
                    answer = await _read(engine, address, credentials, places, port, manners, at, tried or (lambda *_: None))
            except TimeoutError:
                answer = Answer(address, problem=Problem(address, f"Das Lesen über SNMP dauerte länger als {max_seconds:g} s."))
            except OSError as reason:
                answer = Answer(address, problem=Problem(address, f"SNMP ging nicht hinaus: {reason.strerror or reason}."))
        found.append(answer)
        if answer.credential is not None and answered:
            answered(address, answer.credential)
        if report and (len(found) % 10 == 0 or len(found) == total):
            spent = time.monotonic() - begun
            await report(Progress(len(found), total, f"SNMP: {address}", spent / len(found) * (total - len(found))))

    complete = True
    try:
        async with asyncio.TaskGroup() as group:
            for address in dict.fromkeys(addresses):
                group.create_task(one(address))
    except asyncio.CancelledError:
        # the caller's wish: the question is answered with what there is, so it is no longer open
        complete = False
        task = asyncio.current_task()
        if task:
            task.uncancel()
    finally:
        if ours:
            engine.close()
    finished_at = started_at + timedelta(seconds=time.monotonic() - begun)
    return _collection(addresses, found, scope, started_at, finished_at, complete=complete)


def _collection(
    addresses: Sequence[str], found: Sequence[Answer], scope: str, started_at: datetime, finished_at: datetime, *, complete: bool
) -> Collection:
    """Answers in the order of the addresses, whoever came first."""
    answers = {answer.address: answer for answer in found}
    ordered = [answers[address] for address in dict.fromkeys(addresses) if address in answers]
    problems = [answer.problem for answer in ordered if answer.problem]
    problems += [problem for answer in ordered if answer.observation for problem in answer.observation.problems]
    silent = sum(not answer.observation and not answer.problem for answer in ordered)
    if silent:
        words = f"{silent} von {len(ordered)} Adressen antworteten nicht auf SNMP."
        problems.append(Problem(scope or "SNMP", words))
    return Collection(
        Source.SNMP,
        tuple(answer.observation for answer in ordered if answer.observation),
        tuple(problems),
        scope=scope,
        started_at=started_at,
        finished_at=finished_at,
        complete=complete,
    )
