"""Any file about catalogues → what it is and what it holds: OSCAL JSON, mapping JSON, lists as XLSX or CSV.

Knows no database: what a file needs of what is there already (the index that texts belong to) is passed in.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from isms import catalogue as oscal
from isms.catalogue import Catalogue
from isms.editions import columns, lists
from isms.editions.once import MAPPING, QUESTIONS, Relation
from isms.editions.settle import prefixed
from isms.scales import CHECK, PLUSPLUS, WIBA
from scanners.lists import table as tables

GRUNDSCHUTZ = "grundschutzpp"
_NAMES = {"anwenderkatalog-grundschutz": GRUNDSCHUTZ, "grundschutz": GRUNDSCHUTZ, "wiba": "wiba"}
_SCALES = {GRUNDSCHUTZ: PLUSPLUS, "wiba": WIBA}


@dataclass(frozen=True, slots=True)
class Given:
    """A file as it was handed in."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """A catalogue under its `key`, with answers that came along; or a table of references (`relations`, `kind`)."""

    key: str
    title: str
    sha256: str
    catalogue: Catalogue | None = None
    scale: str = CHECK
    offers: tuple[lists.Offer, ...] = ()
    kind: str = ""
    relations: tuple[Relation, ...] = ()


def key_of(title: str) -> str:
    """The name of a catalogue in addresses and adoptions, from its title."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss")).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "katalog"
    return _NAMES.get(slug, slug)


def read(files: Sequence[Given], version: str, index: Callable[[], Catalogue | None] = lambda: None) -> Found:
    """What these files (one, or several that belong together) hold; `version` names a list, which has no version itself.

    `index` answers the newest index of the Kompendium. Raises `ValueError` with a German sentence: what, where, what to do.
    """
    if not files:
        raise ValueError("Bitte wählen Sie eine Datei.")
    digest = hashlib.sha256(b"".join(x.data for x in sorted(files, key=lambda x: x.name))).hexdigest()
    if len(files) == 1 and _is_json(files[0].data):
        return _json(files[0], digest)
    found = [_table(x) for x in files]
    if len(found) == 1:
        return _list(found[0], files[0], version, digest, index)
    by_kind = {x.kind: x for x in found}
    if set(by_kind) != {columns.KOMPENDIUM, columns.MODULES} or len(found) != len(by_kind):
        raise ValueError("Diese Dateien gehören nicht zusammen. Zusammen gehen nur Anforderungen und Bausteine des Kompendiums.")
    listed = lists.kompendium(by_kind[columns.KOMPENDIUM], lists.titles(by_kind[columns.MODULES]), version)
    return _catalogue(listed, digest)


def _is_json(data: bytes) -> bool:
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"["))


def _json(file: Given, digest: str) -> Found:
    try:
        root = json.loads(file.data)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"{file.name} ist kein lesbares JSON. Bitte die Datei im Original hochladen.") from error
    if isinstance(root, dict) and isinstance(root.get("mapping-collection"), dict):
        content = root["mapping-collection"]
        title = str((content.get("metadata") or {}).get("title") or file.name)[:200]
        return Found(MAPPING, title, digest, kind=MAPPING, relations=mapping(content))
    read = oscal.read(file.data)
    if not read.controls:
        raise ValueError(f"{file.name}: Der Katalog enthält keine Anforderungen.")
    key = key_of(read.title)
    return Found(key, read.title, digest, noticed(prefixed(read, key)), _SCALES.get(key, CHECK))


def noticed(catalogue: Catalogue) -> Catalogue:
    """With a notice for target categories that our tree does not know; they are accepted."""
    names = lists.unknown_categories(x for control in catalogue.controls for x in control.categories)
    notices = tuple(f"Die Zielobjektkategorie „{x}“ ist nicht bekannt; sie wird keinem Zielobjekt zugeordnet." for x in names)
    return replace(catalogue, notices=(*catalogue.notices, *notices))


def mapping(content: dict[str, Any]) -> tuple[Relation, ...]:
    """Entries of an OSCAL mapping collection; the target is its `oscal_uuid`, never the id, which editions re-use."""
    found: list[Relation] = []
    try:
        for number, one in enumerate((x for part in content["mappings"] for x in part["maps"]), start=1):
            for source in one["sources"]:
                for target in one["targets"]:
                    key = next((x["value"] for x in target.get("props", ()) if x["name"] == "oscal_uuid"), None)
                    if key is None:
                        raise ValueError(f"Eintrag {number} der Zuordnung nennt kein Ziel mit „oscal_uuid“.")
                    label = source["id-ref"].partition("-UA")[0]
                    part = source["id-ref"] if source["id-ref"] != label else ""
                    found.append(Relation(f"kompendium:{label}", one["relationship"], key, part))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"Die Zuordnung ist unvollständig oder falsch aufgebaut ({error}).") from error
    return tuple(found)


def _table(file: Given) -> columns.Table:
    try:
        sheet = tables.read(file.data)
    except ValueError as error:
        raise ValueError(f"{file.name}: {error}") from error
    found = columns.table(sheet)
    if found is None:
        raise ValueError(
            f"{file.name}: In keiner der ersten Zeilen stehen die Spalten einer bekannten Liste. Erwartet werden zum Beispiel"
            " „Checkliste WiBA“, „Nr. in WiBA“ und „Prüffrage WiBA“, oder „Kennung“, „Titel“ und „Anforderung“."
        )
    if not found.rows:
        raise ValueError(f"{file.name}: Unter den Spaltenköpfen steht keine Zeile.")
    return found


def _list(
    found: columns.Table, file: Given, version: str, digest: str, index: Callable[[], Catalogue | None]
) -> Found:  # fmt: skip
    match found.kind:
        case columns.WIBA:
            return _catalogue(lists.wiba(found, version), digest)
        case columns.KOMPENDIUM:
            return _catalogue(lists.kompendium(found, {}, version), digest)
        case columns.REFERENCES:
            title = "WiBA → IT-Grundschutz-Kompendium"
            return Found(QUESTIONS, title, digest, kind=QUESTIONS, relations=lists.references(found))
        case columns.KOMPENDIUM_TEXT:
            known = index()
            if known is None:
                raise ValueError(
                    f"{file.name}: Zu diesen Texten fehlt das Verzeichnis. Nehmen Sie zuerst die Liste der Kennungen auf."
                )
            return _catalogue(lists.with_texts(found, known, version), digest)
        case columns.OWN:
            title = PurePath(file.name).stem.replace("_", " ").strip()[:100] or "Eigene Regeln"
            return _catalogue(lists.own(found, title, key_of(title), version), digest)
    raise ValueError(
        f"{file.name}: Diese Liste nennt nur Bausteine. Laden Sie sie zusammen mit der Liste der Anforderungen hoch."
    )


def _catalogue(listed: lists.Listed, digest: str) -> Found:
    one = listed.catalogue
    return Found(one.key, one.title, digest, one, _SCALES.get(one.key, CHECK), listed.offers)
