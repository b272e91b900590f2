"""German words for the inventory's identifiers, as pages and reports show them; translated when shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from service.i18n import Lazy, format_date, format_number, lazy
from service.i18n import gettext as _
from service.limits import day_of

KINDS: Mapping[str, Lazy] = {
    "workstation": lazy("Arbeitsplatz-PC"),
    "notebook": lazy("Notebook"),
    "thin_client": lazy("Thin Client"),
    "tablet": lazy("Tablet"),
    "smartphone": lazy("Smartphone"),
    "phone": lazy("IP-Telefon"),
    "server": lazy("Server"),
    "vm": lazy("Virtueller Server"),
    "hypervisor": lazy("Virtualisierungshost"),
    "storage": lazy("Speichersystem"),
    "switch": lazy("Switch"),
    "router": lazy("Router"),
    "firewall": lazy("Firewall"),
    "access_point": lazy("WLAN-Zugangspunkt"),
    "wireless_controller": lazy("WLAN-Controller"),
    "load_balancer": lazy("Lastverteiler"),
    "printer": lazy("Drucker"),
    "label_printer": lazy("Etikettendrucker"),
    "ups": lazy("USV"),
    "pdu": lazy("Stromverteiler"),
    "camera": lazy("Kamera"),
    "environment_sensor": lazy("Gebäudetechnik"),
    "plc": lazy("Steuerung (SPS)"),
    "management_controller": lazy("Fernwartungscontroller"),
    "console_server": lazy("Konsolenserver"),
    "telephony": lazy("Telefonanlage"),
    "conference": lazy("Konferenzsystem"),
    "monitor": lazy("Monitor"),
    "dock": lazy("Dockingstation"),
    "headset": lazy("Headset"),
    "scanner": lazy("Scanner"),
    "projector": lazy("Beamer"),
    "time_server": lazy("Zeitserver"),
    "appliance": lazy("Appliance"),
    "virtual_address": lazy("Virtuelle Adresse"),
    "other": lazy("Sonstiges"),
    "unknown": lazy("unbekannt"),
}

STATUS: Mapping[str, tuple[Lazy, str]] = {
    "new": (lazy("neu"), "info"),
    "planned": (lazy("geplant"), "neutral"),
    "ordered": (lazy("bestellt"), "neutral"),
    "in_stock": (lazy("Lager"), "neutral"),
    "in_use": (lazy("im Einsatz"), "success"),
    "lent": (lazy("verliehen"), "info"),
    "missing": (lazy("vermisst"), "warning"),
    "retired": (lazy("ausgemustert"), "neutral"),
    "disposed": (lazy("entsorgt"), "neutral"),
}

SOURCES: Mapping[str, Lazy] = {
    "nmap": lazy("Netzscan"),
    "snmp": lazy("SNMP"),
    "agent": lazy("Agent"),
    "list": lazy("Liste"),
    "manual": lazy("von Hand"),
}

UNASSIGNED: Mapping[str, Lazy] = {
    "no_identifier": lazy("Es fehlt ein Merkmal, an dem ein Gerät sicher zu erkennen ist, etwa MAC-Adresse oder Seriennummer."),
    "contradiction": lazy("Die Merkmale widersprechen sich: Vermutlich hat die Adresse das Gerät gewechselt."),
    "ambiguous": lazy("Mehrere Geräte kommen infrage, und nichts unterscheidet sie."),
    "phantom": lazy("In diesem Netz antwortet fast jede Adresse gleich, vermutlich eine Firewall; dahinter steht kein Gerät."),
}
"""Why an address or a row belongs to no device (`linking.Why`)."""

FIELDS: Mapping[str, Lazy] = {
    "kind": lazy("Geräteart"),
    "name": lazy("Name"),
    "manufacturer": lazy("Hersteller"),
    "model": lazy("Modell"),
    "serial": lazy("Seriennummer"),
    "hostname": lazy("Rechnername"),
    "os": lazy("Betriebssystem"),
    "os_version": lazy("Version"),
    "firmware": lazy("Firmware"),
    "status": lazy("Zustand"),
    "inventory_no": lazy("Inventarnummer"),
    "site": lazy("Standort"),
    "site_name": lazy("Standort"),
    "room": lazy("Raum"),
    "unit": lazy("Abteilung"),
    "user": lazy("Nutzer/in"),
    "user_name": lazy("Nutzer/in"),
    "purchase_date": lazy("Kaufdatum"),
    "warranty_until": lazy("Garantie bis"),
    "extended_support_until": lazy("Bezahlte Verlängerung der Pflege bis"),
    "price": lazy("Preis in Euro"),
    "note": lazy("Bemerkung"),
    "primary_ip": lazy("IP-Adresse"),
    "label": lazy("Bezeichnung"),
    "cost_center": lazy("Kostenstelle"),
    "supplier": lazy("Lieferant"),
    "order_no": lazy("Bestellnummer"),
    "phone_no": lazy("Rufnummer"),
    "imei": lazy("IMEI"),
    "into": lazy("Aufgegangen in"),
    "town": lazy("Stadt"),
}

IDENTIFIERS: Mapping[str, Lazy] = {
    "serial": lazy("Seriennummer"),
    "uuid": lazy("Hardware-UUID"),
    "agent": lazy("Agent-Kennung"),
    "agent_id": lazy("Agent-Kennung"),
    "engine": lazy("SNMP-Kennung"),
    "engine_id": lazy("SNMP-Kennung"),
    "chassis": lazy("Gehäusekennung"),
    "inventory": lazy("Inventarnummer"),
    "inventory_no": lazy("Inventarnummer"),
    "mac": lazy("MAC-Adresse"),
    "ssh_key": lazy("SSH-Schlüssel"),
    "ssh": lazy("SSH-Schlüssel"),
    "certificate": lazy("Zertifikat"),
    "cert": lazy("Zertifikat"),
    "name": lazy("Name"),
    "ptr": lazy("DNS-Name"),
    "row": lazy("Listenzeile"),
}

STRENGTHS: Mapping[int, Lazy] = {3: lazy("stark"), 2: lazy("mittel"), 1: lazy("schwach"), 0: lazy("nur Ortsangabe")}

PURPOSES: Mapping[str, Lazy] = {
    "server": lazy("Server"),
    "client": lazy("Arbeitsplätze"),
    "printer": lazy("Drucker"),
    "telephony": lazy("Telefonie"),
    "wlan": lazy("WLAN der Verwaltung"),
    "guest": lazy("Gäste"),
    "management": lazy("Geräteverwaltung"),
    "plc": lazy("Steuerungen"),
    "other": lazy("Sonstiges"),
}

MODES: Mapping[str, tuple[Lazy, str]] = {
    "active": (lazy("aktiver Scan"), "info"),
    "passive": (lazy("nur passiv"), "neutral"),
    "guest": (lazy("nie"), "unknown"),
}

SUPPORT: Mapping[str, tuple[Lazy, str]] = {
    "ended": (lazy("abgelaufen"), "danger"),
    "soon": (lazy("endet bald"), "warning"),
    "supported": (lazy("läuft"), "success"),
    "unknown": (lazy("unbekannt"), "unknown"),
}

WARRANTY: Mapping[str, Lazy] = {
    "ended": lazy("abgelaufen"),
    "soon": lazy("endet in 90 Tagen"),
    "running": lazy("läuft länger"),
    "unknown": lazy("unbekannt"),
}
"""How the warranty stands, that of a contract counting like the device's own."""

