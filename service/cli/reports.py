"""`odenwacht report`: list the reports, or write one as PDF and as page."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from service.blocks import Asked, Document
from service.cli import labels, reference
from service.errors import Missing, Wrong
from service.reports import registry
from service.settings import BERLIN, now

_OWN = (labels, reference)
"""Reports with options of their own."""


def add(commands: Any) -> None:
    """Register `report`."""
    parser = commands.add_parser("report", help="Bericht schreiben: report list, report NAME --town STADT --out DATEI.pdf")
    parser.add_argument("name", help="Name des Berichts, oder list")
    parser.add_argument("--town", metavar="STADT")
    parser.add_argument("--out", metavar="DATEI.pdf", type=Path)
    parser.add_argument("--html", metavar="DATEI.html", type=Path)
    parser.add_argument("--as-of", metavar="TAG", type=date.fromisoformat, help="Tag, auf den Alter und Fristen gerechnet werden")
    labels.add(parser)
    reference.add(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files; answers the exit code."""
    if args.name == "list":
        for report in registry.reports().values():
            sys.stdout.write(f"{report.name}\t{report.title}\n")
        for one in _OWN:
            sys.stdout.write(f"{one.NAME}\t{one.TITLE}\n")
        return 0
    own = [x.NAME for x in _OWN]
    try:
        if args.name not in own:
            registry.find(args.name)
    except Missing:
        known = ", ".join([*registry.reports(), *own])
        raise Wrong("Diesen Bericht gibt es nicht.", args.name, f"Bekannt sind: {known}.") from None
    if not args.town or not (args.out or args.html):
        raise Wrong("Es fehlt die Stadt oder die Ausgabedatei.", "report", "Geben Sie --town STADT und --out DATEI.pdf an.")
    from service.pdf import render
    from service.web import report_file

    if args.name == labels.NAME:
        return _labels(args)
    if args.name == reference.NAME:
        return _reference(args)
    document = _document(args.name, args.town, args.as_of)
    if args.out:
        _write(args.out, render(document))
    if args.html:
        _write(args.html, report_file(document).encode())
    return 0


def _reference(args: argparse.Namespace) -> int:
    """`--out` ending in .json or .csv writes these, any other ending the PDF."""
    from service.cli import database
    from service.pdf import render
    from service.web import report_file

    part = reference.part_of(args.part)
    paper, one, data = database.run(lambda: reference.gather(args.town, part, args.snapshot))
    if args.out:
        _write(args.out, reference.written(args.out.suffix.lower(), one, data) or render(paper))
    if args.html:
        _write(args.html, report_file(paper).encode())
    return 0


def _labels(args: argparse.Namespace) -> int:
    from service.cli import database
    from service.web import report_file

    town, made = database.run(lambda: labels.gather(args.town))
    if args.out:
        _write(args.out, labels.paper(town, made, args.sheet, args.first))
    if args.html:
        _write(args.html, report_file(labels.listed(town, made)).encode())
    return 0


def _document(name: str, slug: str, day: date | None) -> Document:
    from service.cli import database

    moment = datetime.combine(day, time(12), BERLIN) if day else now()
    return database.run(lambda: document(name, slug, moment, real_now=now()))


async def document(name: str, slug: str, moment: datetime, *, real_now: datetime | None = None) -> Document:
    """A town's report, gathered and composed."""
    from service.cli import database

    town = await database.town(slug)
    asked = Asked(town.id, town.slug, town.name, town.inhabitants, moment)
    return await registry.make(registry.find(name), asked, real_now=real_now)


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        todo = f"Prüfen Sie Ordner und Rechte. ({error.strerror})"
        raise Wrong("Die Datei lässt sich nicht schreiben.", str(path), todo) from error
    sys.stderr.write(f"{path}: {len(data) // 1024} KiB geschrieben.\n")
