"""What was entered about a risk and when, and a line of the register's export. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import msgspec

from isms.pages import words
from isms.register import AcceptanceView, RiskView
from service.audit.store import Line
from service.i18n import format_date, lazy
from service.i18n import gettext as _
from service.priority import Level

HEADS: Final = (
    "Nummer", "Risiko", "Art", "Gefährdungen", "Ursache", "Ablauf", "Wen es trifft", "Zielobjekte", "Häufigkeit brutto",
    "Schaden brutto", "Kategorie brutto", "Häufigkeit netto", "Schaden netto", "Kategorie netto", "Priorität", "Behandlung",
    "Maßnahmen", "Zuständig", "Kosten in ganzen Euro", "Fällig", "Prüfen am", "Übernommen bis", "Übernahme", "Geschlossen am",
    "Grund", "Fassung der Matrix",
)  # fmt: skip
"""Heads of the file; they stay German in every language, for they are a file format."""
TITLES: Final = {
    "risk.add": lazy("Angelegt"),
    "risk.change": lazy("Geändert"),
    "risk.rerate": lazy("Nach neuer Matrix bewertet"),
    "risk.close": lazy("Geschlossen"),
    "risk.reopen": lazy("Wieder aufgenommen"),
}
FIELDS: Final = {
    "title": lazy("Titel"),
    "kind": lazy("Art"),
    "threats": lazy("Gefährdungen"),
    "cause": lazy("Ursache"),
    "scenario": lazy("Ablauf"),
    "affects": lazy("Wen es trifft"),
    "targets": lazy("Zielobjekte"),
    "frequency": lazy("Häufigkeit (brutto)"),
    "damage": lazy("Schadenshöhe (brutto)"),
    "category": lazy("Kategorie (brutto)"),
    "frequency_net": lazy("Häufigkeit (netto)"),
    "damage_net": lazy("Schadenshöhe (netto)"),
    "category_net": lazy("Kategorie (netto)"),
    "priority": lazy("Priorität"),
    "priority_set": lazy("Priorität von Hand"),
    "priority_reason": lazy("Begründung der Priorität"),
    "act_by": lazy("Zu handeln bis"),
    "treatment": lazy("Behandlung"),
    "measures": lazy("Maßnahmen"),
    "owner": lazy("Zuständig"),
    "cost": lazy("Kosten in ganzen Euro"),
    "due": lazy("Fällig"),
    "review_on": lazy("Nächste Prüfung"),
    "shared": lazy("Betrifft mehrere Städte"),
    "matrix": lazy("Fassung der Matrix"),
    "matrix_version": lazy("Fassung der Matrix"),
}
RATED: Final = ("frequency", "damage", "category", "frequency_net", "damage_net", "category_net", "treatment")
"""What the first entry tells: how the risk was rated when it was entered."""


def entries(lines: Sequence[Line], names: Mapping[UUID, str]) -> list[dict[str, Any]]:
    """The history as pages show it, the newest first; `names` are those of target objects."""
    return [_entry(one, {str(key): name for key, name in names.items()}) for one in lines]


def _entry(line: Line, names: Mapping[str, str]) -> dict[str, Any]:
    before, after = (msgspec.json.decode(x) if x else None for x in (line.before, line.after))
    changes = []
    if isinstance(after, dict):
        old = before if isinstance(before, dict) else {}
        shown = RATED if line.action == "risk.add" else tuple(FIELDS)
        changes = [
            (str(FIELDS[name]), _value(name, old.get(name), names), _value(name, after[name], names))
            for name in shown
            if name in after and (after[name] or None) != (old.get(name) or None)
        ]
    return {
        "title": str(TITLES[line.action]),
        "at": line.at,
        "who": (line.actor or "").split(" <", maxsplit=1)[0],
        "text": after.get("reason", "") if isinstance(after, dict) else "",
        "changes": changes,
    }


def _value(name: str, value: Any, names: Mapping[str, str]) -> str:
    if value is None or value in ("", []):
        return ""
    if name in ("priority", "priority_set"):
        return str(words.LEVELS[Level(value)][0])
    if name in ("act_by", "due", "review_on"):
        return format_date(date.fromisoformat(value))
    if name == "cost":
        return str(int(value) // 100)
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    return ", ".join(names.get(x, x) for x in value) if isinstance(value, list) else str(value)


def line(item: RiskView, taken: Sequence[AcceptanceView], names: Mapping[UUID, str], today: date) -> dict[str, Any]:
    """A risk as a row of the export."""
    newest, void = item.holds(taken, today)
    held = "" if newest is None else "gilt nicht mehr" if void else "gilt"
    values = (
        item.name, item.title, item.kind, ", ".join(item.threats), item.cause, item.scenario, item.affects,
        ", ".join(names[x] for x in item.targets if x in names), item.frequency, item.damage, item.category,
        item.frequency_net or "", item.damage_net or "", item.category_net or "", item.effective.word, item.treatment or "",
        item.measures, item.owner, "" if item.cost is None else item.cost // 100, item.due or "", item.review_on or "",
        newest.until if newest and newest.until else "", held, item.closed_at.date() if item.closed_at else "",
        item.closed_reason, item.matrix_version,
    )  # fmt: skip
    return dict(zip(HEADS, values, strict=True))