UPS_STATUS: Mapping[str, tuple[Lazy, str]] = {
    "normal": (lazy("in Ordnung"), "success"),
    "low": (lazy("schwach"), "warning"),
    "depleted": (lazy("leer"), "danger"),
    "fault": (lazy("defekt"), "danger"),
    "test_failed": (lazy("Test schlug fehl"), "danger"),
    "unknown": (lazy("unbekannt"), "unknown"),
}

UPS_SOURCE: Mapping[str, tuple[Lazy, str]] = {
    "normal": (lazy("Stromnetz"), "success"),
    "battery": (lazy("Batterie"), "danger"),
    "bypass": (lazy("Umgehung"), "warning"),
    "booster": (lazy("Netz schwach"), "info"),
    "reducer": (lazy("Netz zu hoch"), "info"),
    "none": (lazy("keine"), "danger"),
    "other": (lazy("unbekannt"), "unknown"),
}

SEEN: Mapping[str, Lazy] = {
    "today": lazy("heute"),
    "7d": lazy("in den letzten 7 Tagen"),
    "30d": lazy("in den letzten 30 Tagen"),
    "longer": lazy("länger nicht gesehen"),
    "never": lazy("nie von einem Scan"),
}

REVIEWS: Mapping[str, tuple[Lazy, str]] = {
    "new": (lazy("Neu"), "info"),
    "changed": (lazy("Geändert"), "warning"),
    "missing": (lazy("Fehlt"), "danger"),
    "replaced": (lazy("Ersetzt?"), "warning"),
    "typo": (lazy("Tippfehler?"), "neutral"),
    "duplicate": (lazy("Doppelt?"), "warning"),
    "bearer": (lazy("Wem gehört der Name?"), "warning"),
    "loan": (lazy("Verliehen?"), "info"),
}

