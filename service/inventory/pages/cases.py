"""A review case as a line that people read: whom it concerns, what is different, how one answers with a click. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import labels
from service.inventory.views import ReviewRow


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as the inbox draws it; `answers` are (choice, word, kind of button) that one click settles."""

    id: UUID
    kind: str
    name: str
    asset: UUID | None
    sub: str
    what: str
    before: str
    after: str
    opened_at: datetime
    rank: int
    state: str
    answers: tuple[tuple[str, str, str], ...]
    look: str
    """Label of the link to the case's own page, where a click is not enough."""


def describe(case: ReviewRow, towns: Mapping[int, str], now: datetime, other: str = "") -> Shown:
    """The line of a case; `towns` are the names of all towns by id, `other` the second device in more words than its name."""
    values = [str(one) for one in case.details.get("values", ())]
    name = case.asset_name or str(case.details.get("name") or case.details.get("ip") or "") or (values[0] if values else "")
    sub = labels.word(labels.KINDS, case.asset_kind) if case.asset_kind else ""
    before = after = ""
    if case.kind == "changed":
        field = str(case.details.get("field", ""))
        before, after = (labels.shown(field, str(case.details.get(one, ""))) for one in ("shown", "seen"))
    what, answers, look = _told(case, values, towns, now, other or case.other_name or "")
    if case.state == "answered":
        answers, look = (), _("Ansehen")
    return Shown(
        case.id, case.kind, name or _("ohne Namen"), case.asset, sub, what, before, after, case.opened_at, case.rank, case.state,
        answers, look,
    )  # fmt: skip


def _told(
    case: ReviewRow, values: list[str], towns: Mapping[int, str], now: datetime, other: str
) -> tuple[str, tuple[tuple[str, str, str], ...], str]:
    match case.kind:
        case "new":
            ip = str(case.details.get("ip") or "")
            text = _("Neu im Netz, Adresse %(ip)s", ip=ip) if ip else _("Neu, ohne Adresse")
            return text, (("accept", _("Übernehmen"), "primary"),), _("Zuordnen …")
        case "changed":
            return _changed(case), (("take", _("Annehmen"), "primary"), ("keep", _("Ablehnen"), "secondary")), _("Ansehen")
        case "missing":
            seen = case.details.get("last_seen")
            days = (now - datetime.fromisoformat(str(seen))).days if seen else 0
            text = ngettext("Seit %(num)s Tag nicht gesehen", "Seit %(num)s Tagen nicht gesehen", days)
            return text, (("still_there", _("Noch da"), "secondary"),), _("Abgang prüfen")
        case "replaced":
            text = _("Der Name ist geblieben, die Hardware ist neu: ersetzt oder repariert? Zweites Gerät: %(name)s", name=other)
            return (
                text,
                (("different", _("Ersetzt: getrennt lassen"), "secondary"), ("same", _("Zusammenführen"), "secondary")),
                _("Feld für Feld …"),
            )
        case "duplicate":
            text = _("Vielleicht dasselbe Gerät wie %(name)s", name=other)
            return (
                text,
                (("same", _("Zusammenführen"), "secondary"), ("different", _("Bleiben getrennt"), "secondary")),
                _("Feld für Feld …"),
            )
        case "typo":
            told, real = [*values, "", ""][:2]
            if len(values) > 2:
                text = _(
                    "Die Liste gibt %(number)s die Seriennummer %(told)s; die gehört zu %(other)s", told=told, number=values[2],
                    other=real,
                )  # fmt: skip
                wrong = _("Seriennummer gehört zu %(other)s: Zeile ist falsch", other=real)
                return text, (("restore", wrong, "primary"), ("noted", _("Tippfehler bestätigen"), "secondary")), _("Ansehen")
            text = _("In der Liste steht %(told)s, das Gerät meldet %(real)s", told=told, real=real)
            return text, (("noted", _("Tippfehler bestätigen"), "primary"),), _("Ansehen")
        case "bearer":
            text = _("Mehrere Geräte tragen den Namen %(name)s", name=values[0] if values else "")
            return text, (("noted", _("Offen lassen"), "secondary"),), _("Zuordnen …")
        case _:
            partner = towns.get(int(case.details.get("partner_town", -1)), _("einer anderen Stadt"))
            lent = _("Auch in %(town)s gesehen: dorthin verliehen?", town=partner)
            guest = _("Gehört vielleicht %(town)s und ist hier geliehen?", town=partner)
            text = lent if case.details.get("role") == "owner" else guest
            return text, (("yes", _("Ja, verliehen"), "primary"), ("no", _("Nein"), "secondary")), _("Ansehen")


def _changed(case: ReviewRow) -> str:
    field = labels.word(labels.FIELDS, str(case.details.get("field", "")))
    source = labels.word(labels.SOURCES, str(case.details.get("source", "")))
    if case.details.get("locked"):
        return _("%(field)s ist von Hand gesetzt, %(source)s meldet etwas anderes", field=field, source=source)
    return _("%(field)s: %(source)s meldet etwas anderes", field=field, source=source)
