"""The entries of the side navigation, as data. Add yours here.

`{town}` in an address is the slug of the town in the page's header; an entry
is shown to whoever has one of its roles there. Showing is not allowing: that
is decided by the guard of the route.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from service.i18n import Lazy, lazy

EVERYBODY: Final = frozenset(
    {
        "it_admin",
        "isb",
        "dpo",
        "mayor",
        "auditor",
        "staff_council",
        "bc_officer",
        "process_owner",
        "crisis_team",
        "hr_training",
        "employee",
        "group_admin",
    }
)
INVENTORY: Final = frozenset({"it_admin", "isb", "auditor", "bc_officer"})
LOTS: Final = INVENTORY | {"mayor", "group_admin"}
REVIEW: Final = frozenset({"it_admin", "isb", "auditor"})
SCANS: Final = frozenset({"it_admin", "isb", "dpo", "staff_council", "auditor"})
SCAN_RULES: Final = SCANS | {"mayor", "employee"}
CONTROLS: Final = frozenset({"it_admin", "isb", "auditor", "bc_officer"})
RISKS: Final = frozenset({"isb", "it_admin", "mayor", "auditor", "bc_officer"})
REPORTS: Final = frozenset({"isb", "mayor", "auditor", "it_admin"})
COOPERATION: Final = frozenset({"it_admin", "isb", "dpo", "mayor", "bc_officer", "hr_training", "auditor"})
DOCUMENTS: Final = frozenset({"it_admin", "isb", "dpo", "mayor", "auditor", "bc_officer", "hr_training"})
AUDITS: Final = frozenset({"it_admin", "isb", "dpo", "mayor", "auditor", "bc_officer"})
TRAINING: Final = frozenset({"hr_training", "isb", "mayor", "auditor", "dpo", "staff_council", "it_admin", "bc_officer"})
JOINING: Final = frozenset({"it_admin", "isb", "dpo", "mayor"})
AUDIT: Final = frozenset({"it_admin", "isb", "dpo", "auditor"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation."""

    label: Lazy
    url: str
    icon: str
    roles: frozenset[str]
    group: Lazy | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as one page shows it."""

    label: Lazy
    url: str
    icon: str
    current: bool
    group: Lazy | None


ESTATE: Final = lazy("Bestand")
DISCOVERY: Final = lazy("Erfassung")
PROTECTION: Final = lazy("Sicherheit")
TOGETHER: Final = lazy("Miteinander")
OPERATION: Final = lazy("Betrieb")

ENTRIES: Final = (
    Entry(lazy("Übersicht"), "/towns/{town}", "home", EVERYBODY),
    Entry(lazy("Geräte"), "/towns/{town}/assets", "device", INVENTORY, ESTATE),
    Entry(lazy("Abweichungen"), "/towns/{town}/review", "inbox", REVIEW, ESTATE),
    Entry(lazy("Etikett lesen"), "/towns/{town}/scan-label", "scan", frozenset({"it_admin"}), ESTATE),
    Entry(lazy("Standorte"), "/towns/{town}/sites", "town", INVENTORY, ESTATE),
    Entry(lazy("Fachverfahren"), "/towns/{town}/software", "task", INVENTORY, ESTATE),
    Entry(lazy("Verträge"), "/towns/{town}/contracts", "report", INVENTORY, ESTATE),
    Entry(lazy("Zertifikate"), "/towns/{town}/certificates", "lock", INVENTORY, ESTATE),
    Entry(lazy("Telefonanlagen"), "/towns/{town}/phones", "device", INVENTORY, ESTATE),
    Entry(lazy("Beschaffung"), "/towns/{town}/purchasing", "copy", LOTS, ESTATE),
    Entry(lazy("Termine"), "/towns/{town}/calendar", "calendar", INVENTORY, ESTATE),
    Entry(lazy("Import"), "/towns/{town}/import", "upload", frozenset({"it_admin"}), DISCOVERY),
    Entry(lazy("Netz"), "/towns/{town}/topology", "link", INVENTORY, DISCOVERY),
    Entry(lazy("Netze und Scans"), "/towns/{town}/networks", "network", SCANS, DISCOVERY),
    Entry(lazy("Was wird gescannt?"), "/towns/{town}/scanning", "eye", SCAN_RULES, DISCOVERY),
    Entry(lazy("Sonden"), "/towns/{town}/probes", "scan", SCANS, DISCOVERY),
    Entry(lazy("Läufe"), "/towns/{town}/runs", "refresh", SCANS, DISCOVERY),
    Entry(lazy("Zeitpläne"), "/towns/{town}/schedules", "clock", SCANS, DISCOVERY),
    Entry(lazy("Grundschutz-Check"), "/towns/{town}/controls", "shield", CONTROLS, PROTECTION),
    Entry(lazy("Strukturanalyse"), "/towns/{town}/structure", "network", CONTROLS, PROTECTION),
    Entry(lazy("Kataloge"), "/towns/{town}/catalogues", "sort", CONTROLS, PROTECTION),
    Entry(lazy("Risiken"), "/towns/{town}/risks", "risk", RISKS, PROTECTION),
    Entry(lazy("Vorfälle"), "/towns/{town}/incidents", "warning", EVERYBODY, PROTECTION),
    Entry(lazy("Vorfälle aller Städte"), "/group/incidents", "warning", frozenset({"isb", "dpo"}), PROTECTION),
    Entry(lazy("Maßnahmen"), "/towns/{town}/measures", "task", RISKS, PROTECTION),
    Entry(lazy("Geteilte Risiken"), "/group/risks", "risk", frozenset({"isb"}), PROTECTION),
    Entry(lazy("Maßnahmen im Verbund"), "/group/measures", "task", frozenset({"isb"}), PROTECTION),
    Entry(lazy("Prüfstände"), "/towns/{town}/snapshots", "lock", RISKS, PROTECTION),
    Entry(lazy("Gemeinsame Prüfstände"), "/group/snapshots", "lock", frozenset({"isb", "auditor"}), PROTECTION),
    Entry(lazy("Dokumente"), "/towns/{town}/documents", "copy", DOCUMENTS, PROTECTION),
    Entry(lazy("Audits"), "/towns/{town}/audits", "check", AUDITS, PROTECTION),
    Entry(lazy("Audits aller Städte"), "/group/audits", "check", frozenset({"isb"}), PROTECTION),
    Entry(lazy("Schulungen"), "/towns/{town}/training", "people", TRAINING, PROTECTION),
    Entry(lazy("Berichte"), "/towns/{town}/reports", "report", REPORTS, PROTECTION),
    Entry(lazy("Hilfsangebote"), "/towns/{town}/offers", "people", COOPERATION, TOGETHER),
    Entry(lazy("Vorlagen"), "/towns/{town}/templates", "copy", COOPERATION, TOGETHER),
    Entry(lazy("Protokoll"), "/towns/{town}/audit", "log", AUDIT, OPERATION),
    Entry(lazy("Beitritt"), "/towns/{town}/joining", "check", JOINING, OPERATION),
    Entry(lazy("Städte"), "/group/towns", "town", frozenset({"group_admin"}), OPERATION),
    Entry(lazy("Beschaffung im Verbund"), "/group/purchasing", "copy", frozenset({"group_admin"}), OPERATION),
    Entry(lazy("Konten"), "/account/people", "people", frozenset({"group_admin"}), OPERATION),
    Entry(lazy("Konto"), "/account", "person", EVERYBODY, OPERATION),
)


def links(town: str | None, roles: Iterable[str], path: str) -> tuple[Link, ...]:
    """The entries for these roles; the longest address that starts the path is the current one."""
    mine = frozenset(roles)
    shown = [entry for entry in ENTRIES if entry.roles & mine and (town or "{town}" not in entry.url)]
    urls = [entry.url.replace("{town}", town or "") for entry in shown]
    fitting = [url for url in urls if path == url or (url != "/" and path.startswith(url + "/"))]
    current = max(fitting, key=len, default=None)
    return tuple(Link(entry.label, url, entry.icon, url == current, entry.group) for entry, url in zip(shown, urls, strict=True))
