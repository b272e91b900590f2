"""Founds the towns of the demonstration: towns, sites, networks with their releases, people with roles and log-ins.

Everything goes through the stores, as the named people; doing it twice changes nothing.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from service.audit import store as audit
from service.audit.chain import Actor
from service.auth import passwords, totp
from service.auth import store as auth
from service.auth import towns as settings
from service.auth.people import TownRef
from service.db import SafeTransaction, service_tx, town_tx
from service.demo.people import EXTRA_MEMBERSHIPS, PEOPLE, Person
from service.demo.sites import EMPTY_TOWN, TOWNS
from service.inventory import scanning
from service.inventory.store import access, places
from service.inventory.store import sites as site_store
from service.jobs import store as schedules
from service.settings import now as at_the_desk
from service.settings import real_now

AUDIT = timedelta(days=120)
BUILDER = Actor("Vorführung (Aufbau)", None, "operator")
_WORDS = (
    *("Ahorn", "Birke", "Distel", "Eibe", "Farn", "Ginkgo", "Hasel", "Iris", "Kiefer", "Lerche"),
    *("Mohn", "Nelke", "Olive", "Pappel", "Quendel", "Rose", "Salweide", "Tanne", "Ulme", "Veilchen"),
)


@dataclass(frozen=True, slots=True)
class Login:
    """What a visitor of the demonstration needs to log in as a person."""

    person: Person
    password: str = field(repr=False)
    account: str
    secret: str = field(repr=False)
    """Of the second factor."""


async def towns(now: datetime) -> dict[str, TownRef]:
    """The four towns and the empty one by slug."""
    found: dict[str, TownRef] = {}
    for town in (*TOWNS, EMPTY_TOWN):
        async with service_tx() as tx:
            made = found[town.slug] = await auth.add_town(tx, town.slug, town.name, town.inhabitants, now)
            await settings.set_settings(tx, made.id, short=town.code)
    return found


async def logins(home: Path, known: dict[str, TownRef]) -> list[Login]:
    """One account a person, with second factor; passwords are made once and kept in a file only the service may read."""
    file = home / "demo-logins.json"
    kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    found: list[Login] = []
    for person in PEOPLE:
        async with service_tx() as tx:
            account = next((one for one in await auth.accounts(tx) if one.mail == person.mail), None)
        password = kept.get(person.mail)
        if account is None or password is None:
            password = "-".join(secrets.choice(_WORDS) for _ in range(4)) + f"-{secrets.randbelow(9000) + 1000}"
            hashed = await passwords.hashed(password)
            async with service_tx() as tx:
                if account is None:
                    key = await auth.add_account(tx, person.mail, person.name, hashed, real_now(), demo=True)
                    await auth.set_totp(tx, key, totp.new_secret())
                else:
                    key = account.id
                    await auth.set_password(tx, key, hashed)
            kept[person.mail] = password
            _keep(file, kept)
        else:
            key = account.id
        async with service_tx() as tx:
            extra = [(role, town) for who, role, town in EXTRA_MEMBERSHIPS if who == person.key]
            for role, town in (*person.memberships, *extra):
                until = at_the_desk() + AUDIT if role == "auditor" else None
                await auth.grant(tx, key, role, known[town].id, valid_until=until)
            if person.key in {"isb", "isb_deputy"}:
                await auth.grant(tx, key, "isb", auth.GROUP)
            if person.key == "isb":
                await auth.grant(tx, key, "group_admin", auth.GROUP)
            secret = await auth.totp_secret(tx, key)
        found.append(Login(person, password, str(key), "" if secret is None else str.__str__(secret)))
    return found


def _keep(file: Path, kept: dict[str, str]) -> None:
    """Write the passwords readable for the service's account only."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(kept, out, ensure_ascii=False, indent=1)


def actors(found: list[Login]) -> dict[str, Actor]:
    """The named people as they act: by key."""
    return {one.person.key: Actor(one.person.name, one.account, one.person.memberships[0][0]) for one in found}


async def estate(manifest: dict[str, Any], known: dict[str, TownRef], people: dict[str, Actor], now: datetime) -> None:
    """Sites and networks of the manifest; the IT asks, the security officer releases, the data protection officer agrees."""
    for town in manifest["towns"]:
        here = known[town["slug"]].id
        admin = people[f"it_{town['slug']}"]
        async with town_tx({here}, here) as tx:
            ids = {
                site["key"]: await site_store.put(
                    tx, here, site["name"], by=admin, now=now, kind=site["kind"], address=site["street"], facts=site["facts"]
                )
                for site in town["sites"]
            }
            await _schedules(tx, here, admin, now)
            keys = await _snmp(tx, here, town, admin, now)
            granted = dict[UUID, list[UUID]]()
            for net in town["network_details"]:
                values = {key: net[key] for key in ("name", "purpose", "mode")}
                if net["mode"] == "active":
                    values["scan_window"] = scanning.OFFICE
                id_ = await places.put_network(
                    tx, here, net["cidr"], by=admin, now=now, site=ids[net["site"]], scope=net.get("scope", ""), **values
                )
                if net["mode"] == "active" and "snmp" in net:
                    granted.setdefault(keys[net["snmp"]["access"]], []).append(id_)
                if net["mode"] != "guest":
                    await places.release(tx, here, id_, by=people["isb"], now=now)
                    await places.release(tx, here, id_, by=people["dpo"], now=now, agreed=True)
            for key, networks in granted.items():
                await access.grant(tx, here, key, networks, actor=admin)
            await audit.record(
                tx, BUILDER, "demo.founded", "town/" + town["slug"], after={"networks": len(town["network_details"])}
            )


async def _schedules(tx: SafeTransaction, here: int, by: Actor, now: datetime) -> None:
    """Nightly checks; the weekly scan is there to be seen, switched off because the networks are made up."""
    known = {one.task for one in await schedules.schedules(tx) if one.town_id == here}
    task, title, cron = schedules.NIGHTLY
    if task not in known:
        await schedules.add_schedule(tx, here, task, title, cron, by.name, now)
    if "scan.run" not in known:
        title = "Scan aller freigegebenen Netze"
        key = await schedules.add_schedule(tx, here, "scan.run", title, "0 10 * * mon", by.name, now, args={"all": True})
        await schedules.change_schedule(tx, here, key, cron="0 10 * * mon", enabled=False, version=1, by=by.name, now=now)


async def _snmp(tx: SafeTransaction, here: int, town: dict[str, Any], by: Actor, now: datetime) -> dict[str, UUID]:
    """The town's SNMP access, sealed; by its name."""
    known = {one.name: one.id for one in await access.accesses(tx, here)}
    for told in (net["snmp"] for net in town["network_details"] if "snmp" in net):
        if told["access"] not in known:
            secret = {key: value for key, value in told.items() if key not in {"access", "version"}}
            known[told["access"]] = await access.set_access(tx, here, told["access"], told["version"], secret, actor=by, now=now)
    return known
