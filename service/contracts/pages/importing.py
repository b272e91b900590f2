"""„Liste importieren“ of the registered certificates and VPN accesses: columns, which row is which certificate, storing."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any
from uuid import UUID

import msgspec

from service.auth.guards import Here
from service.contracts import words
from service.contracts.certificates import Certificate, folded_fingerprint
from service.contracts.pages.certificates import CertificateForm, certificate_of, checked, label
from service.contracts.pages.common import day
from service.contracts.store import certificates as store
from service.contracts.store import rows as kept
from service.db import SafeTransaction, town_tx
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.i18n import lazy
from service.inventory.pages.registers import RegisterPages
from service.inventory.registers import Field, Line, Match, Register, Row
from service.settings import now

_PURPOSES = {
    "vpn": "vpn_user",
    "vpnzugang": "vpn_user",
    "mobilearbeit": "vpn_user",
    "server": "tls_server",
    "tls": "tls_server",
    "ssl": "tls_server",
    "https": "tls_server",
    "webserver": "tls_server",
    "webseite": "tls_server",
    "website": "tls_server",
    "web": "tls_server",
    "homepage": "tls_server",
    "internetseite": "tls_server",
    "internetauftritt": "tls_server",
    "serverzertifikat": "tls_server",
    "sslzertifikat": "tls_server",
    "tlszertifikat": "tls_server",
    "smime": "mail",
    "mail": "mail",
    "codesigning": "code",
}
FIELDS = {
    "subject": Field(lazy("Ausgestellt für"), "Zertifikat|Name|Bezeichnung|Common Name|CN|Betreff|Subject|Kennung|Antragsteller"),
    "purpose": Field(lazy("Zweck"), "Art|Verwendung|Zertifikatstyp|Typ|Type", "choice", words.PURPOSES, _PURPOSES),
    "device": Field(lazy("Gerät"), "Gerätename|Rechner|Hostname|Inventarnummer|Geräte-Seriennummer|Seriennummer des Geräts"),
    "holder": Field(
        lazy("Stelle oder Funktion"),
        "Stelle|Funktion|Inhaber|Inhaber/in|Inhaberin|Amt|Abteilung|Fachbereich|Zuständig|Zuständige Stelle",
        office=True,
    ),
    "mobile_work": Field(lazy("Für mobile Arbeit zugeteilt"), "Mobile Arbeit|Mobiles Arbeiten|Homeoffice|Telearbeit", "yes"),
    "issuer": Field(lazy("Ausgestellt von"), "Aussteller|CA|Zertifizierungsstelle|Issuer"),
    "not_after": Field(
        lazy("Gültig bis"), "Ablaufdatum|Läuft ab|Läuft ab am|Ablauf|Gültigkeit bis|Gültigkeitsende|Expires", "day"
    ),
    "revoked_on": Field(lazy("Gesperrt am"), "Sperrdatum|Widerrufen am|Revoked", "day"),
    "fingerprint": Field(lazy("Fingerabdruck (SHA-256)"), "Fingerabdruck|Fingerprint|SHA-256|SHA256|Thumbprint"),
    "successor": Field(lazy("Nachfolger"), "Ersetzt durch|Nachfolgezertifikat"),
    "note": Field(lazy("Bemerkung"), "Notiz|Bemerkungen|Anmerkung|Kommentar|Hinweis", "lines"),
    "id": Field(lazy("Eintrags-ID"), "ID"),
}
"""`id` finds the entry of an export again; `successor` is named by subject and last day."""
REGISTER = Register("cert_list", CertificateForm, FIELDS, "subject", checked)


def listed(item: Certificate, device: str, successor: str) -> CertificateForm:
    """A certificate as a list says it: the successor by its words."""
    same = {x: getattr(item, x) for x in CertificateForm.__struct_fields__ if x not in ("device", "successor")}
    return CertificateForm(**same, device=device, successor=successor)


class Certificates:
    """The certificates of the town, to be matched with rows.

    `spoken` names the devices of the town's own entries; `devices` says of each device named in the list which it is, or the
    sentence why none is meant.
    """

    def __init__(
        self,
        known: Sequence[Certificate],
        rows: Sequence[Row],
        spoken: Mapping[UUID, str],
        devices: Mapping[str, UUID | str],
    ) -> None:
        self._known = {x.id: x for x in known}
        self._labels = {x.id: label(x) for x in known}
        self._spoken, self._devices = spoken, devices
        self._taken: dict[UUID, str] = {}
        self._fresh: dict[str, str] = {}
        own = (
            f"{row.values['subject']} ({day(row.values['not_after'])})"
            for row in rows
            if {"subject", "not_after"} <= row.values.keys()
        )
        self._named = Counter(self._labels.values()) | Counter(own)

    def match(self, row: Row) -> Match:
        """By its id, its fingerprint, or purpose, subject and last day; of several alike the one with the same holder."""
        said = row.values
        if plain := folded_fingerprint(said.get("fingerprint", "")):
            said["fingerprint"] = plain
        found, why = self._find(said)
        if found and found.id in self._taken:
            return Match(
                None, CertificateForm(), refused=_("Dasselbe Zertifikat steht schon: %(place)s.", place=self._taken[found.id])
            )
        if found is None and plain and plain in self._fresh:
            return Match(
                None, CertificateForm(), refused=_("Dasselbe Zertifikat steht schon: %(place)s.", place=self._fresh[plain])
            )
        if found is None and "purpose" in row.unread:
            return Match(None, CertificateForm(), refused=_("Ohne bekannten Zweck wird kein neues Zertifikat eingetragen."))
        if found is None:
            self._fresh[plain] = row.place
        else:
            self._taken[found.id] = row.place
        form = CertificateForm()
        if found:
            form = listed(
                found,
                self._spoken.get(found.asset, "") if found.asset else "",
                self._labels.get(found.successor, "") if found.successor else "",
            )
        self._device(row, found, form)
        self._successor(row, form)
        hint = ""
        if found is None and "purpose" not in said:
            hint = _("Der Zweck fehlt; eingetragen wird „%(word)s“.", word=words.PURPOSES[form.purpose])
        return Match(found.id if found else None, form, why, hint=hint)

    def _find(self, said: Mapping[str, Any]) -> tuple[Certificate | None, str]:
        for one in self._known.values():
            if str(one.id) == said.get("id", "").lower():
                return one, _("Eintrags-ID")
        for one in self._known.values():
            if one.fingerprint and one.fingerprint == said.get("fingerprint"):
                return one, _("Fingerabdruck")
        alike = [
            one
            for one in self._known.values()
            if one.id not in self._taken
            and " ".join(one.subject.split()).casefold() == said["subject"].casefold()
            and one.not_after == said.get("not_after")
            and one.purpose == said.get("purpose", one.purpose)
            and not (one.fingerprint and said.get("fingerprint"))
        ]
        alike.sort(key=lambda one: (one.holder != said.get("holder", ""), self._device_of(one) != said.get("device", "")))
        return (alike[0], _("Ausgestellt für, Zweck und letzter Tag")) if alike else (None, "")

    def _device_of(self, one: Certificate) -> str:
        return self._spoken.get(one.asset, "") if one.asset else ""

    def _device(self, row: Row, found: Certificate | None, form: CertificateForm) -> None:
        """A device may be named in several ways; what names none is left out."""
        name = row.values.get("device")
        if name is None or name == form.device:
            return
        asset = self._devices.get(name, "")
        if isinstance(asset, str):
            row.hints.append(f"{FIELDS['device'].label}: {asset}")
            del row.values["device"]
        elif found and found.asset == asset:
            row.values["device"] = form.device

    def _successor(self, row: Row, form: CertificateForm) -> None:
        name = row.values.get("successor")
        if name is None or name == form.successor:
            return
        if self._named[name] != 1:
            text = _("„%(text)s“ steht nicht oder mehrmals in der Liste.", text=name[:60])
            row.hints.append(f"{FIELDS['successor'].label}: {text}")
            del row.values["successor"]


class CertificateImportPages(RegisterPages):
    """`/towns/{town}/certificates/registered/import`."""

    path = "/towns/{town:str}/certificates/registered/import"
    register = REGISTER
    title = lazy("Zertifikate importieren")
    sub = lazy("Eine Liste der Zertifikate und VPN-Zugänge aufnehmen oder auf den neuen Stand bringen")
    advice = lazy(
        "Eine Zeile je Zertifikat, mit Überschriften wie „Ausgestellt für“, „Zweck“, „Gerät“, „Stelle oder Funktion“, „Gültig"
        " bis“. Die Stelle ist ein Amt oder eine Rolle, kein Name einer Person. Erkannt wird ein Eintrag an seiner Eintrags-ID,"
        " am Fingerabdruck oder an Namen, Zweck und letztem Tag; ein anderer letzter Tag ist ein neues Zertifikat."
    )
    home = "/certificates/registered"

    def door(self, town: int, *, write: bool = False) -> AbstractAsyncContextManager[SafeTransaction]:
        """The town alone."""
        return town_tx({town}, town if write else None)

    async def book(self, tx: SafeTransaction, here: Here, rows: Sequence[Row]) -> Certificates:
        """With every device that the town's entries have or the rows name."""
        known = await store.certificates(tx, here.write)
        spoken = {asset: await kept.spoken(tx, here.write, asset) for asset in {x.asset for x in known if x.asset}}
        named = {row.values["device"] for row in rows if "device" in row.values}
        return Certificates(known, rows, spoken, {name: await _device(tx, here.write, name) for name in named})

    async def save(self, tx: SafeTransaction, here: Here, lines: Sequence[Line]) -> list[dict[str, Any]]:
        """First all certificates, then who follows whom: a list may name both in any order."""
        before = {x.id: x for x in await store.certificates(tx, here.write)}
        done: list[tuple[Line, UUID]] = []
        for line in lines:
            form = line.form
            assert isinstance(form, CertificateForm)  # of this register
            old = before.get(line.key) if line.key else None
            plain = msgspec.structs.replace(form, successor="", version=old.version if old else 0)
            item = await certificate_of(tx, here.write, plain, line.key)
            item = dataclasses.replace(item, successor=old.successor if old else None)
            done.append((line, await store.save(tx, here.write, item, here.actor, now())))
        after = {x.id: x for x in await store.certificates(tx, here.write)}
        by_label = {label(x): x.id for x in after.values()}
        told = []
        for line, key in done:
            item, wanted = after[key], getattr(line.form, "successor", "")
            held = label(before[item.successor]) if item.successor in before else ""
            version = item.version
            if wanted != held and wanted in by_label:
                await store.save(tx, here.write, dataclasses.replace(item, successor=by_label[wanted]), here.actor, now())
                version += 1
            old = before.get(key)
            plain_old = msgspec.to_builtins(old) if old else None
            told.append({"id": str(key), "version": version, "name": item.subject, "before": plain_old})
        return told

    async def revoke(self, tx: SafeTransaction, here: Here, told: Mapping[str, Any]) -> bool:
        """As it was before, or off the list where it was new."""
        key = UUID(told["id"])
        try:
            current = await store.certificate(tx, here.write, key)
        except Missing:
            return False
        if current.version != told["version"]:
            return False
        if told["before"] is None:
            await kept.remove(tx, store.KEPT, here.write, key, here.actor, now(), removed=True)
        else:
            before = msgspec.convert(told["before"], Certificate)
            await store.save(tx, here.write, dataclasses.replace(before, version=current.version), here.actor, now())
        return True


async def _device(tx: SafeTransaction, town: int, name: str) -> UUID | str:
    """The device of that name, or the sentence why there is none."""
    try:
        return await kept.device(tx, town, name, "device") or ""
    except Wrong as wrong:
        return wrong.sentence
