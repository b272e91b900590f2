"""Commands about the audit log."""

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
