"""A small town behind the real application, for the browser: recordings taken in by the real pipeline, one person a role.

Argument: port; the database is named by the environment. Prints the session cookies by role as JSON on the first line, then serves.
"""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import uvicorn

from isms.copying import store as copying
from isms.measures import MEASURE_STATES, Claim, Mode
from isms.protection import Goal, Need, Reasoning
from isms.risk import hazards
from isms.sheet import Given
from isms.snapshots.store import joint, states
from isms.store import catalogues, evidence, measures, risks, sheets
from isms.structure.store import protection
from scanners import registry
from service.app import create
from service.audit.chain import Actor
from service.auth import passwords, sessions, store
from service.auth.roles import ROLES
from service.contracts.certificates import Certificate
from service.contracts.phones import PhoneSystem
from service.contracts.store import certificates, contracts, phones
from service.contracts.store import files as contract_files
from service.contracts.terms import Contract
from service.db import DB, service_tx, town_tx, uuid7
from service.deadlines.store import dates, reminders
from service.demo.writers import mibs
from service.inventory.handover import FIELDS, Offer
from service.inventory.store import access, filing, handover, intake, lists, places, saved, uploads
from service.inventory.store import sites as site_store
from service.jobs import store as jobs
from service.objects import store as objects
from service.objects.store import devices, needs
from service.probes import store as probes
from service.settings import now, real_now
from service.software import folding, values, words
from service.software.licences import Licence
from service.software.store import GROUP, door, entries, found
from service.software.store import licences as rights
from tests import pseudo
from tests.browser.audited import audited
from tests.browser.books import books
from tests.browser.buying import buying
from tests.browser.cases import cases
from tests.browser.helping import helps
from tests.browser.joining import joins
from tests.browser.papers import papers
from tests.browser.taught import taught
from tests.browser.visits import PASSWORD, TOTP
from tests.inventory.cabling import Town as TownHall

DSN, PORT = os.environ["ODENWACHT_DATABASE_URL"], int(sys.argv[1])
DATA = Path(__file__).resolve().parents[1] / "scanners" / "data"
BY = Actor("Test")
NETWORKS = (("Rathaus", "10.0.0.0/8", "server"), ("Hallen", "192.168.0.0/16", "client"))


async def people(town: int) -> dict[str, str]:
    """One account for each role, already logged in with both factors; the ISB looks after two towns."""
    tokens = {}
    async with service_tx() as tx:
        other = (await store.add_town(tx, "beispielheim", "Beispielheim", 4100, now())).id
        for role, title in ROLES.items():
            key = await store.add_account(tx, f"{role}@musterstadt.example", f"Kim {str(title).split('/')[0]}", "-", now())
            await store.grant(tx, key, role, 0 if role == "group_admin" else town)
            if role == "isb":
                await store.grant(tx, key, role, other)
            tokens[role] = await store.open_session(tx, key, 2, "Firefox auf Linux", real_now())
        key = await store.add_account(tx, "half@musterstadt.example", "Kim Halb", "-", now())
        await store.grant(tx, key, "isb", town)
        tokens["half"] = await store.open_session(tx, key, 1, "Firefox auf Linux", real_now())
        key = await store.add_account(tx, "kim@musterstadt.example", "Kim Neu", await passwords.hashed(PASSWORD), now())
        await store.grant(tx, key, "isb", town)
        await store.set_totp(tx, key, TOTP)
        key = await store.add_account(tx, "lea@beispielheim.example", "Lea Neu", await passwords.hashed(PASSWORD), now())
        await store.grant(tx, key, "it_admin", other)
        await store.set_totp(tx, key, TOTP)
    return tokens


async def estate(town: int) -> None:
    """Networks, and every recording of the scanners' tests."""
    async with town_tx([town], town) as tx:
        for name, cidr, purpose in NETWORKS:
            await tx.connection.execute(
                "insert into network (town_id, id, name, cidr, purpose, changed_at) values ($1, $2, $3, $4, $5, $6)",
                town, uuid7(), name, cidr, purpose, now(),
            )  # fmt: skip
        facts = {
            "uplink_mbit": 500,
            "fibre": "active",
            "hazards": ["flood", "cellar"],
            "ups_minutes": 12,
            "server_room": "Keller",
        }
        await site_store.put(tx, town, "Rathaus", by=BY, now=now(), kind="Rathaus", address="Am Markt 1", facts=facts)
    for path in sorted(DATA.glob("*/*/input.*")):
        content = path.read_bytes()
        taken = now() - timedelta(days=len(path.parent.name) % 9)
        collection = registry.parse_bytes(
            content, path.name, path.parts[-3] if path.parts[-3] in registry.kinds() else "auto", taken
        )
        async with town_tx([town], town) as tx:
            file = f"{path.parent.name}{path.suffix}"
            await intake.take_in(tx, town, collection, by=BY, raw=content, file=file, now=now(), observed_at=taken)


