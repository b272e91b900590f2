"""Files about catalogues, made by the tests: the official ones are not at hand or may not be shipped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from isms.editions.reading import Found, Given, read
from service.exports import as_xlsx

WIBA_COLUMNS = ("Checkliste WiBA", "Nr. in WiBA", "Prüffrage WiBA", "Hilfsmittel", "Aufwand", "Umsetzung", "Notizen")


def xlsx(columns: Sequence[str], *rows: Sequence[str], name: str = "liste.xlsx") -> Given:
    return Given(name, as_xlsx([dict(zip(columns, row, strict=False)) for row in rows], columns))


def wiba(*rows: Sequence[str]) -> Given:
    return xlsx(WIBA_COLUMNS, *rows, name="wiba-tool.xlsx")


def rules(*rows: tuple[str, str, str], name: str = "Hausregeln.xlsx") -> Given:
    return xlsx(("Kennung", "Titel", "Anforderung"), *rows, name=name)


def oscal(title: str, version: str, controls: Sequence[tuple[str | None, str, str, str]]) -> Given:
    """Controls as (identity or None, id, title, sentence)."""
    made: list[dict[str, Any]] = []
    for key, label, name, text in controls:
        props = [{"name": "alt-identifier", "value": key}] if key else []
        parts = [{"id": f"{label}_stm", "name": "statement", "prose": text}]
        made.append({"id": label, "title": name, "props": props, "parts": parts})
    groups = [{"id": "A", "title": "Alles", "controls": made}]
    root = {"catalog": {"uuid": "x", "metadata": {"title": title, "version": version}, "groups": groups}}
    return Given("katalog.json", json.dumps(root).encode())


def annex_a(*controls: tuple[str, str, str]) -> Given:
    """ISO/IEC 27001 Annex A as OSCAL: no identities, ids like a.5.1."""
    return oscal("ISO/IEC 27001:2022 Annex A", "2022", [(None, *x) for x in controls])


def found(*files: Given, version: str = "1") -> Found:
    return read(files, version)
