"""A probe gets the SNMP access that was granted for the networks of its job, sealed to its key; and no other."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from scanners import sealing, wire
from scanners.probe import work
from scanners.probe.home import Home, Identity, Unfit
from scanners.probe.reading import Granted
from scanners.snmp.client import Community, User
from service.audit.chain import Actor
from service.db import town_tx
from service.inventory.store import access, places
from service.probes import store
from service.settings import now, real_now
from tests.probe import BY
from tests.probe.at_centre import At, enrolled

KEY = sealing.new_key()
AT = datetime(2026, 11, 16, tzinfo=UTC)


async def network(tx, town: int, cidr: str, name: str = "") -> UUID:
    key = await places.put_network(tx, town, cidr, by=BY, now=now(), name=name)
    await places.release(tx, town, key, by=Actor("ISB"), now=now())
    await places.release(tx, town, key, by=Actor("DSB"), now=now(), agreed=True)
    return key


async def orders(probe: At, seal_key: str) -> list[wire.Job]:
    body = msgspec.json.encode(wire.Report("0.1.0", 0, 0, [], "", seal_key, wire.FORMAT))
    answer = await probe.say(wire.JOBS, body)
    assert answer.status_code == 200, answer.text
    assert "lesen" not in answer.text
    return msgspec.json.decode(answer.content, type=wire.Orders).jobs


def opened(probe: At, job: wire.Job) -> list[dict[str, str]]:
    about = wire.about_access(probe.probe, job.id)
    return [msgspec.json.decode(sealing.unseal(one, KEY, about)) for one in job.access]


@pytest.fixture
async def job(app, towns):
    town = towns["erbach"]
    probe = await enrolled(app, town)
    async with town_tx({town}, town) as tx:
        near, _far = await network(tx, town, "10.99.0.0/24"), await network(tx, town, "10.98.0.0/24")
        mine = await access.set_access(tx, town, "Rathaus", "2c", {"community": "lesen-rathaus"}, actor=BY, now=now())
        other = await access.set_access(tx, town, "Bauhof", "2c", {"community": "lesen-bauhof"}, actor=BY, now=now())
        await access.grant(tx, town, mine, [near], actor=BY)
        await access.grant(tx, town, other, [_far], actor=BY)
        await store.add_job(tx, town, probe.probe, ["10.99.0.0/26"], "x", by=BY, now=real_now())
    return probe


async def test_only_what_was_granted_for_the_jobs_network_is_handed_out(job, towns) -> None:
    for _again in range(2):
        (order,) = await orders(job, wire.text(sealing.public(KEY)))
        assert opened(job, order) == [{"version": "2c", "community": "lesen-rathaus"}]
    async with town_tx({towns["erbach"]}) as tx:
        logged = await tx.connection.fetch("select after from audit_detail where action = 'snmp_access.hand_out'")
    assert len(logged) == 1
    assert "lesen" not in logged[0]["after"]


@pytest.mark.parametrize("key", ["", "unsinn", wire.text(bytes(32)), wire.text(b"kurz")])
async def test_without_a_key_to_seal_to_nothing_is_handed_out(job, key) -> None:
    (order,) = await orders(job, key)
    assert order.access == []


async def test_a_grant_or_a_release_withdrawn_holds_at_once(job, towns) -> None:
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        net = next(net for net in await places.networks(tx, town) if net.cidr == "10.99.0.0/24")
        await access.grant(tx, town, next(iter(await access.accesses(tx, town))).id, [], actor=BY)
        await access.grant(tx, town, (await access.accesses(tx, town))[-1].id, [], actor=BY)
    (order,) = await orders(job, wire.text(sealing.public(KEY)))
    assert order.access == []
    async with town_tx({town}, town) as tx:
        await places.withdraw_release(tx, town, net.id, by=BY)
    assert await orders(job, wire.text(sealing.public(KEY))) == []
    async with town_tx({town}) as tx:
        (known,) = await store.jobs(tx, town)
    assert (known.state, "freigegeben" in known.text) == ("withheld", True)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path, tmp_path / "scope.toml")
    made.make()
    key = wire.text(wire.raw_private(wire.new_key()))
    made.keep(Identity("https://x", 1, "Erbach", UUID(int=7), "Rathaus", key, key))
    return made


def test_a_probe_opens_what_came_for_its_job_and_uses_it_in_the_jobs_networks_alone(home) -> None:
    public = sealing.public(home.seal_key())
    assert public == sealing.public(home.seal_key())
    assert (home.folder / "seal.key").stat().st_mode & 0o077 == 0
    plain = [b'{"version": "1", "community": "c"}', b'{"version": "3", "name": "odw"}']
    about = wire.about_access(UUID(int=7), UUID(int=9))
    job = wire.Job(UUID(int=9), ["10.1.0.0/24"], "x", AT, [sealing.seal(one, public, about) for one in plain])
    found = work.sent_along(home, job)
    assert [one.credential for one in found] == [Community("c", "1"), User("odw")]
    assert [one.holds("10.1.0.7") for one in found] == [True, True]
    assert not any(one.holds("10.2.0.7") for one in found)
    assert isinstance(found[0], Granted)
    with pytest.raises(Unfit, match="nicht für diese Sonde"):
        work.sent_along(home, msgspec.structs.replace(job, id=UUID(int=10)))
    odd = sealing.seal(b'{"version": "3", "unbekannt": "x"}', public, about)
    with pytest.raises(Unfit, match="unverständlich"):
        work.sent_along(home, msgspec.structs.replace(job, access=[odd]))


def test_an_older_probe_still_understands_a_job_without_access() -> None:
    assert b"access" not in msgspec.json.encode(wire.Job(UUID(int=9), ["10.1.0.0/24"], "x", AT))
