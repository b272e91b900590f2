"""Catalogues of the small town: an own one with two editions, of which the newer waits, and answers of the WiBA tool."""

from __future__ import annotations

import json

from isms.editions.reading import Given
from isms.editions.store import adoption, editions
from isms.store import sheets
from service.audit.chain import Actor
from service.db import town_tx
from service.settings import now

BY = Actor("Test")


def _edition(version: str, *controls: tuple[str, str, str, str]) -> Given:
    made = [
        {"id": label, "title": title, "props": [{"name": "alt-identifier", "value": key}],
         "params": [{"id": f"{label.lower()}-prm1", "label": "14 Tagen"}],
         "parts": [{"id": f"{label}_stm", "name": "statement", "prose": text}]}
        for key, label, title, text in controls
    ]  # fmt: skip
    groups = [{"id": "A", "title": "Verwaltung", "controls": made}]
    root = {"catalog": {"uuid": "x", "metadata": {"title": "Dienstanweisung", "version": version}, "groups": groups}}
    return Given("katalog.json", json.dumps(root).encode())


FIRST = _edition(
    "2025",
    ("4e1f", "A.1", "Frist", "Konten MUSS die Stadt nach {{ insert: param, a.1-prm1 }} sperren."),
    ("5a2b", "A.2", "Schlüssel", "Schlüssel MUSS die Stadt quittieren."),
)
SECOND = _edition(
    "2026",
    ("4e1f", "A.2", "Frist", "Konten SOLLTE die Stadt nach {{ insert: param, a.2-prm1 }} sperren."),
    ("6c3d", "A.3", "Aufzug", "Den Aufzug SOLLTE die Stadt prüfen lassen."),
)
TOOL = "Checkliste WiBA;Nr. in WiBA;Prüffrage WiBA;Umsetzung;Notizen\nBackup;1;Gibt es ein Konzept?;ja;Ordner 3\n"


async def books(town: int) -> None:
    """Take them in; the town works with all of them."""
    for file, key in ((FIRST, "dienstanweisung"), (SECOND, ""), (Given("wiba.csv", TOOL.encode()), "wiba")):
        async with town_tx({town, 0}, town) as tx:
            found = await editions.read(tx, [file], "2026")
            await editions.take_in(tx, found, BY, now())
            if found.offers:
                await editions.offer(tx, town, found.offers, file.name, BY, now())
            if key:
                await adoption.adopt(tx, town, key, "", BY, now())
                await sheets.remodel(tx, town)
