"""A probe for tests of the centre: its key, its numbers, its signed requests."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec

from scanners import wire
from scanners.observation import Collection, Observation, Source
from scanners.spool import uuid7
from service.db import town_tx
from service.probes import store
from service.probes.pages.machine import centre_key
from service.settings import real_now
from tests.probe import BY
from tests.visitor import BASE

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def batch(*addresses: str, source: Source = Source.NMAP) -> bytes:
    """What a probe found: a host at each address."""
    hosts = tuple(
        Observation(source, address, observed_at=AT, ips=(address,), macs=(f"00:11:32:00:00:{int(address.split('.')[-1]):02x}",))
        for address in addresses
    )
    return msgspec.json.encode(Collection(source, hosts, scope="10.99.0.0/24", started_at=AT, finished_at=AT))


class At(httpx.AsyncClient):
    """The probe's side: no cookie, no browser header."""

    def __init__(self, app: Any, town: int, probe: UUID, key: Any) -> None:
        super().__init__(transport=httpx.ASGITransport(app=app), base_url=BASE)
        self.town, self.probe, self.key, self.numbers = town, probe, key, itertools.count(1)

    async def say(self, path: str, body: bytes, asked: wire.Request | None = None, key: Any = None) -> httpx.Response:
        """A signed request; `asked` and `key` to say something else than the truth."""
        asked = asked or self.header()
        return await self.post(path, content=body, headers=asked.headers(path, body, key or self.key))

    def header(self, **changes: Any) -> wire.Request:
        """A true header, or one with changes."""
        fields = {"town": self.town, "probe": self.probe, "counter": next(self.numbers), "at": real_now(), "batch": uuid7()}
        return wire.Request(**fields | changes)

    async def report(
        self, *results: wire.Result, asked: wire.Request | None = None, format_: int = wire.FORMAT
    ) -> httpx.Response:
        """A sign of life."""
        body = msgspec.json.encode(wire.Report("0.1.0", 0, 0, list(results), format=format_))
        return await self.say(wire.JOBS, body, asked)


async def enrolled(app: Any, town: int, *, name: str = "Rathaus", approve: bool = True) -> At:
    """A probe in service."""
    key = wire.new_key()
    async with town_tx({town}, town) as tx:
        _id, code = await store.invite(tx, town, name, None, wire.public(centre_key()), by=BY, now=real_now())
        who = await store.enrol(tx, code, wire.public(key), "0.1.0", by=BY, now=real_now())
        if approve:
            await store.approve(tx, town, who.id, by=BY, now=real_now())
    return At(app, town, who.id, key)
