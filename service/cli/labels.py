"""`odenwacht report labels`: a label for every device that can carry one, as sheets to print or as a list."""

from __future__ import annotations

import argparse

from service.blocks import Column, Document, Heading, Table
from service.errors import Wrong
from service.i18n import ngettext
from service.label_sheets import SHEETS, Label
from service.settings import now, settings

NAME = "labels"
TITLE = "Etiketten"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of this report only."""
    parser.add_argument("--sheet", choices=SHEETS, default="3x8", help="nur labels: Bogen (Spalten x Zeilen, oder Millimeter)")
    parser.add_argument("--first", type=int, default=1, metavar="PLATZ", help="nur labels: erster freier Platz des Bogens, ab 1")


async def gather(slug: str) -> tuple[str, list[Label]]:
    """The town's name and its labels by the device's name."""
    from service.cli import database
    from service.db import town_tx
    from service.inventory.stickers import sticker, tangible
    from service.inventory.store import lists

    town = await database.town(slug)
    base = f"{settings().public_url}/towns/{town.slug}"
    found: list[Label] = []
    page, pages = 1, 1
    async with town_tx({town.id}) as tx:
        while page <= pages:
            part = await lists.assets(tx, town.id, page=page, size=500, now=now())
            found += [sticker(row, town.name, base) for row in part.rows if tangible(row)]
            page, pages = page + 1, part.pages
    if not found:
        raise Wrong("Diese Stadt hat noch kein Gerät, auf das ein Etikett passt.", slug, "Nehmen Sie zuerst eine Liste auf.")
    return town.name, found


def paper(town: str, made: list[Label], sheet: str, first: int) -> bytes:
    """The sheets as PDF, printed at 100 %. Raises `Wrong` for a place that the sheet does not have."""
    from service.pdf.labels import render_labels

    chosen = SHEETS[sheet]
    if not 1 <= first <= chosen.places:
        raise Wrong("Diesen Platz hat der Bogen nicht.", f"--first {first}", f"Er hat die Plätze 1 bis {chosen.places}.")
    return render_labels(chosen, made, title=TITLE, town=town, first=first, made_at=now(), language="de")


def listed(town: str, made: list[Label]) -> Document:
    """What stands on the labels and in their codes, to check them or to feed another program."""
    columns = (Column("Nummer", 1.2), Column("Aufschrift", 2.4), Column("Adresse im QR-Code", 3.4))
    rows = tuple((one.lines[0], ", ".join(one.lines[1:]), one.address) for one in made)
    caption = ngettext("%(num)s Etikett", "%(num)s Etiketten", len(made))
    return Document(TITLE, town, now(), now(), (Heading(TITLE), Table(caption, columns, rows)))
