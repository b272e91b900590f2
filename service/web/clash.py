"""Somebody was faster: what a form shows instead of a refusal, both versions side by side (409)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.errors import Outdated
from service.i18n import Lazy, format_date, ngettext
from service.i18n import gettext as _
from service.web.forms import Form


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Rows of (field, stored now, typed), and who it was where that is known; for the macro `ui.overtaken`."""

    rows: tuple[tuple[str, str, str], ...]
    by: str
    at: datetime | None


def overtaken(fields: Iterable[tuple[str, Any, Any]], error: Outdated) -> Overtaken:
    """Of (label, stored now, typed) those that differ."""
    rows = ((label, _shown(stored), _shown(typed)) for label, stored, typed in fields if stored != typed)
    return Overtaken(tuple(rows), error.by, error.at)


def of_forms(stored: Form, typed: Form, labels: Mapping[str, Lazy], error: Outdated) -> Overtaken:
    """Both versions of a form: of its fields those that have a label and differ."""
    names = [name for name in typed.__struct_fields__ if name in labels]
    return overtaken(((str(labels[name]), getattr(stored, name), getattr(typed, name)) for name in names), error)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ngettext("%(num)s gewählt", "%(num)s gewählt", len(value))
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    return format_date(value) if isinstance(value, date) else "" if value is None else str(value)
