"""`odenwacht report reference`: one of the reference documents A.0 to A.6 of a frozen state, as PDF, page, JSON or CSV."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING
from uuid import UUID

from isms.snapshots.canonical import digest
from isms.snapshots.parts import TITLES, Part, read
from isms.snapshots.render import csv_file, document
from service.blocks import Document
from service.errors import Wrong

if TYPE_CHECKING:
    from isms.snapshots.store.states import State

NAME = "reference"
TITLE = "BSI-Referenzdokumente A.0 bis A.6 eines Prüfstands"


def add(parser: argparse.ArgumentParser) -> None:
    """Options of this report only."""
    parser.add_argument("--part", metavar="A4", help="nur reference: welches Dokument, A0 bis A6")
    parser.add_argument(
        "--snapshot", metavar="NUMMER", help="nur reference: Nummer oder Kennung des Prüfstands, sonst der neueste"
    )


def part_of(text: str | None) -> str:
    """The document that is meant: "A4", "a.4" and "A.4" are the same. Raises `Wrong` for any other."""
    plain = (text or "").upper().replace(".", "")
    key = f"{plain[:1]}.{plain[1:]}"
    if key not in TITLES:
        known = ", ".join(f"{x.replace('.', '')} {title}" for x, title in TITLES.items())
        raise Wrong("Welches Dokument gemeint ist, fehlt oder ist falsch.", f"--part {text or ''}".strip(), f"Es gibt {known}.")
    return key


async def gather(slug: str, part: str, snapshot: str | None) -> tuple[Document, Part, bytes]:
    """The document as blocks and as it was sealed. Raises `Wrong` for a state that does not exist."""
    from isms.snapshots.store import states
    from service.cli import database
    from service.db import town_tx

    town = await database.town(slug)
    async with town_tx({town.id}) as tx:
        known = await states.states(tx, town.id)
        found = next((x for x in known if snapshot is None or _named(x, snapshot)), None)
        if found is None:
            todo = "Halten Sie zuerst einen fest." if not known else f"Es gibt {', '.join(x.number for x in known[:10])}."
            raise Wrong("Diesen Prüfstand gibt es nicht.", snapshot or slug, todo)
        data = (await states.contents(tx, town.id, found.id))[part]
    one = read(data)
    paper = document(one, number=found.number, town=town.name, at=found.taken_at, seal=found.seal, digest=digest(data))
    return paper, one, data


def written(suffix: str, part: Part, data: bytes) -> bytes | None:
    """The file for this ending where it is none of paper: JSON is the very bytes that were sealed."""
    return {".json": lambda: data, ".csv": lambda: csv_file(part)}.get(suffix, lambda: None)()


def _named(state: State, text: str) -> bool:
    try:
        return state.id == UUID(text)
    except ValueError:
        return state.number.casefold() == text.strip().casefold()