async def reading(town: int) -> None:
    """SNMP credentials that worked here and were refused there."""
    async with town_tx([town], town) as tx:
        key = await access.set_access(tx, town, "Switches lesen", "3", {"name": "odw"}, actor=BY, now=now())
        first, second = await places.networks(tx, town)
        await access.grant(tx, town, key, [first.id, second.id], actor=BY)
        good = access.Trial(key, first.id, "10.0.0.1", now(), None, None, 0)
        await access.keep_trials(tx, town, [good, access.Trial(key, first.id, "10.0.0.2", None, now(), now().date(), 1)])


def counters() -> Iterator[tuple[str, str, str]]:
    """A printer and a power supply that tell their counters."""
    for name, address, object_id, rows in (
        ("druck-buero", "10.61.99.4", "1.3.6.1.4.1.2435.2.3.9.1", mibs.printer("Brother HL-L6400DW", "E7A123456", 48_113)),
        ("usv-keller", "10.61.99.5", "1.3.6.1.4.1.318.1.3.27", mibs.ups("APC", "Smart-UPS 1500", "UPS 09.3", 6, 3)),
    ):
        told = {"1.3.6.1.2.1.1.2.0": ("6", object_id), "1.3.6.1.2.1.1.5.0": mibs.text(name)}
        yield name, address, mibs.recording(told | rows)


async def recordings(town: int) -> None:
    """A town hall with cables: what its switches say of each other and of what hangs on them; and devices with counters."""
    for name, address, text in (*TownHall(7).recordings(), *counters()):
        content, taken = text.encode(), now() - timedelta(hours=3)
        collection = registry.parse_bytes(content, f"{name}.snmprec", "snmprec", taken, address)
        async with town_tx([town], town) as tx:
            await intake.take_in(
                tx, town, collection, by=BY, raw=content, file=f"{name}.snmprec", now=now(), observed_at=taken
            )  # fmt: skip


async def security(town: int) -> None:
    """The starter catalogue, modelled, checked against the estate; some risks; a run that is done."""
    async with service_tx() as tx:
        await catalogues.ensure_starter(tx, now())
    async with town_tx([town], town) as tx:
        await sheets.take_over(tx, town, BY, now())
        await evidence.run_checks(tx, town, now(), BY)
    async with town_tx([town], town) as tx:
        await jobs.enqueue(tx, "scan.run", town, "Scan von 10.0.0.0/24", BY.name, now(), args={})
    async with town_tx([town], town) as tx:
        await risks.take_hazards(tx, town, hazards()[:12], BY, now())


async def texts(town: int) -> None:
    """Two answers of the other town: one text copied and waiting here, one still to be copied."""
    async with service_tx() as tx:
        other = await tx.connection.fetchval("select id from town where slug = 'beispielheim'")
    async with town_tx([other, 0], other) as tx:
        await sheets.take_over(tx, other, BY, now())
        for entry in (await sheets.load(tx, other, now().date())).entries[-2:]:
            given = Given(Claim.JA, "Steht in der Dienstanweisung.", "IT-Leitung", None, "", "own", 0, BY.name, now())
            await sheets.answer(tx, other, entry.target, entry.requirement.key, given, BY)
        await copying.release(tx, other, BY, now(), partial=False)
    async with town_tx([town, other, 0], town) as tx:
        first, *_rest = await copying.offered(tx, town, other)
        await copying.copy(tx, town, other, [first.id], BY, now())


async def structure(town: int) -> None:
    """A process with its need down to the servers, an override, an exclusion."""
    async with town_tx([town], town) as tx:
        pay = await objects.add(tx, town, objects.Target(uuid7(), "Lohn und Gehalt", "process", ()), BY, now())
        servers = next(x.id for x in await objects.targets(tx, town) if x.name == "Server und Speicher")
        await needs.add(tx, town, needs.Need(uuid7(), pay, servers, 1, 24, degraded_ok=True, note="Abrechnung"), BY, now())
        for goal in Goal:
            await protection.put(tx, town, pay, goal, (Need.NORMAL, None, ""), BY, now())
        why = (Need.HOCH, Reasoning.KUMULATION, "Viele Verfahren auf einem Host")
        await protection.put(tx, town, servers, Goal.AVAILABILITY, why, BY, now())
        estate = await devices.estate(tx, town)
        left = estate.these(estate.dangling((x.kind, x.rule) for x in await objects.targets(tx, town)))
        await devices.exclude(tx, town, left[:1], "Leihgerät einer Messe", BY, now())


