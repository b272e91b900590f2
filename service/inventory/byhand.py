"""Devices that a person enters by hand, one or several of the same kind: what was typed becomes observations. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scanners import text as text_of
from scanners.observation import Collection, Name, Observation, Origin, Source
from service.errors import Wrong
from service.i18n import gettext as _
from service.inventory import folding, labels, lifecycle, manual
from service.settings import local_day

SHARED: Final = ("site", "room", "unit", "user", "supplier", "order_no", "purchase_date", "warranty_until", "price", "note")
"""Fields that all devices of one form have alike."""
MOST: Final = 200
"""Devices in one form; more come by list."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What tells one of the devices from the others."""

    line: int
    serial: str = ""
    inventory_no: str = ""


def marks(text: str, number: str) -> tuple[Mark, ...]:
    """One device a line: serial, or serial; inventory number. Without lines `number` devices that bear no mark yet.

    Raises:
        Wrong: a line cannot be read, or says the same as another; `where` names the line.
    """
    found: list[Mark] = []
    seen: dict[tuple[str, str], int] = {}
    for n, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("\t", ";").split(";")]
        if len(parts) > 2 or any(len(part) > 100 for part in parts):
            raise Wrong(
                _("„%(text)s“ ist nicht zu lesen.", text=line.strip()[:60]), _("Zeile %(n)s", n=n),
                _("Schreiben Sie „Seriennummer“ oder „Seriennummer; Inventarnummer“."),
            )  # fmt: skip
        serial, inventory = text_of.serial(parts[0]) or "", text_of.line(parts[1]) if len(parts) > 1 else ""
        if serial and not folding.usable_serial(serial):
            raise Wrong(
                _("„%(text)s“ ist keine Seriennummer, an der ein Gerät zu erkennen ist.", text=serial[:60]),
                _("Zeile %(n)s", n=n),
                _("Lassen Sie sie weg und vergeben Sie eine Inventarnummer: „; 0815“."),
            )  # fmt: skip
        for kind, key in (("serial", folding.fold_serial(serial)), ("inventory", folding.fold_inventory(inventory))):
            if key and (kind, key) in seen:
                raise Wrong(_("Die Nummer steht schon in Zeile %(n)s.", n=seen[kind, key]), _("Zeile %(n)s", n=n))
            seen[kind, key] = n
        found.append(Mark(n, serial, inventory))
    if not found:
        count = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        if not 1 <= count <= MOST:
            raise Wrong(_("Die Anzahl fehlt."), _("Anzahl"), _("Nennen Sie 1 bis %(n)s Geräte oder ihre Seriennummern.", n=MOST))
        found = [Mark(n) for n in range(1, count + 1)]
    if len(found) > MOST:
        raise Wrong(_("Das sind zu viele Geräte auf einmal."), _("Seriennummern"), _("Importieren Sie eine Liste."))
    return tuple(found)


def collection(typed: Mapping[str, str], devices: Iterable[Mark], at: datetime) -> tuple[Collection, dict[str, str]]:
    """The devices as one collection of source „von Hand“; beside it the mistakes by field, empty where there are none."""
    errors: dict[str, str] = {}
    told: dict[str, str] = {}
    for name in ("kind", "manufacturer", "model", "hostname", *SHARED):
        try:
            told[name] = manual.entered(name, typed.get(name, ""), local_day(at))
        except Wrong as wrong:
            errors[name] = f"{labels.word(labels.FIELDS, name)}: {wrong.sentence}"
    errors |= {name: f"{labels.word(labels.FIELDS, name)}: {why}" for name, why in manual.backwards(told).items()}
    if not (told.get("manufacturer") or told.get("model") or told.get("hostname")):
        errors.setdefault("model", _("Nennen Sie Hersteller oder Modell."))
    if told.get("kind") in ("", "unknown"):
        errors["kind"] = _("Wählen Sie die Geräteart.")
    if typed.get("status") not in lifecycle.FIRST:
        errors["status"] = _("Wählen Sie einen Zustand.")
    listed = list(devices)
    if told.get("hostname") and len(listed) > 1:
        errors["hostname"] = _("Ein Rechnername gehört zu genau einem Gerät.")
    shared = {name: told[name] for name in SHARED if told.get(name)} | {"status": typed.get("status", "")}
    made = [_observation(told, shared, mark, len(listed), at) for mark in listed] if not errors else []
    return Collection(Source.MANUAL, tuple(made), started_at=at, finished_at=at), errors


def _observation(told: Mapping[str, str], shared: Mapping[str, str], mark: Mark, total: int, at: datetime) -> Observation:
    """One device. Without any mark it gets one, so that several of the same order stay several."""
    bare = not (mark.serial or mark.inventory_no or told.get("hostname"))
    own = {"label": f"{mark.line} von {total}", "entered": at.isoformat()} if bare else {}
    return Observation(
        source=Source.MANUAL,
        key=f"row:{mark.line}",
        observed_at=at,
        kind=told["kind"],
        vendor=told["manufacturer"] or None,
        model=told["model"] or None,
        names=(Name(told["hostname"], Origin.MANUAL),) if told.get("hostname") else (),
        serials=(mark.serial,) if mark.serial else (),
        inventory_no=mark.inventory_no or None,
        fields=dict(shared) | own,
    )