RANKS: Mapping[int, tuple[Lazy, str]] = {
    1: (lazy("niedrig"), "neutral"),
    2: (lazy("mittel"), "info"),
    3: (lazy("hoch"), "warning"),
    4: (lazy("kritisch"), "danger"),
}

RELATIONS: Mapping[str, tuple[Lazy, Lazy]] = {
    "manages": (lazy("verwaltet"), lazy("wird verwaltet von")),
    "runs_on": (lazy("läuft auf"), lazy("beherbergt")),
    "member_of": (lazy("gehört zu"), lazy("hat als Mitglied")),
    "floats_between": (lazy("wandert zwischen"), lazy("trägt zeitweise")),
    "connected_to": (lazy("angeschlossen an"), lazy("daran angeschlossen")),
    "powers": (lazy("versorgt"), lazy("wird versorgt von")),
}


HOW: Mapping[str, Lazy] = {
    "plugged": lazy("direkt"),
    "behind": lazy("hinter einem anderen Gerät"),
    "shared": lazy("mit anderen am selben Anschluss"),
    "somewhere": lazy("irgendwo dahinter"),
}

CONFIDENCE: Mapping[str, tuple[Lazy, str]] = {
    "sure": (lazy("sicher"), "success"),
    "likely": (lazy("wahrscheinlich"), "info"),
    "possible": (lazy("möglich"), "neutral"),
}

EVIDENCE: Mapping[str, Lazy] = {
    "lldp": lazy("LLDP"),
    "cdp": lazy("CDP"),
    "fdp": lazy("FDP"),
    "mndp": lazy("MNDP"),
    "fdb": lazy("MAC-Tabelle"),
    "both": lazy("beide Seiten"),
}

_DAYS = frozenset({"purchase_date", "warranty_until", "extended_support_until"})


def shown(field: str, value: str | None) -> str:
    """A value of a field as people read it: words for kind and status, days and amounts in the reader's way."""
    if not value:
        return ""
    if field == "kind":
        return word(KINDS, value)
    if field == "status" and value in STATUS:
        return str(STATUS[value][0])
    if field in _DAYS and (day := day_of(value)):
        return format_date(day)
    if field == "price" and (amount := _amount(value)) is not None:
        return f"{format_number(amount, 2)}\xa0€"
    return value


def _amount(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def place(key: str) -> str:
    """Where in its file a record stands, for people."""
    return _("Eintrag %(number)s", number=key.removeprefix("row:")) if key.startswith("row:") else key


def word(table: Mapping[str, Lazy], key: str | None) -> str:
    """The word for a key, the key itself where there is none."""
    return str(table.get(key or "", key or ""))
