"""„Liste importieren“ of the Fachverfahren: what its columns are called, and how a row becomes a product with its use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import msgspec

from service.auth.guards import Here
from service.db import SafeTransaction
from service.i18n import gettext as _
from service.i18n import lazy
from service.inventory.pages.registers import RegisterPages
from service.inventory.registers import Field, Line, Match, Register, Row
from service.settings import now
from service.software import words
from service.software.folding import fold
from service.software.pages.entries import EntryForm, checked, entry_of, form_of
from service.software.store import door, entries
from service.software.values import Entry

_HOSTING = {
    "lokal": "local",
    "eigenerserver": "local",
    "eigeneserver": "local",
    "onpremises": "local",
    "onpremise": "local",
    "inhouse": "local",
    "rz": "data_centre",
    "extern": "data_centre",
    "gehostet": "data_centre",
    "saas": "cloud",
    "online": "cloud",
}
FIELDS = {
    "name": Field(
        lazy("Produkt"), "Fachverfahren|Verfahren|Software|Programm|Anwendung|Produktname|Name|Bezeichnung|Verfahrensname"
    ),
    "maker": Field(lazy("Hersteller"), "Anbieter|Firma|Softwarehaus|Lieferant|Vendor"),
    "category": Field(lazy("Art"), "Kategorie|Category|Gruppe", "choice", words.CATEGORIES),
    "purpose": Field(
        lazy("Zweck"), "Einsatzzweck|Aufgabe|Aufgabengebiet|Verwendung|Verwendungszweck|Fachgebiet|Einsatzgebiet|Usage"
    ),
    "town": Field(lazy("Stadt"), "Kommune|Gemeinde|Town"),
    "release": Field(lazy("Version"), "Release|Programmversion|Versionsnummer|Programmstand"),
    "hosting": Field(
        lazy("Betrieb"), "Hosting|Betriebsart|Betriebsmodell|Bereitstellung|Betriebsort", "choice", words.HOSTING, _HOSTING
    ),
    "users": Field(
        lazy("Zahl der Nutzenden"),
        "Nutzende|Anzahl Nutzende|Nutzer|Anzahl Nutzer|Nutzerzahl|Benutzer|Anzahl Benutzer"
        "|Anwender|Anzahl Anwender|Anwenderzahl|Arbeitsplätze|Anzahl Arbeitsplätze|User",
        "whole",
    ),
    "contact": Field(
        lazy("Ansprechstelle"),
        "Zuständige Stelle|Zuständig|Fachamt|Amt|Ansprechpartner|Kontakt|Fachbereich|Fachdienst",
        office=True,
    ),
    "contract_end": Field(
        lazy("Vertragsende"), "Vertrag bis|Laufzeit bis|Laufzeitende|Vertragslaufzeit|Vertragslaufzeit bis", "day"
    ),
    "cost_yearly": Field(
        lazy("Kosten im Jahr in Euro"),
        "Kosten im Jahr|Kosten im Jahr in ganzen Euro|Jahreskosten|Kosten pro Jahr|Kosten/Jahr"
        "|Kosten p. a.|Jährliche Kosten|Wartungskosten|Kosten",
        "money",
    ),
    "solved": Field(lazy("Wer hat es gelöst?"), "Gelöst|Erfahrungen", "lines"),
    "notice_on": Field(lazy("Kündigung spätestens am"), "Kündigung bis|Kündigungstermin|Kündbar bis|Kündigen bis", "day"),
    "processing_contract": Field(
        lazy("Vertrag zur Auftragsverarbeitung"), "AVV|AV-Vertrag|Auftragsverarbeitung|AVV vorhanden", "choice", words.ANSWERS
    ),
    "dms_interface": Field(
        lazy("Schnittstelle zur Dokumentenverwaltung"), "DMS-Schnittstelle|DMS|Schnittstelle DMS", "choice", words.ANSWERS
    ),
    "exit_plan": Field(lazy("Plan für den Ausstieg"), "Ausstiegsplan|Exit-Plan|Exit-Strategie|Datenausleitung", "lines"),
    "note": Field(lazy("Eigene Notiz"), "Notiz|Bemerkung|Bemerkungen|Anmerkung|Anmerkungen|Kommentar|Hinweis|Sonstiges", "lines"),
    "facets": Field(lazy("Andere Städte dürfen sehen"), "Freigaben|Freigabe", "several", words.FACETS),
}
"""In the order of the export; `town` only tells whose row it is."""
REGISTER = Register("software", EntryForm, FIELDS, "name", checked)


class Products:
    """The products of the town by their folded name."""

    def __init__(self, known: Iterable[Entry], town: str) -> None:
        self._known = {x.key: x for x in known}
        self._town = town
        self._taken: dict[str, str] = {}

    def match(self, row: Row) -> Match:
        """The product of that name."""
        said, key = row.values.get("town", ""), fold(row.values["name"])
        if said and said.casefold() != self._town.casefold():
            text = _("von %(town)s; übernommen wird nur, was von %(own)s ist", town=said[:60], own=self._town)
            return Match(None, EntryForm(), refused=text, aside=True)
        if key in self._taken:
            return Match(None, EntryForm(), refused=_("Dasselbe Produkt steht schon: %(place)s.", place=self._taken[key]))
        self._taken[key] = row.place
        found = self._known.get(key)
        if found is None:
            return Match(None, EntryForm())
        hint = ""
        if not found.used:
            hint = _("Bisher nur als gefundene Software bekannt; wird als Fachverfahren geführt.")
        elif found.ended:
            hint = _("Das Produkt gilt als nicht mehr im Einsatz; das bleibt so.")
        return Match(found.id, form_of(found), _("Name des Produkts"), hint=hint)


class SoftwareImportPages(RegisterPages):
    """`/towns/{town}/software/import`."""

    path = "/towns/{town:str}/software/import"
    register = REGISTER
    title = lazy("Fachverfahren importieren")
    sub = lazy("Eine Liste der Fachverfahren aufnehmen oder auf den neuen Stand bringen")
    advice = lazy(
        "Eine Zeile je Produkt, mit Überschriften wie „Produkt“, „Hersteller“, „Zweck“, „Version“. Ansprechstelle ist ein Amt"
        " oder eine Rolle, kein Name einer Person. Andere Städte sehen von neuen Einträgen nichts, solange die Spalte „Andere"
        " Städte dürfen sehen“ leer ist. Die Ausgabe als Excel oder CSV lässt sich ändern und hier wieder einlesen."
    )
    home = "/software"

    def door(self, town: int, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
        """With what is shared in the group."""
        return door(town, write=write)

    async def book(self, tx: SafeTransaction, here: Here, rows: Sequence[Row]) -> Products:
        """All products, also those only known from scans."""
        return Products(await entries.entries(tx, here.write), here.town.name if here.town else "")

    async def save(self, tx: SafeTransaction, here: Here, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """Product by product, as by hand."""
        told = []
        for line in lines:
            before = await entries.entry(tx, here.write, line.key) if line.key else None
            key = await entries.save(tx, here.write, entry_of(line.form, line.key), here.actor, now())  # type: ignore[arg-type]  # an EntryForm
            after = await entries.entry(tx, here.write, key)
            plain = msgspec.to_builtins(before) if before else None
            told.append({"id": str(key), "version": after.version, "name": after.name, "before": plain})
        return told

    async def revoke(self, tx: SafeTransaction, here: Here, told: Mapping[str, Any]) -> bool:
        """As it was before, or gone where it was new."""
        before = msgspec.convert(told["before"], Entry) if told["before"] else None
        return await entries.put_back(tx, here.write, UUID(told["id"]), told["version"], before, here.actor, now())
