"""Commands about catalogues: take an edition in, list them, take over a newer one with a report of what it changes."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from service.cli import database

GROUP = 0


def add(commands: Any) -> None:
    """Register the sub-commands."""
    catalogue = commands.add_parser("catalogue", help="Anforderungskataloge").add_subparsers(
        dest="act", required=True, metavar="WAS"
    )
    load = catalogue.add_parser(
        "import", help="Katalog oder Zuordnung aufnehmen (OSCAL-JSON, WiBA-XLSX, Kompendium, eigene Regeln)"
    )
    load.add_argument("file", type=Path, nargs="+")
    load.add_argument("--version", default="", help="Bezeichnung der Fassung für Listen")
    load.set_defaults(run=take_in)
    update = catalogue.add_parser("update", help="Fassung aufnehmen, übernehmen und in allen Städten zuordnen")
    update.add_argument("file", type=Path, nargs="+")
    update.add_argument("--version", default="", help="Bezeichnung der Fassung für Listen")
    update.add_argument("--report", type=Path, help="was sich ändert, als Text in diese Datei")
    update.set_defaults(run=take_over)
    catalogue.add_parser("list", help="aufgenommene Kataloge und Fassungen").set_defaults(run=show)


async def _taken(args: argparse.Namespace) -> Any:
    from isms.editions.reading import Given
    from isms.editions.store import editions
    from service.audit.chain import Actor
    from service.db import town_tx
    from service.settings import now

    files = [Given(x.name, x.read_bytes()) for x in args.file]
    async with town_tx({GROUP}, GROUP) as tx:
        found = await editions.read(tx, files, args.version or f"{now():%Y-%m-%d}")
        return await editions.take_in(tx, found, Actor("Kommandozeile"), now())


def take_in(args: argparse.Namespace) -> int:
    """Take a file in, beside what holds; only the first edition of a catalogue holds at once."""
    taken = database.run(lambda: _taken(args))
    name = args.file[0].name
    if taken.edition is None:
        sys.stderr.write(f"{name}: {len(taken.found.relations)} Verweise.\n")
        return 0
    state = "gilt" if taken.current else "wartet auf die Übernahme"
    sys.stderr.write(f"{name}: {len(taken.found.catalogue.controls)} Anforderungen, {state}.\n")
    return 0


def take_over(args: argparse.Namespace) -> int:
    """Take the edition over for all towns; the report lists every changed text, new, gone and moved requirement."""

    async def work() -> str:
        from isms.editions.store import editions
        from isms.store import evidence, sheets
        from service.audit.chain import Actor
        from service.auth import store as people
        from service.db import service_tx, town_tx
        from service.settings import now

        taken = await _taken(args)
        if taken.edition is None or taken.current:
            return ""
        async with town_tx({GROUP}, GROUP) as tx:
            view = await editions.edition(tx, taken.edition)
            _old, found, _matches = await editions.compared(tx, view)
            await editions.take_over(tx, view, Actor("Kommandozeile"), now())
        async with service_tx() as tx:
            towns = [x.id for x in await people.towns(tx) if x.id != GROUP]
        for town in towns:
            async with town_tx({town, GROUP}, town) as tx:
                await sheets.remodel(tx, town)
                await evidence.place(tx, town)
        return found.told() if found else ""

    told = database.run(work)
    if args.report:
        args.report.write_text(told)
    sys.stderr.write((told.partition("\n\n")[0] or "Nichts zu übernehmen: Die Fassung gilt schon.") + "\n")
    return 0


def show(_args: argparse.Namespace) -> int:
    """All editions, newest first in each catalogue."""

    async def work() -> list[str]:
        from isms.editions.store import editions
        from service.db import service_tx

        async with service_tx() as tx:
            whole = await editions.editions(tx)
        states = [(x, "gilt" if x.current else "wartet" if x.waits else "alt") for x in whole]
        return [f"{x.title}\t{x.version}\t{x.counts['controls']} Anforderungen\t{state}" for x, state in states]

    for line in database.run(work):
        sys.stdout.write(line + "\n")
    return 0
