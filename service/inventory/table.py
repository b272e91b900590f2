"""The list of devices as people load it into a spreadsheet: German heads that the import reads back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanners.lists import kinds
from service.exports import Euro
from service.inventory import labels

COLUMNS: Mapping[str, str] = {
    "Geräte-ID": "id",
    "Inventarnummer": "inventory_no",
    "Geräteart": "kind",
    "Hostname": "hostname",
    "Hersteller": "manufacturer",
    "Modell": "model",
    "Seriennummer": "serial",
    "MAC-Adresse": "macs",
    "IP-Adresse": "ips",
    "Betriebssystem": "os",
    "OS-Version": "os_version",
    "Firmware": "firmware",
    "Standort": "site_name",
    "Raum": "room",
    "Abteilung": "unit",
    "Nutzer": "user_name",
    "Kaufdatum": "purchase_date",
    "Garantie bis": "warranty_until",
    "Preis": "price",
    "Kostenstelle": "cost_center",
    "Lieferant": "supplier",
    "Bestellnummer": "order_no",
    "Rufnummer": "phone_no",
    "IMEI": "imei",
    "Zustand": "status",
    "Bemerkung": "note",
    "Zuletzt gesehen": "last_seen",
    "Quellen": "sources",
}
"""Head → key of the row; the heads stay German in every language, for they are a file format."""


def line(row: Mapping[str, Any]) -> dict[str, str | Euro]:
    """A row of the export from the values of a device."""
    return {head: _cell(key, row.get(key)) for head, key in COLUMNS.items()}


def _cell(key: str, value: Any) -> str | Euro:
    if value is None:
        return ""
    match key:
        case "kind":
            word = labels.KINDS[value].text if value in labels.KINDS else value
            return word if kinds.kind(word) == value else "" if value == "unknown" else value
        case "status":
            word = labels.STATUS[value][0].text
            return word if kinds.state(word) == value else value
        case "sources":
            return ", ".join(labels.SOURCES[one].text for one in value)
        case "macs" | "ips":
            return ", ".join(value)
        case "purchase_date" | "warranty_until":
            return f"{value:%d.%m.%Y}"
        case "last_seen":
            return f"{value:%d.%m.%Y}"
        case "price":
            return Euro(value)
    return str(value)
