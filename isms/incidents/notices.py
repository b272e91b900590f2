"""Texts of notices to authorities, persons and one's own house, filled from the incident; a person finishes and sends them.

Pure. What is not known stands as „[bitte ergänzen]“. The notice to the authority has the contents of Art. 33(3) GDPR.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from isms.incidents.clocks import Duty
from isms.incidents.view import Case
from service.i18n import Lazy, format_datetime, format_number, lazy, use
from service.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Kind:
    """One addressee: what the notice is called, to whom it usually goes, which duty it fulfils."""

    title: Lazy
    recipient: Lazy
    duty: Duty | None = None


KINDS: Final[Mapping[str, Kind]] = {
    "authority": Kind(
        lazy("Meldung an die Datenschutzaufsicht"), lazy("Hessischer Beauftragter für Datenschutz (HBDI)"), Duty.AUTHORITY
    ),
    "persons": Kind(lazy("Benachrichtigung der Betroffenen"), lazy("Betroffene Personen"), Duty.PERSONS),
    "early": Kind(lazy("Frühwarnung für den städtischen Betrieb"), lazy("Zuständige Meldestelle"), Duty.EARLY),
    "notice": Kind(lazy("Meldung für den städtischen Betrieb"), lazy("Zuständige Meldestelle"), Duty.NOTICE),
    "final": Kind(lazy("Abschlussbericht für den städtischen Betrieb"), lazy("Zuständige Meldestelle"), Duty.FINAL),
    "cert": Kind(lazy("Hinweis an das Computer-Notfallteam"), lazy("CERT des Landes oder KDLZ-CS")),
    "police": Kind(lazy("Mitteilung an die Polizei"), lazy("Ansprechstelle Cybercrime der Polizei")),
    "mayor": Kind(lazy("Unterrichtung der Leitung"), lazy("Bürgermeisterin oder Bürgermeister")),
    "council": Kind(lazy("Unterrichtung des Personalrats"), lazy("Personalrat")),
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A draft as it is offered."""

    recipient: str
    subject: str
    text: str


def prepare(kind: str, case: Case) -> Prepared:
    """The draft for one of `KINDS`, from what is known by now; German whoever prepares it, for its readers are."""
    with use("de"):
        about = KINDS[kind]
        subject = f"{about.title}: {case.item.name} {case.town}"
        paragraphs = BODIES.get(kind, _facts)(case)
        return Prepared(str(about.recipient), subject[:300], "\n\n".join(paragraphs))


def _open(text: object = "") -> str:
    return str(text) if text else _("[bitte ergänzen]")


def _number(value: int | None) -> str:
    return _("[bitte ergänzen]") if value is None else format_number(value)


def _what(case: Case) -> str:
    item = case.item
    since = format_datetime(item.since) if item.since else _("[bitte ergänzen]")
    return _("Was geschehen ist: %(what)s Ort: %(place)s. Beginn: %(since)s. Bekannt geworden: %(aware)s.",
        what=item.what.strip(), place=_open(item.place), since=since, aware=format_datetime(item.aware_at))  # fmt: skip


def _affected(case: Case) -> str:
    names = [name for _key, name in (*case.targets, *case.assets)]
    return _("Betroffen sind: %(names)s.", names=_open(", ".join(names)))


def _done(case: Case) -> str:
    return _("Ergriffene und geplante Maßnahmen: %(steps)s", steps=_open(case.item.steps.strip()))


def _harm(case: Case) -> str:
    return _("Wahrscheinliche Folgen: %(text)s", text=_open(case.item.consequences.strip()))


def _reach() -> str:
    return _("Rückfragen beantwortet: [Funktion, Telefon und E-Mail ergänzen].")


def _facts(case: Case) -> tuple[str, ...]:
    return (_what(case), _affected(case), _harm(case), _done(case), _reach())


