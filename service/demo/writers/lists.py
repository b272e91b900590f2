"""The four towns' lists in their four formats: rows of the clerk, columns and spellings of each town, bytes of a file.

Erbach: `;`, cp1252. Michelstadt: `,`, UTF-8 with BOM. Oberzent: tabs, maker and model in one column. Brombachtal: a workbook.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime

from openpyxl import Workbook

from service.demo.estate.words import Estate
from service.demo.writers.clerk import Row, rows

Cell = str | float | date | None

SUFFIXES = {"erbach": "csv", "michelstadt": "csv", "oberzent": "tsv", "brombachtal": "xlsx"}


def write(estate: Estate, town: str, days_before: int) -> bytes:
    """The town's list as a file, in the state of so many days ago."""
    return _WRITERS[town](rows(estate, town, days_before), estate)


def _german_date(value: date | str | None) -> str:
    return value.strftime("%d.%m.%Y") if isinstance(value, date) else value or ""


def _german_price(value: float | str | None, unit: str = " €") -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".") + unit


def _table(head: Sequence[str], body: Sequence[Sequence[str]], delimiter: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(body)
    return out.getvalue()


def _erbach(found: list[Row], estate: Estate) -> bytes:
    head = (
        "Inventarnr.",
        "Geräteart",
        "Hersteller",
        "Typ",
        "Seriennummer",
        "MAC-Adresse",
        "Computername",
        "Betriebssystem",
        "Gebäude",
        "Raum",
        "Sachgebiet",
        "Anschaffungsdatum",
        "Anschaffungswert",
        "Bemerkung",
    )
    body = [
        (
            row.inventory_no,
            row.label,
            row.maker,
            row.model,
            row.serial,
            row.mac.upper(),
            row.name,
            row.os,
            row.site,
            row.room,
            row.unit,
            _german_date(row.bought),
            _german_price(row.price),
            row.note,
        )
        for row in found
    ]
    return _table(head, body, ";").encode("cp1252")


def _michelstadt(found: list[Row], estate: Estate) -> bytes:
    head = (
        "Gerät",
        "Marke",
        "Modell",
        "S/N",
        "Rechnername",
        "MAC",
        "Inventarnummer",
        "Standort",
        "Zimmer",
        "Abteilung",
        "gekauft am",
        "Kosten",
        "Notiz",
    )
    body = [
        (
            row.label,
            row.maker,
            row.model,
            row.serial,
            f"{row.name}.michelstadt.example" if row.name and len(row.name) % 5 == 0 else row.name,
            row.mac.replace(":", "-"),
            row.inventory_no,
            row.site,
            row.room,
            row.unit,
            _german_date(row.bought),
            _german_price(row.price),
            row.note,
        )
        for row in found
    ]
    return b"\xef\xbb\xbf" + _table(head, body, ",").encode()


def _oberzent(found: list[Row], estate: Estate) -> bytes:
    head = (
        "Inv",
        "Art",
        "Hersteller / Modell",
        "Serien-Nr",
        "Netzwerkadresse (MAC)",
        "Name",
        "Ort",
        "Amt",
        "Datum",
        "Wert",
        "Bemerkungen",
    )
    body = [
        (
            row.inventory_no,
            row.label,
            f"{row.maker} {row.model}".strip(),
            row.serial,
            _dotted(row.mac),
            row.name,
            row.site,
            row.unit,
            _german_date(row.bought),
            _german_price(row.price, ""),
            row.note,
        )
        for row in found
    ]
    return _table(head, body, "\t").encode()


def _dotted(mac: str) -> str:
    flat = mac.replace(":", "")
    return ".".join(flat[n : n + 4] for n in range(0, 12, 4)) if flat else ""


def _brombachtal(found: list[Row], estate: Estate) -> bytes:
    head = (
        "Lfd. Inventar-Nr.",
        "Gegenstand",
        "Fabrikat",
        "Typbezeichnung",
        "Fabriknummer",
        "Hardwareadresse",
        "PC-Name",
        "System",
        "Standort",
        "Raum-Nr.",
        "Amt",
        "Anschaffung",
        "Anschaffungswert",
        "Bemerkung",
    )
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Bestand"
    sheet.append(("Bestandsverzeichnis EDV der Gemeinde Brombachtal",))
    sheet.append(head)
    for row in found:
        cells: tuple[Cell, ...] = (
            row.inventory_no,
            row.label,
            row.maker,
            row.model,
            row.serial,
            row.mac.replace(":", ""),
            row.name,
            row.os,
            row.site,
            row.room,
            row.unit,
            row.bought,
            row.price,
            row.note,
        )
        sheet.append([cell if cell != "" else None for cell in cells])
    stamp = datetime(estate.today.year, 1, 2, 9, 0)  # noqa: DTZ001  workbooks keep local times without zone
    book.properties.creator, book.properties.created, book.properties.modified = "Hauptamt", stamp, stamp
    raw = io.BytesIO()
    book.save(raw)
    return _settled(raw.getvalue(), stamp)


def _settled(data: bytes, stamp: datetime) -> bytes:
    """The same workbook with fixed times inside, so that equal content makes equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                moment = f"{stamp:%Y-%m-%dT%H:%M:%SZ}".encode()
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + moment, content)
            new.writestr(zipfile.ZipInfo(name, stamp.timetuple()[:6]), content)
    return out.getvalue()


_WRITERS: dict[str, Callable[[list[Row], Estate], bytes]] = {
    "erbach": _erbach,
    "michelstadt": _michelstadt,
    "oberzent": _oberzent,
    "brombachtal": _brombachtal,
}
