"""Why a device is taken for what it is: how sure each value is, and what told it, in words for people. Pure.

Weighs what all sources say about a field (`scanners.confidence`): sources that agree with the shown value strengthen it,
others weaken it. A value that a person set by hand needs no reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from scanners import confidence
from scanners.observation import Origin
from service.i18n import Lazy, lazy
from service.inventory import labels
from service.inventory.fields import differ
from service.inventory.views import ValueRow

SHOWN = ("kind", "manufacturer", "model", "os")
"""Fields that are recognised rather than read off."""

Words = Mapping[str, str]
"""The device's own words in one record: `sys_object_id sys_descr os_guess os_guess_percent`, and a reason by field."""

WAYS: Mapping[Origin, Lazy] = {
    Origin.MANUAL: lazy("von Hand eingetragen"),
    Origin.AGENT: lazy("vom Agenten auf dem Gerät gelesen"),
    Origin.ENTITY: lazy("steht in der Gehäusetabelle des Geräts"),
    Origin.VENDOR_OID: lazy("vom Gerät über SNMP genannt"),
    Origin.SYS_OBJECT_ID: lazy("an der SNMP-Kennung des Herstellers erkannt"),
    Origin.SYS_DESCR: lazy("aus der Selbstbeschreibung des Geräts über SNMP"),
    Origin.SYS_NAME: lazy("aus dem Namen, den sich das Gerät über SNMP gibt"),
    Origin.SMB: lazy("von der Windows-Freigabe genannt"),
    Origin.NETBIOS: lazy("über NetBIOS genannt"),
    Origin.LIST: lazy("steht in einer Liste"),
    Origin.BANNER: lazy("ein Dienst auf dem Gerät meldet sich so"),
    Origin.CERTIFICATE: lazy("steht im Zertifikat eines Dienstes"),
    Origin.OS_GUESS: lazy("nmap hat das Verhalten im Netz verglichen"),
    Origin.PORTS: lazy("aus den offenen Anschlüssen geschlossen"),
    Origin.PTR: lazy("aus dem Namen im DNS"),
    Origin.OUI: lazy("aus dem Hersteller der Netzwerkkarte geschlossen"),
    Origin.NAME: lazy("an der Abkürzung im Namen des Geräts erkannt"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which a value became known; `words` are the device's own, '' where there are none to show."""

    way: Lazy
    words: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Recognised:
    """A shown value with its confidence in percent, its reasons and what others say instead."""

    field: str
    value: str
    percent: int
    level: str
    reasons: tuple[Reason, ...]
    against: tuple[tuple[str, Reason], ...] = ()


def recognised(values: Mapping[str, Sequence[ValueRow]], words: Mapping[UUID, Words]) -> list[Recognised]:
    """The recognised fields of a device; `words` by record."""
    return [found for field in SHOWN if (rows := values.get(field)) and (found := _one(field, rows, words))]


def _one(field: str, rows: Sequence[ValueRow], words: Mapping[UUID, Words]) -> Recognised | None:
    shown = next((row for row in rows if row.visible), None)
    if shown is None or shown.locked_by or shown.origin == Origin.MANUAL:
        return None
    newest: dict[tuple[str, bool], ValueRow] = {}
    for row in rows:
        agrees = row.value == shown.value or not differ(field, shown.value, row.value)
        key = (row.origin, agrees)
        if key not in newest or row.last_seen > newest[key].last_seen:
            newest[key] = row
    agreeing = [row for (_origin, agrees), row in newest.items() if agrees]
    # what the same way said before it said what is shown is history, not doubt
    before = {row.origin for row in agreeing}
    disagreeing = [row for (origin, agrees), row in newest.items() if not agrees and origin not in before]

    def weight(row: ValueRow) -> int:
        percent = words.get(row.record, {}).get("os_guess_percent", "") if row.record else ""
        return confidence.single(Origin(row.origin), int(percent) if percent.isdecimal() else None)

    percent = confidence.together(map(weight, agreeing), map(weight, disagreeing))
    agreeing.sort(key=lambda row: (row is not shown, -weight(row)))
    return Recognised(
        field,
        labels.shown(field, shown.value),
        percent,
        confidence.level(percent),
        tuple(_reason(field, row, words) for row in agreeing),
        tuple((labels.shown(field, row.value), _reason(field, row, words)) for row in disagreeing),
    )


def _reason(field: str, row: ValueRow, words: Mapping[UUID, Words]) -> Reason:
    said = words.get(row.record, {}) if row.record else {}
    key = {Origin.SYS_OBJECT_ID: "sys_object_id", Origin.SYS_DESCR: "sys_descr"}.get(Origin(row.origin))
    own = said.get(key, "") if key else said.get(field, "")
    if row.origin == Origin.OS_GUESS and said.get("os_guess"):
        own = f"{said['os_guess']}, {said['os_guess_percent']} %" if said.get("os_guess_percent") else said["os_guess"]
    return Reason(WAYS[Origin(row.origin)], own[:160], row.source, row.last_seen)