def _authority(case: Case) -> tuple[str, ...]:
    item = case.item
    return (
        _("Meldung einer Verletzung des Schutzes personenbezogener Daten nach Art. 33 DSGVO."),
        _("Verantwortliche Stelle: %(town)s.", town=case.town),
        "1. " + _("Art der Verletzung.") + " " + _what(case),
        _("Art der Daten: %(data)s", data=_open(item.data.strip())),
        _("Ungefähre Zahl der betroffenen Personen: %(persons)s. Ungefähre Zahl der Datensätze: %(records)s.",
            persons=_number(item.persons), records=_number(item.records)),
        "2. " + _("Anlaufstelle: Datenschutzbeauftragte oder Datenschutzbeauftragter, [Telefon und E-Mail ergänzen]."),
        "3. " + _harm(case),
        "4. " + _done(case),
        _late(),
    )  # fmt: skip


def _late() -> str:
    later = _("Angaben, die noch fehlen, reichen wir nach.")
    return later + " " + _("Grund, falls mehr als 72 Stunden vergangen sind: [bitte ergänzen oder streichen].")


def _persons(case: Case) -> tuple[str, ...]:
    return (
        _("Guten Tag,"),
        _("bei der Stadt %(town)s sind Daten betroffen, die Sie angehen. Wir sagen, was geschehen ist und was Sie tun können.",
            town=case.town),
        _what(case),
        _("Um diese Daten geht es: %(data)s", data=_open(case.item.data.strip())),
        _harm(case),
        _done(case),
        _("Was Sie selbst tun können: [bitte ergänzen]."),
        _("Fragen beantwortet die oder der Datenschutzbeauftragte: [Telefon und E-Mail ergänzen]."),
    )  # fmt: skip


def _early(case: Case) -> tuple[str, ...]:
    return (
        _("Frühwarnung: erste Angaben zu einem erheblichen Sicherheitsvorfall."),
        _what(case),
        _("Verdacht auf eine rechtswidrige oder böswillige Handlung: [ja oder nein]."),
        _("Auswirkungen über die Landesgrenze hinaus möglich: [ja oder nein]."),
        _reach(),
    )


def _notice(case: Case) -> tuple[str, ...]:
    return (*_facts(case)[:-1], _("Schwere und Merkmale eines Angriffs, soweit bekannt: [bitte ergänzen]."), _reach())


def _final(case: Case) -> tuple[str, ...]:
    item = case.item
    return (
        *_facts(case)[:-1],
        _("Ursache: %(text)s", text=_open(item.cause.strip())),
        _("Lehren und dauerhafte Maßnahmen: %(text)s", text=_open(item.lessons.strip())),
        _reach(),
    )


def _police(case: Case) -> tuple[str, ...]:
    return (
        _("Wir teilen einen möglichen Angriff auf unsere Informationstechnik mit."),
        _what(case),
        _affected(case),
        _("Gesicherte Spuren: [bitte ergänzen, nichts löschen]."),
        _reach(),
    )


def _mayor(case: Case) -> tuple[str, ...]:
    decide = [_("über die Meldung an die Datenschutzaufsicht")] if Duty.AUTHORITY in case.item.duties() else []
    return (
        _what(case),
        _affected(case),
        _harm(case),
        _done(case),
        _("Was wir von Ihnen brauchen: eine Entscheidung %(what)s.", what=_open(", ".join(decide))),
    )


def _council(case: Case) -> tuple[str, ...]:
    return (
        _what(case),
        _("Daten von Beschäftigten sind betroffen: [ja, nein oder wird geprüft]."),
        _("Geplante Auswertungen, bei denen der Personalrat mitbestimmt: [bitte ergänzen oder streichen]."),
        _reach(),
    )


BODIES: Final[Mapping[str, Callable[[Case], tuple[str, ...]]]] = {
    "authority": _authority,
    "persons": _persons,
    "early": _early,
    "notice": _notice,
    "final": _final,
    "police": _police,
    "mayor": _mayor,
    "council": _council,
}
