"""What happened to a lot, as people read it: from the entries of the log. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

import msgspec

from service.audit.words import action
from service.i18n import format_cents, format_date, format_number
from service.i18n import gettext as _
from service.limits import day_of
from service.names import shown_name
from service.purchasing import words


class Entry(Protocol):
    """What is read of an entry of the log."""

    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str | None: ...
    @property
    def action(self) -> str: ...
    @property
    def before(self) -> str | None: ...
    @property
    def after(self) -> str | None: ...


def told(entries: Iterable[Entry], towns: Mapping[int, str]) -> list[dict[str, Any]]:
    """Title, time, person and changes of each entry, in the order given."""
    return [_one(entry, towns) for entry in entries]


def _one(entry: Entry, towns: Mapping[int, str]) -> dict[str, Any]:
    before, after = (msgspec.json.decode(text) if text else {} for text in (entry.before, entry.after))
    labels = {
        "tiers": _("Preise"), "key": _("Kosten verteilen"), "lead": _("Federführung"), "cents": _("Rechnungsbetrag"),
        "on": _("Rechnung vom"),
    }  # fmt: skip
    changes = [
        (label, _said(name, before.get(name), towns), _said(name, after.get(name), towns))
        for name, label in labels.items()
        if before.get(name) != after.get(name)
    ]
    text = ""
    if entry.action == "lot.fix" and after.get("all"):
        text = _("Alle Kommunen des Loses haben zugestimmt.")
    elif "town" in after:
        text = towns.get(after["town"], "")
    return {
        "title": action(entry.action), "at": entry.at, "who": shown_name(entry.actor), "text": text,
        "changes": changes,
    }  # fmt: skip


def _said(name: str, value: Any, towns: Mapping[int, str]) -> str:
    if value in (None, []):
        return ""
    match name:
        case "tiers":
            return tiers((least, price) for least, price in value)
        case "key":
            return str(words.KEYS.get(value, value))
        case "lead":
            return towns.get(value, "")
        case "cents":
            return format_cents(value)
    return format_date(day) if (day := day_of(str(value))) else str(value)


def tiers(pairs: Iterable[tuple[int, int]]) -> str:
    """„ab 1: 1.049,00 €, ab 10: 979,00 €“."""
    return ", ".join(_("ab %(n)s: %(price)s", n=format_number(least), price=format_cents(price)) for least, price in pairs)
