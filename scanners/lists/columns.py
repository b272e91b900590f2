"""Column headers of inventory lists, German and English, and the field each stands for.

Data and the choice between columns that could mean the same. Knows no cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SYNONYMS: dict[str, str] = {
    "asset_id": "Geräte-ID|asset_id|Odenwacht-ID",
    "inventory_no": (
        "Inventarnummer|Inventarnr|Inventar-Nr|Inv.-Nr|InvNr|Inventar|Inv|Lfd. Inventar-Nr|Anlagennummer|Anlagen-Nr"
        "|Geräte-Nr|Gerätenummer|Asset-Nr|Asset-Tag|Asset Number|Inventory Number|Inventory No|inventory_no|Barcode"
        "|Etikett"
    ),
    "kind": (
        "Geräteart|Gerätetyp|Geräteklasse|Geräte-Typ|Kategorie|Gegenstand|Art|Gerät|Device Type|Asset Type|Kind"
        "|Category|Class|Bezeichnung|Gerätebezeichnung|Artikel|Beschreibung|Description|Typ|Type"
    ),
    "vendor_model": (
        "Hersteller/Modell|Hersteller/Typ|Marke/Modell|Fabrikat/Typ|Hersteller und Modell|Hersteller, Modell"
        "|Hersteller & Modell|Manufacturer/Model|Vendor/Model|Make/Model|Gerät (Hersteller/Modell)"
    ),
    "vendor": "Hersteller|Fabrikat|Marke|Herstellername|Manufacturer|Vendor|Brand|Make",
    "model": (
        "Modell|Modellbezeichnung|Typbezeichnung|Typenbezeichnung|Gerätemodell|Modellname|Model|Model Name|Produkt"
        "|Produktname|Product|Typ|Type"
    ),
    "serial": (
        "Seriennummer|Serien-Nr|Seriennr|Ser.-Nr|SerNr|SN|S/N|SNr|Fabriknummer|Fabrik-Nr|Serial Number|Serial"
        "|Serial No|Service Tag|Servicetag|Service-Tag|Herstellernummer|serials"
    ),
    "mac": (
        "MAC-Adresse|MAC|MACs|MAC-Adr|MAC Address|Hardwareadresse|Hardware-Adresse|Netzwerkadresse (MAC)"
        "|Physikalische Adresse|Ethernet-Adresse|MAC LAN|LAN-MAC|MAC WLAN|WLAN-MAC|MAC-Adresse LAN|MAC-Adresse WLAN"
        "|MAC 1|MAC 2|Netzwerk-MAC"
    ),
    "ip": "IP-Adresse|IP|IPs|IP-Adr|IPv4|IPv4-Adresse|IPv6|IP Address|Netzwerkadresse|Netzadresse|IP 1|IP 2",
    "hostname": (
        "Hostname|Host|Rechnername|Computername|PC-Name|Gerätename|Netzwerkname|DNS-Name|NetBIOS-Name|FQDN|Systemname"
        "|Host Name|Computer Name|Device Name|System Name|Name"
    ),
    "os": "Betriebssystem|BS|OS|Operating System|System",
    "os_version": (
        "OS-Version|Betriebssystemversion|Betriebssystem-Version|Version des Betriebssystems|os_version|OS Version|Build"
    ),
    "firmware": "Firmware|Firmwareversion|Firmware-Version|FW",
    "uuid": "UUID|SMBIOS-UUID|System-UUID|uuids|GUID",
    "site": "Standort|Gebäude|Liegenschaft|Ort|Dienststelle|Außenstelle|Site|Location|Building",
    "room": "Raum|Raum-Nr|Raumnummer|Zimmer|Zimmer-Nr|Büro|Room|Room Number",
    "user": (
        "Nutzer|Benutzer|Nutzer/Abteilung|Nutzer/in|Nutzer:in|Nutzerin|Mitarbeiter|Mitarbeiter/in|Verantwortlich"
        "|Zugewiesen an|User|Owner|Assigned To|Anwender"
    ),
    "unit": ("Abteilung|Amt|Fachbereich|Organisationseinheit|OE|Sachgebiet|Kostenstelle/Abteilung|Department|Unit|Fachdienst"),
    "cost_center": "Kostenstelle|KST|Cost Center|Kostenträger",
    "purchase_date": (
        "Kaufdatum|Anschaffungsdatum|Anschaffung|gekauft am|angeschafft am|Beschaffungsdatum|Beschafft am|Kauf"
        "|Rechnungsdatum|Lieferdatum|Datum|Purchase Date|Purchased|Date|Zugang|Zugangsdatum"
    ),
    "price": (
        "Preis|Anschaffungswert|Anschaffungspreis|Kaufpreis|Kosten|Wert|Betrag|Anschaffungskosten|AHK|Price|Cost"
        "|Value|Preis (EUR)|Preis in EUR|Preis €|Bruttopreis|Preis brutto"
    ),
    "warranty_until": (
        "Garantie bis|Garantieende|Garantie|Gewährleistung bis|Gewährleistung|Wartung bis|Service bis|Warranty Until"
        "|Warranty|Warranty End|Support bis"
    ),
    "status": "Status|Zustand|Gerätestatus|State|Lebenszyklus",
    "note": (
        "Bemerkung|Bemerkungen|Notiz|Notizen|Anmerkung|Anmerkungen|Kommentar|Hinweis|Note|Notes|Remark|Remarks"
        "|Comment|Comments|Sonstiges|Info"
    ),
    "supplier": "Lieferant|Händler|Bezugsquelle|Supplier|Verkäufer",
    "order_no": (
        "Bestellnummer|Bestell-Nr|Auftragsnummer|Rechnungsnummer|Rechnungs-Nr|Beleg|Belegnummer|Order Number|Invoice Number"
    ),
    "quantity": "Anzahl|Menge|Stk|Stück|Stückzahl|Anz|Quantity|Qty",
    "phone_no": "Rufnummer|Telefonnummer|Durchwahl|Nebenstelle|Mobilnummer|Phone Number",
    "imei": "IMEI",
    "town": "Kommune|Gemeinde|Stadt|Town",
}
"""Field → headers, best first: where two columns compete for a field, the one further in front gets it."""

FIELDS = tuple(SYNONYMS)
"""Fields that a column can be mapped to."""

SEVERAL = frozenset({"mac", "ip", "note"})
"""Fields that more than one column may fill."""

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def fold(header: str) -> str:
    """A header for comparison: lower case, umlauts written out, letters and digits only."""
    return "".join(char for char in header.lower().translate(_UMLAUTS) if char.isalnum())


_RANKS: dict[str, list[tuple[int, str]]] = {}
for _field, _names in SYNONYMS.items():
    for _rank, _name in enumerate(_names.split("|")):
        _RANKS.setdefault(fold(_name), []).append((_rank, _field))
    _RANKS.setdefault(fold(_field), []).append((0, _field))


def mended(headers: Sequence[str]) -> bool:
    """Whether the first two columns are those that our file of errors puts before the list's own."""
    return len(headers) > 2 and fold(headers[0]) in ("zeile", "row", "line") and fold(headers[1]) == "problem"


