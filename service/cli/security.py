"""Commands about requirements, reports and the audit log."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from service.cli import database
from service.errors import Wrong


def add(commands: Any) -> None:
    """Register the sub-commands."""
    audit = commands.add_parser("audit", help="Protokoll").add_subparsers(dest="act", required=True, metavar="WAS")
    verify = audit.add_parser("verify", help="die Kette aller Städte nachrechnen")
    verify.add_argument("--checkpoint", type=Path, help="aufbewahrter Prüfpunkt (JSON)")
    verify.add_argument("--write-checkpoint", type=Path, help="Prüfpunkt aller Städte in diese Datei schreiben")
    verify.set_defaults(run=audit_verify)
    catalogue = commands.add_parser("catalogue", help="Anforderungskataloge").add_subparsers(
        dest="act", required=True, metavar="WAS"
    )
    load = catalogue.add_parser("import", help="OSCAL-Katalog (JSON) als neue Fassung aufnehmen")
    load.add_argument("file", type=Path)
    load.set_defaults(run=catalogue_import)
    catalogue.add_parser("list", help="aufgenommene Kataloge und Fassungen").set_defaults(run=catalogue_list)


def catalogue_import(args: argparse.Namespace) -> int:
    """Take an edition of a catalogue in, beside the older ones."""
    from isms.catalogue import read
    from isms.store import catalogues
    from service.db import service_tx
    from service.settings import now

    data = args.file.read_bytes()

    async def work() -> int:
        async with service_tx() as tx:
            return await catalogues.load(tx, read(data).title[:100], data, now())

    try:
        count = database.run(work)
    except ValueError as wrong:
        raise Wrong(str(wrong), str(args.file)) from wrong
    sys.stderr.write(f"{args.file.name}: {count} Anforderungen.\n")
    return 0


def catalogue_list(_args: argparse.Namespace) -> int:
    """All editions, newest last."""
    from service.db import service_tx

    async def work() -> list[str]:
        async with service_tx() as tx:
            rows = await tx.connection.fetch(
                "select c.title, v.version, v.current, (select count(*) from control x where x.edition = v.id) as n"
                " from catalogue c join catalogue_version v on v.catalogue = c.id order by c.title, v.imported_at"
            )
        return [
            f"{row['title']}\t{row['version']}\t{row['n']} Anforderungen\t{'gilt' if row['current'] else 'alt'}" for row in rows
        ]

    for line in database.run(work):
        sys.stdout.write(line + "\n")
    return 0


def audit_verify(args: argparse.Namespace) -> int:
    """Walk every chain; names the first bad entry and ends with 1."""
    from service.audit import store
    from service.audit.chain import Checkpoint
    from service.auth import store as people
    from service.db import service_tx, town_tx

    kept: dict[int, Checkpoint] = {}
    if args.checkpoint:
        try:
            kept = {item["town"]: Checkpoint(**item) for item in json.loads(args.checkpoint.read_text())}
        except (ValueError, TypeError, KeyError) as error:
            raise Wrong(
                "Das ist kein Prüfpunkt.", str(args.checkpoint), "Erwartet wird die Datei von --write-checkpoint."
            ) from error

    async def work() -> list[str]:
        bad, points = [], []
        async with service_tx() as tx:
            towns = await people.towns(tx)
        for town in towns:
            async with town_tx({town.id}) as tx:
                length, broken = await store.check(tx, town.id, kept.get(town.id))
                points.append(await store.checkpoint(tx, town.id))
            sys.stdout.write(f"{town.name}: {length} Einträge, {'unversehrt' if broken is None else broken.reason}\n")
            if broken:
                bad.append(f"{town.name}: {broken.reason}")
        if args.write_checkpoint:
            lines = [{"town": point.town, "seq": point.seq, "hash": point.hash} for point in points]
            args.write_checkpoint.write_text(json.dumps(lines, indent=1) + "\n")
        return bad

    if bad := database.run(work):
        raise Wrong("Das Protokoll ist beschädigt.", todo=" ".join(bad))
    return 0
