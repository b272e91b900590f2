"""Commands about devices and networks: inspect, import, export, scan, network add."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ipaddress
import json
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from scanners.observation import Problem
from service.cli import database
from service.cli.people import OPERATOR
from service.cli.terminal import Bar
from service.errors import Wrong

EXPORTS = ("assets", "records", "software", "findings", "risks", "measures")
FORMATS = ("jsonl", "csv", "xlsx")


def add(commands: Any) -> None:
    """Register the sub-commands."""
    from scanners import registry

    show = commands.add_parser("inspect", help="zeigt, was Dateien sagen, eine Beobachtung je Zeile")
    show.add_argument("files", nargs="+", type=Path, metavar="FILE")
    show.add_argument("--as", dest="kind", default="auto", choices=registry.kinds(), metavar="KIND")
    show.set_defaults(run=inspect)
    take = commands.add_parser("import", help="Dateien in den Bestand aufnehmen")
    take.add_argument("files", nargs="*", type=Path, metavar="FILE")
    take.add_argument("--manifest", type=Path, help="viele Dateien vieler Städte in zeitlicher Folge")
    take.add_argument("--town", metavar="SLUG")
    take.add_argument("--as", dest="kind", default="auto", choices=registry.kinds(), metavar="KIND")
    take.add_argument("--observed-at", metavar="TIME", help="ISO 8601 mit Zeitzone")
    take.add_argument("--mapping", type=Path, help="JSON: Spalte → Feld")
    take.add_argument("--dry-run", action="store_true", help="nur zeigen, was geschähe")
    take.set_defaults(run=run_import)
    out = commands.add_parser("export", help="Bestand ausgeben")
    out.add_argument("what", choices=EXPORTS)
    out.add_argument("--format", default="jsonl", choices=FORMATS)
    out.add_argument("--town", metavar="SLUG")
    out.add_argument("--out", type=Path)
    out.set_defaults(run=export)
    scan = commands.add_parser("scan", help="freigegebene Netze jetzt durchsuchen")
    scan.add_argument("--town", required=True, metavar="SLUG")
    scan.add_argument("--purpose", default="", metavar="ANLASS", help="Anlass, steht im Protokoll der Scans")
    scan.add_argument("cidrs", nargs="+", metavar="CIDR")
    scan.set_defaults(run=run_scan)
    network = commands.add_parser("network", help="Netze").add_subparsers(dest="act", required=True, metavar="WAS")
    new = network.add_parser("add", help="ein Netz eintragen und ohne ISB und Datenschutz zum Scannen öffnen")
    new.add_argument("town", metavar="SLUG")
    new.add_argument("cidr", metavar="CIDR")
    new.add_argument("--site", required=True, metavar="NAME")
    new.add_argument("--name", default="")
    new.add_argument("--purpose", default="other")
    new.set_defaults(run=network_add)


def inspect(args: argparse.Namespace) -> int:
    """Print what files say; needs no database."""
    from scanners import inspect as inspector

    try:
        for line in inspector.lines(args.files, args.kind, _complain):
            sys.stdout.write(line + "\n")
    except ValueError as wrong:
        raise Wrong(str(wrong)) from wrong
    return 0


def _complain(problem: Problem) -> None:
    sys.stderr.write(f"{problem.where}: {problem.text}\n")


def run_import(args: argparse.Namespace) -> int:
    """Take files in, or a whole manifest."""
    if args.manifest:
        return _manifest(args.manifest)
    if not args.files or not args.town:
        raise Wrong("Es fehlen Dateien oder die Stadt.", todo="Beispiel: odenwacht import liste.csv --town erbach")
    at = _time(args.observed_at)
    mapping = None
    if args.mapping:
        try:
            mapping = {str(key): str(value) for key, value in json.loads(args.mapping.read_text()).items()}
        except (ValueError, AttributeError) as error:
            raise Wrong("Die Zuordnung ist kein JSON-Objekt „Spalte: Feld“.", str(args.mapping)) from error

    async def work() -> int:
        from scanners import registry
        from service.db import town_tx
        from service.inventory.store import intake
        from service.settings import now

        town, problems = await database.town(args.town), 0
        for path in args.files:
            raw = path.read_bytes()
            try:
                found = registry.parse_bytes(raw, path.name, args.kind, at, None, mapping)
            except ValueError as wrong:
                raise Wrong(str(wrong), str(path)) from wrong
            async with town_tx({town.id}, town.id) as tx:
                taken = await intake.take_in(
                    tx, town.id, found, by=OPERATOR, raw=raw, file=path.name, now=now(), observed_at=at, mapping=mapping,
                    dry_run=args.dry_run,
                )  # fmt: skip
            counts = f"{taken.new} neu, {taken.changed} geändert, {taken.unchanged} gleich, {taken.errors} Hinweise"
            if args.dry_run:
                sys.stdout.write(f"{path.name}: {counts}\n{taken.plan.text()}\n")
            sys.stderr.write(f"{path.name}: {counts}{' (nur Probe)' if args.dry_run else ''}\n")
            for problem in found.problems[:20]:
                problems += 1
                sys.stderr.write(f"  {problem.where}: {problem.text}\n")
        return 0

    return database.run(work)


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Wrong("Das ist keine Zeit nach ISO 8601.", text, "Beispiel: 2026-11-16T10:00:00+01:00") from error
    if at.tzinfo is None:
        raise Wrong("Der Zeit fehlt die Zeitzone.", text, "Beispiel: 2026-11-16T10:00:00+01:00")
    return at


def _manifest(path: Path) -> int:
    """`import --manifest`: everything it names, in order of time, resumable."""

    async def work() -> int:
        from scanners import registry
        from service.inventory.store import manifest
        from service.settings import now, settings
        from service.vault import loan_key

        bar = Bar()
        done = await manifest.run(
            path, read=registry.parse_bytes, by=OPERATOR, now=now(), key=loan_key(settings().master_key_file), tell=bar.show
        )
        bar.end()
        rate = done.records / max(done.seconds, 0.001)
        sys.stderr.write(
            f"{done.files} Dateien, {done.skipped} schon bekannt, {done.records} Datensätze, {done.loans} Leihen,"
            f" {done.seconds:.1f} s, {rate:.0f} Datensätze je Sekunde\n"
        )
        for problem in done.problems[:20]:
            sys.stderr.write(f"  {problem}\n")
        return 0

    return database.run(work)


def export(args: argparse.Namespace) -> int:
    """Write rows as JSON lines, CSV or XLSX; large tables come in parts."""
    if args.format == "xlsx" and not args.out:
        raise Wrong("XLSX braucht eine Datei.", todo="Ergänzen Sie --out DATEI.xlsx")

    async def work() -> int:
        from service import exports
        from service.auth import store as people
        from service.db import service_tx, town_tx
        from service.inventory.store import COLUMNS, rows

        if args.town:
            towns = [await database.town(args.town)]
        else:
            async with service_tx() as tx:
                towns = [town for town in await people.towns(tx) if town.id]
        ids = [town.id for town in towns]
        async with town_tx(ids) as tx:
            if args.what in COLUMNS:
                columns: tuple[str, ...] = COLUMNS[args.what]
                found = [row async for row in rows(tx, args.what, ids)]
            else:
                from isms.store import exports as isms_rows

                columns = isms_rows.COLUMNS[args.what]
                found = await isms_rows.rows(tx, args.what)
        parts = exports.write(found, columns, args.format, title=args.what)
        if args.out is None:
            sys.stdout.buffer.write(b"".join(parts))
            return 0
        names = (
            [args.out]
            if len(parts) == 1
            else [args.out.with_stem(f"{args.out.stem}-{number}") for number in range(1, len(parts) + 1)]
        )
        for name, part in zip(names, parts, strict=True):
            name.write_bytes(part)
        sys.stderr.write(f"{len(found)} Zeilen in {', '.join(str(name) for name in names)}\n")
        return 0

    return database.run(work)


def run_scan(args: argparse.Namespace) -> int:
    """Scan now; Ctrl-C keeps what was found."""

    async def work() -> int:
        from scanners import policy
        from service.db import town_tx
        from service.inventory.store import places
        from service.jobs import store
        from service.jobs.queue import TASKS, perform
        from service.settings import now
        from service.worker import scan

        TASKS.update(scan.TASKS)
        town = await database.town(args.town)
        title = f"Scan: {', '.join(args.cidrs)}"
        async with town_tx({town.id}, town.id) as tx:
            given = {"cidrs": args.cidrs, "asked_by_person": True}
            around = scan.plan(await places.networks(tx, town.id), given, now()).networks
            closed = [net for net in around if not policy.is_open(policy.windows(net.scan_window), now())]
            for net in closed:
                sys.stderr.write(f"{net.name} ({net.cidr}): außerhalb des angekündigten Zeitfensters {net.scan_window}.\n")
            if args.purpose or closed:
                given["purpose"] = args.purpose or "am Terminal außerhalb des Zeitfensters angefordert, ohne Anlass"
            key = await store.add_run(tx, "scan.run", town.id, title, OPERATOR.name, now(), args=given)
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: asyncio.ensure_future(_stop(town.id, key)))
        task = asyncio.create_task(perform("scan.run", town.id, key))
        bar = Bar()
        while not task.done():
            await asyncio.wait({task}, timeout=0.5)
            async with town_tx({town.id}) as tx:
                view = await store.run(tx, town.id, key)
            if view:
                bar.line(view.done, view.total, view.text)
        await task
        bar.end()
        async with town_tx({town.id}) as tx:
            view = await store.run(tx, town.id, key)
        if view is None or view.state == "failed":
            raise Wrong(view.error if view else "Der Lauf ist verschwunden.")
        sys.stderr.write(f"{view.text}\n")
        return 0

    return database.run(work)


async def _stop(town: int, key: UUID) -> None:
    from service.db import town_tx
    from service.jobs import store
    from service.settings import now

    sys.stderr.write("\nDer Scan wird abgebrochen; das Gefundene wird übernommen.\n")
    with contextlib.suppress(RuntimeError):
        async with town_tx({town}, town) as tx:
            await store.ask_to_stop(tx, town, key, now())


def network_add(args: argparse.Namespace) -> int:
    """Enter a network and open it for scans without asking ISB and data protection; says so, and the pages name it so."""
    opened: list[str] = []

    async def work() -> int:
        from service.audit.chain import Actor
        from service.db import town_tx
        from service.inventory import scanning
        from service.inventory.store import places
        from service.inventory.store import sites as site_store
        from service.settings import now

        town = await database.town(args.town)
        async with town_tx({town.id}, town.id) as tx:
            known = {(net.name, net.cidr) for net in await places.networks(tx, town.id)}
            name = args.name or f"{args.site} {args.cidr}"
            if (name, places.checked_cidr(args.cidr)) not in known:
                await places.refuse_new(tx, town.id, args.cidr, scanning.mode_for(args.purpose))
            site = await site_store.put(tx, town.id, args.site, by=OPERATOR, now=now())
            key = await places.put_network(
                tx, town.id, args.cidr, by=OPERATOR, now=now(), name=name, site=site, purpose=args.purpose,
            )  # fmt: skip
            made = await places.network(tx, town.id, key)
            opened.extend([made.name] if made.mode == "active" else [])
            if made.mode != "guest":
                release = Actor("Kommandozeile, ohne ISB", None, "operator")
                await places.release(tx, town.id, key, by=release, now=now())
                consent = Actor("Kommandozeile, ohne Datenschutz", None, "operator")
                await places.release(tx, town.id, key, by=consent, now=now(), agreed=True)
        return 0

    database.run(work)
    sys.stderr.write(f"{ipaddress.ip_network(args.cidr)} ist für {args.town} eingetragen.\n")
    if opened:
        sys.stderr.write(
            "Achtung: Es darf damit gescannt werden, ohne dass ISB und Datenschutz in Odenwacht zugestimmt haben. Die Seiten"
            " nennen das „Kommandozeile, ohne ISB“ und „Kommandozeile, ohne Datenschutz“. Liegt keine Zustimmung vor, nehmen"
            " Sie die Freigabe auf der Seite „Netze und Scans“ zurück; dort geht der Weg über drei Personen.\n"
        )
    return 0