def known(headers: Sequence[str]) -> int:
    """How many of the headers are recognised: tells a header row from a row of data."""
    return sum(1 for header in headers if fold(header) in _RANKS)


def assign(headers: Sequence[str], mapping: Mapping[str, str] | None = None, names: Sequence[str] = ()) -> dict[int, str]:
    """Column number → field. `mapping` (header → field, '' for none) goes before what we would choose.

    `names` tell columns apart whose headers are the same or empty; a field that only one column may fill goes to the
    first. Raises `ValueError` with a German sentence for a field that does not exist.
    """
    said = {fold(header): field for header, field in (mapping or {}).items()}
    unknown = sorted({field for field in said.values() if field and field not in SYNONYMS})
    if unknown:
        raise ValueError(f"Unbekanntes Zielfeld {', '.join(unknown)}. Möglich sind: {', '.join(FIELDS)}.")
    chosen: dict[int, str] = {}
    offers: list[tuple[int, int, str]] = []
    taken: set[str] = set()
    for column, header in enumerate(headers):
        folded = fold(header)
        own = fold(names[column]) if names else folded
        told = said.get(own, said.get(folded))
        if told is not None:
            chosen[column] = "" if told in taken else told
            taken |= {told} - SEVERAL - {""}
        else:
            offers += [(rank, column, field) for rank, field in _RANKS.get(folded, ())]
    for _, column, field in sorted(offers):
        if column not in chosen and field not in taken:
            chosen[column] = field
            taken |= {field} - SEVERAL
    return {column: field for column, field in sorted(chosen.items()) if field}
