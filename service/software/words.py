"""German words of the software pages: categories, hosting, metrics, facets, lamps. Pure."""

from __future__ import annotations

from typing import Final

from service.i18n import lazy

CATEGORIES: Final = {
    "procedure": lazy("Fachverfahren"),
    "dms": lazy("Dokumentenverwaltung"),
    "portal": lazy("Portal und Internetauftritt"),
    "teamwork": lazy("Zusammenarbeit"),
    "telephony": lazy("Telefonie"),
    "security": lazy("Sicherheit"),
    "operation": lazy("Betrieb und Datensicherung"),
    "control": lazy("Fernwirken"),
    "office": lazy("Grundausstattung"),
    "other": lazy("Sonstiges"),
}

HOSTING: Final = {
    "local": lazy("lokal"),
    "ekom21": lazy("ekom21"),
    "data_centre": lazy("Rechenzentrum"),
    "cloud": lazy("Cloud"),
    "other": lazy("sonstige"),
}

ANSWERS: Final = {"unknown": lazy("unbekannt"), "yes": lazy("ja"), "no": lazy("nein")}

FACETS: Final = {
    "use": lazy("dass wir es nutzen, mit Hersteller und Zweck"),
    "release": lazy("Version"),
    "hosting": lazy("Betrieb (lokal, Rechenzentrum, Cloud)"),
    "contact": lazy("Ansprechstelle"),
    "users": lazy("Zahl der Nutzenden"),
    "contract_end": lazy("Vertragsende"),
    "cost_yearly": lazy("Kosten im Jahr"),
    "solved": lazy("wer hat es gelöst"),
}
"""What a town may release of one use, each by itself; without `use` nothing is released."""

USUAL: Final = ("use", "release", "hosting", "contact", "solved")
"""Ticked for a new entry; a person saves them."""

METRICS: Final = {"device": lazy("je Gerät"), "user": lazy("je Nutzende/n"), "unlimited": lazy("unbegrenzt")}

LAMPS: Final = {
    "under": (lazy("zu wenige Lizenzen"), "danger"),
    "enough": (lazy("reicht"), "success"),
    "unknown": (lazy("unbekannt"), "unknown"),
}

FIELDS: Final = {
    "name": lazy("Name"),
    "maker": lazy("Hersteller"),
    "category": lazy("Art"),
    "note": lazy("Eigene Notiz"),
    "purpose": lazy("Zweck"),
    "release": lazy("Version"),
    "hosting": lazy("Betrieb"),
    "users": lazy("Zahl der Nutzenden"),
    "contact": lazy("Ansprechstelle"),
    "contract_end": lazy("Vertragsende"),
    "notice_on": lazy("Kündigung spätestens am"),
    "cost_yearly": lazy("Kosten im Jahr in ganzen Euro"),
    "processing_contract": lazy("Vertrag zur Auftragsverarbeitung"),
    "dms_interface": lazy("Schnittstelle zur Dokumentenverwaltung"),
    "exit_plan": lazy("Plan für den Ausstieg"),
    "solved": lazy("Wer hat es gelöst?"),
    "facets": lazy("Andere Städte dürfen sehen"),
    "metric": lazy("Zählung"),
    "quantity": lazy("Anzahl"),
    "reference": lazy("Vertrag oder Beleg"),
    "ends_on": lazy("Gilt bis"),
}
