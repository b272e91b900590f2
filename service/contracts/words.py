"""German words of contracts, registered certificates and telephone systems. Pure."""

from __future__ import annotations

from typing import Final

from service.i18n import lazy

KINDS: Final = {
    "maintenance": lazy("Wartung"),
    "lease": lazy("Leasing oder Miete"),
    "service": lazy("Dienstleistung oder Betrieb"),
    "line": lazy("Leitung oder Anschluss"),
    "licence": lazy("Lizenz"),
    "warranty": lazy("Garantie oder Garantieverlängerung"),
    "insurance": lazy("Versicherung"),
    "processing": lazy("Auftragsverarbeitung"),
    "other": lazy("Sonstiger Vertrag"),
}
TECHNOLOGIES: Final = {
    "fibre": lazy("Glasfaser"),
    "dsl": lazy("DSL"),
    "cable": lazy("Kabelnetz"),
    "mpls": lazy("MPLS"),
    "mobile": lazy("Mobilfunk"),
    "phone": lazy("Telefon"),
    "radio": lazy("Richtfunk"),
    "other": lazy("andere"),
}
"""Of lines; unknown where none is chosen."""
UNITS: Final = {"month": lazy("Monate"), "week": lazy("Wochen"), "day": lazy("Tage")}
STATES: Final = {
    "running": (lazy("läuft"), "success"),
    "open": (lazy("läuft ohne Ende"), "success"),
    "future": (lazy("beginnt noch"), "info"),
    "cancelled": (lazy("gekündigt"), "warning"),
    "ended": (lazy("beendet"), "neutral"),
}
FIELDS: Final = {
    "kind": lazy("Art"),
    "title": lazy("Bezeichnung"),
    "partner": lazy("Vertragspartner"),
    "number": lazy("Vertragsnummer"),
    "line": lazy("Leitung oder Rufnummern"),
    "starts_on": lazy("Beginn"),
    "ends_on": lazy("Ende der ersten Laufzeit"),
    "notice_count": lazy("Kündigungsfrist"),
    "notice_unit": lazy("Einheit der Frist"),
    "renews_months": lazy("Verlängert sich um Monate"),
    "cancelled_on": lazy("Gekündigt am"),
    "cost_yearly": lazy("Kosten im Jahr in ganzen Euro"),
    "responsible": lazy("Zuständige Stelle"),
    "note": lazy("Bemerkung"),
    "technology": lazy("Technik der Leitung"),
    "down_mbit": lazy("Empfang in Mbit/s"),
    "up_mbit": lazy("Senden in Mbit/s"),
    "purpose": lazy("Zweck"),
    "subject": lazy("Ausgestellt für"),
    "device": lazy("Gerät"),
    "holder": lazy("Stelle oder Funktion"),
    "mobile_work": lazy("Für mobile Arbeit zugeteilt"),
    "issuer": lazy("Ausgestellt von"),
    "fingerprint": lazy("Fingerabdruck (SHA-256)"),
    "not_after": lazy("Gültig bis"),
    "revoked_on": lazy("Gesperrt am"),
    "successor": lazy("Nachfolger"),
    "site": lazy("Standort"),
    "maker": lazy("Hersteller"),
    "model": lazy("Modell"),
    "numbers": lazy("Rufnummernblock"),
    "provider": lazy("Anbieter"),
    "phone_line": lazy("Anschluss oder Leitung"),
    "contract": lazy("Vertrag"),
    "support_ends": lazy("Ende der Herstellerpflege"),
    "emergency_calls": lazy("Notruf 110 und 112 geprüft"),
    "without_power": lazy("Telefoniert auch bei Stromausfall"),
}
PURPOSES: Final = {
    "tls_server": lazy("TLS-Server"),
    "vpn_user": lazy("VPN, Person"),
    "vpn_device": lazy("VPN, Gerät"),
    "mail": lazy("E-Mail"),
    "code": lazy("Signatur von Programmen"),
}
CERTIFICATE_STATES: Final = {
    "expired": (lazy("abgelaufen"), "danger"),
    "soon": (lazy("läuft bald ab"), "warning"),
    "valid": (lazy("gültig"), "success"),
    "revoked": (lazy("gesperrt"), "neutral"),
}
PHONES: Final = {
    "isdn": lazy("ISDN-Rest"),
    "sip": lazy("SIP-Anlage"),
    "cloud": lazy("Cloud-Telefonie"),
    "other": lazy("andere"),
}
ANSWERS: Final = {"unknown": lazy("unbekannt"), "yes": lazy("ja"), "no": lazy("nein")}
LAMPS: Final = {"unknown": "unknown", "yes": "success", "no": "danger"}
