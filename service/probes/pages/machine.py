"""`/api/v1/probe`: what probes say. No session, no cookie: every request proves itself by its signature.

Answers are signed. A batch is acknowledged once it is in the database, and taken into the estate by the worker.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from litestar import Controller, Request, Response, post

from scanners import wire
from scanners.version import VERSION
from service.audit import store as audit
from service.audit.chain import Actor
from service.auth import store as people
from service.auth.guards import actor
from service.db import service_tx, town_tx
from service.i18n import gettext as _
from service.jobs import store as jobs
from service.probes import store
from service.probes.pages import handing
from service.probes.vetting import Refused, collection
from service.settings import real_now, settings
from service.vault import probe_key
from service.web.errors import Refused as Answer

Ask = Request[Any, Any, Any]
_OPEN = {"access": "public", "exclude_from_csrf": True}
"""No log-in and no form token: the signature stands for both."""
SMALL = 256 * 1024


def centre_key() -> Ed25519PrivateKey:
    """The key that this installation signs for probes with."""
    return wire.private(probe_key(settings().master_key_file))


def _signed(what: str, about: bytes, body: bytes, status: int = 200) -> Response[bytes]:
    signature = wire.stamp(what, about, body, centre_key())
    return Response(body, status_code=status, media_type="application/json", headers={wire.SIGNATURE: signature})


class ProbeApi(Controller):
    """Enrol, hand in, ask for jobs."""

    path = "/api/v1/probe"
    include_in_schema = False

    @post("/enrol", opt=_OPEN, request_max_body_size=SMALL, status_code=200)
    async def enrol(self, request: Ask) -> Response[bytes]:
        """Exchange the one-time code for a place in the town's list; failures are audited and slowed down."""
        now, source = real_now(), f"enrol:{request.client.host if request.client else ''}"
        async with service_tx() as tx:
            wait = await people.next_try(tx, [source])
        if wait and wait > now:
            raise Answer(429, _("Zu viele Versuche. Bitte warten Sie eine Viertelstunde."))
        try:
            asked = msgspec.json.decode(await request.body(), type=wire.Enrol)
            code, key = wire.code(asked.code), wire.public_key(asked.public_key)
        except ValueError as wrong:
            await _failed(request, source, 0, "no code")
            raise Answer(422, _("Anfrage unlesbar.") if isinstance(wrong, msgspec.MsgspecError) else str(wrong)) from wrong
        try:
            async with town_tx({code.town}, code.town) as tx:
                who = await store.enrol(tx, code, key, asked.version, by=actor(request, None), now=now)
                town = next(town for town in await people.towns(tx) if town.id == code.town)
        except store.Unknown as unknown:
            await _failed(request, source, code.town, str(unknown))
            text = _("Dieser Einmalcode gilt nicht (mehr). Legen Sie auf der Seite „Sonden“ eine neue Sonde an.")
            raise Answer(403, text) from unknown
        told = wire.Enrolled(who.town, town.name, who.id, who.name, wire.text(wire.public(centre_key())))
        return _signed("enrolled", key, msgspec.json.encode(told))

    @post("/batches", opt=_OPEN, request_max_body_size=wire.BODY_LIMIT, status_code=200)
    async def batches(self, request: Ask) -> Response[bytes]:
        """Take a batch and sign for it; what was there already gets the same receipt again."""
        asked, body = _header(request), await request.body()
        now = real_now()
        try:
            async with town_tx({asked.town}, asked.town) as tx:
                who = await _proven(tx, request, asked, body)
                if who.state != "active":
                    raise Answer(403, _("Diese Sonde ist noch nicht bestätigt."))
                await asyncio.to_thread(collection, body)
                receipt, fresh = await store.keep(tx, who, asked, body, now)
                if fresh and not await store.someone_will_take(tx, who.town):
                    title = _("Ergebnisse der Sonde %(name)s", name=who.name)
                    await jobs.enqueue(tx, "probe.take", who.town, title, who.actor.name, now)
        except Refused as refused:
            raise Answer(422, str(refused)) from refused
        except store.Conflict as conflict:
            await _alarm(request, asked, str(conflict))
            raise Answer(409, _("Diese Lieferung widerspricht einer früheren.")) from conflict
        return _signed("receipt", asked.batch.bytes, msgspec.json.encode(receipt))

    @post("/jobs", opt=_OPEN, request_max_body_size=SMALL, status_code=200)
    async def jobs(self, request: Ask) -> Response[bytes]:
        """A sign of life in, open jobs out; a request that was heard before is refused."""
        asked, body = _header(request), await request.body()
        now = real_now()
        try:
            async with town_tx({asked.town}, asked.town) as tx:
                who = await _proven(tx, request, asked, body)
                try:
                    report = msgspec.json.decode(body, type=wire.Report)
                except msgspec.DecodeError as wrong:
                    raise Answer(422, _("Anfrage unlesbar.")) from wrong
                await store.seen(tx, who, asked, report, now)
                orders = wire.Orders(asked.counter, VERSION, [])
                if who.state == "active":
                    orders = await handing.open_orders(tx, who, asked.counter, report, VERSION, now)
        except store.Conflict as conflict:
            await _alarm(request, asked, str(conflict))
            raise Answer(409, _("Diese Anfrage kam schon einmal.")) from conflict
        if who.state != "active":
            raise Answer(403, _("Diese Sonde ist noch nicht bestätigt."))
        return _signed("orders", who.id.bytes, msgspec.json.encode(orders))


def _header(request: Ask) -> wire.Request:
    try:
        return wire.request(request.headers)
    except wire.Forged as forged:
        raise Answer(401, str(forged)) from forged


async def _proven(tx: Any, request: Ask, asked: wire.Request, body: bytes) -> store.Speaker:
    """The probe that said this, proven by its key. Everything else gets one and the same answer."""
    try:
        who = await store.speaker(tx, asked.town, asked.probe)
        wire.prove(asked, request.url.path, body, request.headers.get(wire.SIGNATURE, ""), who.key)
    except (store.Unknown, wire.Forged) as unknown:
        raise Answer(401, _("Diese Sonde ist hier nicht bekannt, oder sie ist zurückgezogen.")) from unknown
    return who


async def _failed(request: Ask, source: str, town: int, why: str) -> None:
    """Note a failed enrolment where the code says it belongs, and make the next one wait."""
    async with service_tx() as tx:
        await people.failed(tx, [source], real_now())
        there = {item.id for item in await people.towns(tx)}
    town = town if town in there else 0
    async with town_tx({town}, town) as tx:
        await audit.record(tx, actor(request, None), "probe.enrol_refused", "probe", after={"reason": why})


async def _alarm(request: Ask, asked: wire.Request, why: str) -> None:
    """Note it; whoever replays the same thing a thousand times does not fill the log."""
    key, now = f"alarm:{asked.probe}", real_now()
    async with service_tx() as tx:
        wait = await people.next_try(tx, [key])
        await people.failed(tx, [key], now)
    if wait is None or wait <= now:
        by = Actor(f"Sonde {asked.probe}", str(asked.probe), "probe", request.client.host if request.client else "")
        async with town_tx({asked.town}, asked.town) as tx:
            after = {"reason": why, "batch": str(asked.batch), "counter": asked.counter}
            await audit.record(tx, by, "probe.alarm", f"probe/{asked.probe}", after=after)
