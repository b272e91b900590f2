"""Incidents of the demonstration: per town what was reported, one with a running clock, one closed with lessons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from isms.incidents import store
from isms.incidents.clocks import Duty
from isms.incidents.levels import Severity
from isms.incidents.notices import prepare
from isms.incidents.states import State
from service.audit.chain import Actor
from service.auth.people import TownRef
from service.db import SafeTransaction, town_tx
from service.objects import store as objects


@dataclass(frozen=True, slots=True)
class Told:
    """One incident: who reported it how many hours ago, what was found, how far it is."""

    town: str
    by: str
    hours: float
    title: str
    what: str
    place: str
    values: Mapping[str, Any] = field(default_factory=dict)
    states: tuple[State, ...] = ()
    notes: tuple[str, ...] = ()
    duties: Mapping[Duty, bool] = field(default_factory=dict)
    """What the mayor decided; to notify means that the notice was sent too."""
    severity: Severity = Severity.STOERUNG
    targets: int = 0
    """So many of the town's first target objects are affected."""


WAY: Final = (State.BEWERTET, State.IN_BEARBEITUNG, State.EINGEDAEMMT, State.BEHOBEN, State.AUSGEWERTET, State.ABGESCHLOSSEN)
STORY: Final = (
    Told(
        "erbach", "it_erbach", 24 * 74, "Ausfall des regionalen Netzdienstleisters",
        "Alle Fachverfahren im Rechenzentrum und die E-Mail sind seit dem Morgen nicht erreichbar.", "Rathaus, Außenstellen",
        {
            "impact": {"reach": 4, "tasks": 3, "data": 2, "image": 3}, "spreading": False, "personal_data": True, "persons": 0,
            "lead": "IT-Administration", "elsewhere": "Michelstadt, Oberzent, Brombachtal", "towns": 4, "critical_down": True,
            "emergency_operation": True, "plan_fits": True, "joint_plan": True, "cost": 6400, "hours": 118,
            "data": "Ob Daten abgeflossen sind, wurde geprüft; es gab keinen Hinweis darauf.",
            "consequences": "Bürgerbüro und Kasse arbeiteten zwei Tage auf Papier.",
            "steps": "Notbetrieb auf Papier, mobile Leitung für das Standesamt, tägliche Lage mit dem Dienstleister.",
            "cause": "Störung beim Dienstleister, es gab nur eine Leitung und keinen zweiten Weg.",
            "lessons": "Zweite Leitung über Mobilfunk gemeinsam beschaffen, Notfallordner für Bürgerbüro und Kasse drucken.",
        },
        WAY, ("Mobile Leitung im Standesamt läuft.", "Dienstleister meldet Verbindung wieder hergestellt."),
        {Duty.AUTHORITY: True, Duty.PERSONS: False}, Severity.NOTFALL, 3,
    ),
    Told(
        "erbach", "hauptamt", 30, "Verlorenes Diensthandy", "Ein Diensthandy wurde im Zug liegen gelassen.", "Unterwegs",
        {
            "impact": {"reach": 1, "data": 2}, "personal_data": True, "persons": 40, "lead": "IT-Administration",
            "data": "Kontakte und E-Mails eines Postfachs.", "steps": "Gerät aus der Ferne gesperrt und gelöscht.",
        },
        WAY[:3], (), {Duty.PERSONS: False},
    ),
    Told(
        "michelstadt", "it_michelstadt", 26, "Postfach verschickt fremde Nachrichten",
        "Aus einem Postfach des Bürgerbüros gehen seit der Nacht Nachrichten mit Anhang an fremde Empfänger.", "Bürgerbüro",
        {
            "impact": {"reach": 2, "data": 3, "image": 2}, "spreading": True, "personal_data": True, "persons": 340,
            "lead": "IT-Administration", "data": "Namen, Anschriften und Anliegen aus dem Schriftverkehr.",
            "consequences": "Betroffene können Nachrichten mit Schadprogrammen bekommen.",
            "steps": "Kennwort zurückgesetzt, Anmeldungen beendet, Regeln des Postfachs gesichert.",
        },
        WAY[:2], ("Anmeldung aus dem Ausland in der Nacht gefunden.", "Zweiter Faktor war für das Postfach nicht eingeschaltet."),
        {}, Severity.STOERUNG, 1,
    ),
    Told(
        "oberzent", "waterworks", 24 * 19, "Fernwirktechnik meldet sich nicht",
        "Der Hochbehälter meldet seit dem Abend keinen Füllstand mehr.", "Wasserwerk",
        {
            "impact": {"reach": 2, "tasks": 2, "life": 2}, "personal_data": False, "lead": "Wasserwerk", "hours": 9, "cost": 780,
            "steps": "Füllstand von Hand abgelesen, Mobilfunkmodul getauscht.", "cause": "Defektes Mobilfunkmodul.",
            "lessons": "Ein Ersatzmodul im Wasserwerk bereithalten.",
        },
        WAY, ("Füllstand wird alle vier Stunden von Hand abgelesen.",),
    ),
    Told(
        "brombachtal", "it_brombachtal", 3, "Verdächtige Nachricht an die Kita",
        "Die Kita bekam eine Nachricht mit der Bitte, Bankdaten zu ändern. Niemand hat geantwortet.", "Kita",
    ),
)  # fmt: skip


