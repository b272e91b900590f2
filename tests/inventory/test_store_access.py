"""SNMP access: sealed, granted network by network, with a memory of what became of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from scanners.snmp.attempts import REFUSED_REST, Outcome
from service.db import town_tx
from service.errors import Missing, Wrong
from service.inventory.store import access, places
from service.inventory.store.access import Trial
from service.worker.credentials import Kit
from tests.inventory.estate import BY

AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
USER = {"name": "odw", "auth": "SHA-256", "auth_password": "geheim-auth-1", "privacy": "AES", "privacy_password": "geheim-priv-1"}


async def network(tx, town: int, cidr: str, **values):
    return await places.put_network(tx, town, cidr, by=BY, now=AT, name=values.pop("name", cidr), **values)


async def kit(tx, town: int, at: datetime = AT) -> Kit:
    nets = [net for net in await places.networks(tx, town) if net.mode == "active"]
    return Kit(await access.opened(tx, town), await access.trials(tx, town), nets, at)


@pytest.fixture
async def tx(towns):
    async with town_tx({towns["erbach"]}, towns["erbach"]) as made:
        yield made


async def test_a_set_is_used_in_the_granted_networks_and_nowhere_else(tx, towns) -> None:
    town = towns["erbach"]
    one, two = await network(tx, town, "10.1.1.0/24"), await network(tx, town, "10.1.2.0/24")
    v3 = await access.set_access(tx, town, "v3", "3", USER, actor=BY, now=AT)
    old = await access.set_access(tx, town, "alt", "2c", {"community": "lesen"}, actor=BY, now=AT)
    nobody = await kit(tx, town)
    assert not nobody.meant_for("10.1.1.5")
    assert nobody.credentials == []
    await access.grant(tx, town, v3, [one, two], actor=BY)
    await access.grant(tx, town, old, [two], actor=BY)
    found = await kit(tx, town)
    said = {
        address: [found.credentials[place].version for place in found.attempts.order(address)]
        for address in ("10.1.1.5", "10.1.2.5")
    }
    assert said == {"10.1.1.5": ["3"], "10.1.2.5": ["3", "2c"]}
    assert found.attempts.order("10.9.9.9") == []
    await access.grant(tx, town, v3, [one], actor=BY)
    assert {one.name: set(one.networks) for one in await access.accesses(tx, town)} == {"v3": {one}, "alt": {two}}


async def test_where_two_sites_share_a_range_a_set_must_be_meant_for_both(tx, towns) -> None:
    town = towns["erbach"]
    near = await network(tx, town, "192.168.1.0/24", scope="a", name="Bauhof")
    far = await network(tx, town, "192.168.1.0/24", scope="b", name="Bauhof Nord")
    key = await access.set_access(tx, town, "alt", "1", {"community": "lesen"}, actor=BY, now=AT)
    await access.grant(tx, town, key, [near], actor=BY)
    assert not (await kit(tx, town)).meant_for("192.168.1.7")
    await access.grant(tx, town, key, [near, far], actor=BY)
    assert (await kit(tx, town)).meant_for("192.168.1.7")


async def test_what_came_of_a_scan_decides_the_next_one(tx, towns) -> None:
    town = towns["erbach"]
    net = await network(tx, town, "10.1.1.0/24")
    keys = {}
    for name, version, secret in (("a", "3", USER), ("b", "2c", {"community": "lesen"}), ("c", "1", {"community": "alt"})):
        keys[name] = await access.set_access(tx, town, name, version, secret, actor=BY, now=AT)
        await access.grant(tx, town, keys[name], [net], actor=BY)
    first = await kit(tx, town)
    assert first.attempts.order("10.1.1.5") == [0, 1, 2]
    first.attempts.tried("10.1.1.5", 0, Outcome.REFUSED)
    first.attempts.tried("10.1.1.5", 1, Outcome.SILENT)
    first.attempts.tried("10.1.1.5", 2, Outcome.GOOD)
    await access.keep_trials(tx, town, first.learned())
    rows = {row.name: (row.working, row.refused) for row in await access.accesses(tx, town)}
    assert rows == {"a": (0, 1), "b": (0, 0), "c": (1, 0)}
    tomorrow = await kit(tx, town, AT + timedelta(days=1))
    assert tomorrow.attempts.order("10.1.1.5") == [2, 1]  # the good one first, the refused one rests
    assert tomorrow.attempts.order("10.1.1.6") == [0, 1, 2]
    assert 0 in (await kit(tx, town, AT + REFUSED_REST)).attempts.order("10.1.1.5")
    assert await access.forget_refusals(tx, town, keys["a"], actor=BY) == 1
    assert 0 in (await kit(tx, town, AT + timedelta(days=1))).attempts.order("10.1.1.5")


async def test_new_credentials_of_the_same_name_forget_old_refusals_and_keep_the_grants(tx, towns) -> None:
    town = towns["erbach"]
    net = await network(tx, town, "10.1.1.0/24")
    key = await access.set_access(tx, town, "a", "3", USER, actor=BY, now=AT)
    await access.grant(tx, town, key, [net], actor=BY)
    await access.keep_trials(tx, town, [Trial(key, net, "10.1.1.5", None, AT, date(2026, 11, 16), 1)])
    assert await access.set_access(tx, town, "a", "2c", {"community": "neu"}, actor=BY, now=AT) == key
    assert await access.trials(tx, town) == []
    assert (await access.access(tx, town, key)).networks == [net]


async def test_guest_and_passive_networks_get_no_set_and_lose_theirs(tx, towns) -> None:
    town = towns["erbach"]
    guest = await network(tx, town, "10.1.60.0/24", mode="guest", purpose="guest", name="Gäste")
    active = await network(tx, town, "10.1.1.0/24", name="Rathaus")
    key = await access.set_access(tx, town, "a", "3", USER, actor=BY, now=AT)
    with pytest.raises(Wrong, match="Gäste"):
        await access.grant(tx, town, key, [guest, active], actor=BY)
    await access.grant(tx, town, key, [active], actor=BY)
    values = {"purpose": "other", "rate_cap": 300, "snmp_rate": 20, "scan_window": "", "excluded": "", "now": AT}
    await places.set_manners(tx, town, active, by=BY, mode="passive", **values)
    assert (await access.access(tx, town, key)).networks == []


async def test_a_removed_set_takes_its_memory_along_and_late_results_harm_nobody(tx, towns) -> None:
    town = towns["erbach"]
    net = await network(tx, town, "10.1.1.0/24")
    key = await access.set_access(tx, town, "a", "3", USER, actor=BY, now=AT)
    late = [Trial(key, net, "10.1.1.5", AT, None, None, 0)]
    await access.keep_trials(tx, town, late)
    await access.remove_access(tx, town, key, actor=BY)
    await access.keep_trials(tx, town, late)
    assert await access.trials(tx, town) == []
    assert await access.opened(tx, town) == []
    with pytest.raises(Missing):
        await access.access(tx, town, key)


async def test_s33_neither_log_nor_audit_nor_words_of_values_hold_a_secret(tx, towns, caplog) -> None:
    town = towns["erbach"]
    key = await access.set_access(tx, town, "a", "3", USER, actor=BY, now=AT)
    found = await access.opened(tx, town)
    told = repr(found) + repr(Kit(found, [], [], AT).credentials) + caplog.text
    told += str([dict(row) for row in await tx.connection.fetch("select * from audit_detail")])
    told += str([dict(row) for row in await tx.connection.fetch("select * from snmp_access")])
    assert str(key) in told
    assert "geheim" not in told