async def daily(town: int) -> None:
    """What the IT administrator keeps: a filter of her own and one that all see, a note and a file on the first device."""
    async with service_tx() as tx:
        owner = await tx.connection.fetchval("select id from account where mail = 'it_admin@musterstadt.example'")
    async with town_tx([town], town) as tx:
        for name, query, shared in (("Unsere Drucker", "kind=printer", True), ("Lange nicht gesehen", "seen=longer", False)):
            await saved.save(
                tx, town, owner, name, query, ("ip", "serial", "status"), shared=shared, may_share=True, by=BY, now=now()
            )
        (first, *_rest) = (await lists.assets(tx, town, now=now(), size=1)).rows
        await filing.write(tx, town, first.id, "Netzteil getauscht.\nErsatz liegt im Lager.", by=BY, now=now())
        await filing.attach(tx, town, first.id, "Typenschild.pdf", b"%PDF-1.7", by=BY, now=now())
        gone = await filing.write(tx, town, first.id, "Doppelt", by=BY, now=now())
        await filing.delete(tx, town, first.id, "note", gone, by=BY, now=now())
    async with service_tx() as tx:
        other = (await store.add_town(tx, "beispielheim", "Beispielheim", 4100, now())).id
    content = "Geräteart;Hersteller;Modell;Seriennummer;Kaufdatum;Preis\nNotebook;Lenovo;ThinkPad T14;PF3XYZ77;28.4.2023;989,00\n".encode()
    async with town_tx([other], other) as tx:
        collection = registry.parse_bytes(content, "Bestand.csv", "auto", now())
        await intake.take_in(tx, other, collection, by=BY, raw=content, file="Bestand.csv", now=now(), observed_at=now())
    for giver, receiver, number in ((town, "beispielheim", 1), (other, "musterstadt", 0)):
        async with town_tx([giver], giver) as tx:
            device = (await lists.assets(tx, giver, now=now(), size=2)).rows[number]
            wish = Offer(receiver, now().date().isoformat(), "wird dort gebraucht", FIELDS)
            key = await handover.offer(tx, giver, device.id, wish, by=BY, now=now())
        await handover.tell(giver, key, now=now())


async def software(town: int) -> None:
    """Procedures here and in the other town, a licence, a standard of the group."""
    async with service_tx() as tx:
        other = await tx.connection.fetchval("select id from town where slug = 'beispielheim'")
    told = {"purpose": "Friedhof", "release": "5.0", "hosting": "cloud", "users": 4, "contact": "Friedhofsverwaltung",
            "contract_end": now().date() + timedelta(days=20), "cost_yearly": 290_000, "solved": "Alte Kartei eingescannt"}  # fmt: skip
    for where, name in ((town, "Grabweg"), (other, "Ruheplan"), (other, "Grabweg")):
        async with door(where, write=True) as tx:
            item = values.Entry(id=uuid7(), key="", name=name, maker="Steinlicht", facets=tuple(words.FACETS), **told)  # type: ignore[arg-type]  # fields by name
            key = await entries.save(tx, where, item, BY, now())
            if where == town:
                await rights.save(tx, town, Licence(uuid7(), key, "device", 3, "Vertrag 7"), BY, now())
                first = (await found.names(tx, town))[0]
                await found.decide(tx, town, [(folding.fold(first.name), "", key)], BY, now())
    listed = b"Verfahren;Anbieter;Version\nGrabweg;Steinlicht;6.0\nLohnwerk;Talsoft;2\n;ohne Namen;1\n"
    async with town_tx([town], town) as tx:
        upload = await uploads.add(tx, town, "Fachverfahren.csv", listed, "software", by=BY.name, now=now())
        await uploads.set_result(tx, town, upload, {"digest": "gesehen"})
    async with door(GROUP, write=True) as tx:
        await entries.set_standard(tx, "Grabweg", "Friedhof", BY, now())


