"""What the pages of this package share: choices that are known, the history as its macro draws it, dates in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from litestar import Request

from service.audit.words import ACTIONS
from service.contracts import words
from service.contracts.store.rows import Event
from service.errors import Wrong
from service.i18n import gettext as _
from service.web.forms import Form

Ask = Request[Any, Any, Any]
_TWIN = {"site_id": "site", "asset_id": "device", "contract_id": "contract", "successor_id": "successor"} | {
    name: name for name in ("target_id", "scope_sites", "scope_objects", "scope_areas")
}
"""Columns whose words stand under the name of the form's field."""


def choice(form: Form, known: Mapping[str, Mapping[str, Any]]) -> None:
    """Raises `Wrong` where a field has none of the values it may have."""
    for name, options in known.items():
        if getattr(form, name) not in options:
            raise Wrong(_("Diese Auswahl gibt es nicht."), name)


def drawn(
    events: Sequence[Event], options: Mapping[str, Mapping[str, Any]], fields: Mapping[str, Any] = words.FIELDS
) -> list[dict[str, Any]]:
    """A history for the macro; `options` has the words of values that are chosen from a list, `fields` those of fields."""
    return [
        {
            "title": str(ACTIONS.get(one.action, one.action)), "at": one.at, "who": one.who, "text": "",
            "changes": [_change(name, before, after, options, fields) for name, before, after in one.changes],
        }
        for one in events
    ]  # fmt: skip


def _change(
    name: str, before: str, after: str, options: Mapping[str, Mapping[str, Any]], fields: Mapping[str, Any]
) -> tuple[str, str, str]:
    told = options.get(name, {})
    label = str(fields.get(_TWIN.get(name, name), name))
    if name in _TWIN:  # ids say nothing to people
        return label, _("gesetzt") if before else "–", _("geändert") if after else "–"
    if name == "cost_yearly":
        before, after = (text[:-2] if text else text for text in (before, after))
    return label, str(told.get(before, before)) or "–", str(told.get(after, after)) or "–"


def day(value: date | None) -> str:
    """A day in a file."""
    return f"{value:%d.%m.%Y}" if value else ""