async def fill(known: Mapping[str, TownRef], people: Mapping[str, Actor], now: datetime) -> int:
    """Report and work on every incident of the story that is not there yet; answers how many were added."""
    added = 0
    for told in STORY:
        town = known[told.town]
        async with town_tx({town.id, 0}, town.id) as tx:
            if all(one.title != told.title for one in await store.incidents(tx, [town.id])):
                await _tell(tx, town, told, people, now)
                added += 1
    return added


async def _tell(tx: SafeTransaction, town: TownRef, told: Told, people: Mapping[str, Actor], now: datetime) -> None:
    begun, here = now - timedelta(hours=told.hours), town.id
    officer, mayor = people["isb"], people[f"mayor_{town.slug}"]
    value = store.Report(told.what, told.place, begun - timedelta(hours=1), people[told.by].name, told.title)
    key = await store.report(tx, here, value, people[told.by], begun)
    at = begun + timedelta(minutes=40)
    if told.values:
        reason = "" if told.values.get("personal_data") else "Die Anlage verarbeitet keine personenbezogenen Daten."
        await store.edit(tx, here, key, told.values, "Bewertet", 1, officer, at, reason)
    for one in (await objects.targets(tx, here))[: told.targets]:
        await store.involve(tx, here, key, "targets", one.id, add=True, actor=officer, now=at)
    if told.severity is not Severity.STOERUNG:
        await store.declare(tx, here, key, told.severity, "Kernleistungen stehen in vier Städten.", mayor, at, final=True)
    for line in told.notes:
        at += timedelta(minutes=50)
        await store.note(tx, here, key, line, officer, at)
    for duty, notify in told.duties.items():
        reason = "Vorsorglich, weil ein Abfluss nicht ausgeschlossen war." if notify else "Kein hohes Risiko für die Betroffenen."
        await store.decide(tx, here, key, duty, notify=notify, reason=reason, role="mayor", actor=mayor, now=at)
        if notify:
            text = prepare(duty, await store.case(tx, here, town.name, key))
            draft = await store.draft(tx, here, key, duty, text.recipient, text.subject, text.text, 0, officer, at)
            await store.send(tx, here, key, draft, "Datenschutzaufsicht", at, officer, at)
    for state in told.states:
        at += timedelta(minutes=30)
        if state is State.ABGESCHLOSSEN:
            await store.learn(tx, here, key, officer, at)
        who = mayor if state is State.ABGESCHLOSSEN else officer
        await store.step(tx, here, key, state, "", (await store.incident(tx, here, key)).version, who, at)