async def agreements(town: int) -> None:
    """A contract with device, product, site and file, a certificate, staff, a telephone system, and what is due."""
    today = now().date()
    told = Contract(uuid7(), "warranty", "Garantie Server", "Ahornblatt IT", "G-7", ends_on=today + timedelta(days=120),
                    notice_count=3, renews_months=12, cost_yearly=190_000, responsible="IT-Abteilung")  # fmt: skip
    async with town_tx([town, GROUP], town) as tx:
        key = await contracts.save(tx, town, told, BY, now())
        (first, *_rest) = (await lists.assets(tx, town, now=now(), size=1)).rows
        product = (await entries.entries(tx, town))[0].id
        site = (await site_store.sites(tx, town))[0].id
        for kind, target in (("asset", first.id), ("product", product), ("site", site)):
            await contracts.link(tx, town, key, kind, [target], BY, now())
        await contract_files.attach(tx, town, key, "Vertrag.pdf", b"%PDF-1.7", BY, now())
        for number, days in enumerate((21, 200)):
            ends = today + timedelta(days=days)
            item = Certificate(uuid7(), "vpn_user", f"vpn-{number}", ends, first.id, "Bauamt", mobile_work=True)
            await certificates.save(tx, town, item, BY, now())
        await uploads.add(
            tx, town, "VPN.csv", b"Zertifikat;Amt;Ablauf\nvpn-7;Bauamt;31.12.2029\n", "cert_list", by=BY.name, now=now()
        )
        await certificates.count_staff(tx, town, 4, today, BY, now())
        phone = PhoneSystem(uuid7(), site, "isdn", "Tischlein", "T 3", first.id, "069 90009 100 bis 109", "Talnetz", "1", key,
                            today + timedelta(days=40), "yes", "no")  # fmt: skip
        await phones.save(tx, town, phone, BY, now())
        await reminders.make(tx, town, await dates.deadlines(tx, town, "musterstadt", now()), now())


async def plans(town: int) -> str:
    """A schedule, a measure, and a file that waits for its dry run; answers the file's id."""
    async with town_tx([town], town) as tx:
        await probes.invite(tx, town, "Sonde Rathaus", None, b"", by=BY, now=real_now())
        await jobs.add_schedule(tx, town, "scan.run", "Scan Rathaus", "0 10 * * mon-fri", BY.name, now())
        content = (DATA / "csv" / "semikolon_windows" / "input.csv").read_bytes()
        upload = await uploads.add(tx, town, "Bestand.csv", content, "csv", by=BY.name, now=now())
    values = {
        "title": "Zwei alte Server ersetzen",
        "kind": "technisch",
        "mode": Mode.LOKAL,
        "state": MEASURE_STATES[0],
        "priority": 2,
        "version": 0,
    }
    numbers = dict.fromkeys(("cost_once", "cost_yearly", "person_days", "budget_year", "budget_secured", "due"))
    texts = dict.fromkeys(("text", "state_reason", "owner", "deputy", "funding"), "")
    fields = {**numbers, **texts, **values, "town_id": town, "id": uuid7(), "number": 0, "controls": ()}
    async with town_tx([town], town) as tx:
        await measures.save(tx, town, measures.Measure(**fields), BY, now())  # type: ignore[arg-type]  # fields by name
    return str(upload)


async def together(town: int) -> None:
    """A joint frozen state with the other town, and one more that waits for the worker."""
    async with service_tx() as tx:
        both = [town, await tx.connection.fetchval("select id from town where slug = 'beispielheim'")]
    await joint.freeze(both, "Nachher", BY, now())
    async with town_tx({0}, 0) as tx:
        await jobs.add_run(tx, "snapshot.join", 0, "Gemeinsamen Prüfstand festhalten", BY.name, now(), args={"towns": both})


async def main() -> None:
    """Seed, tell the cookies, serve. Readers of English get the pseudo-locale."""
    pseudo.install()
    DB.use(DSN)
    await DB.start_connection_pool(min_size=1, max_size=4)
    async with service_tx() as tx:
        town = (await store.add_town(tx, "musterstadt", "Musterstadt", 9600, now())).id
    cookies = await people(town)
    await estate(town)
    await reading(town)
    await recordings(town)
    await security(town)
    await texts(town)
    await structure(town)
    await states.freeze(town, "Vorher", BY, now())
    await daily(town)
    await together(town)
    await software(town)
    await agreements(town)
    await buying(town)
    await books(town)
    await papers(town)
    await audited(town)
    await taught(town)
    await joins()
    await helps(town)
    await cases(town)
    upload = await plans(town)
    await DB.close_connection_pool()
    print(json.dumps({"name": sessions.COOKIE, "tokens": cookies, "upload": upload}), flush=True)
    server = uvicorn.Server(uvicorn.Config(create(), port=PORT, log_level="warning", timeout_graceful_shutdown=1))
    await server.serve()


asyncio.run(main())
