"""Further facts of the story: incidents, backups, training, exercises, audits, certificates, decisions.

Days count from the demonstration's day (negative: in the past), money in Euro, hours on the 24×7 clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.demo.people import BRO, ERB, MIC, OBZ


@dataclass(frozen=True, slots=True)
class Incident:
    """Vorfall of the last twelve months; `window_kept` False where a processing window passed."""

    towns: tuple[str, ...]
    title: str
    level: str
    priority: str
    days: int
    hours_down: float
    cause: str
    lesson: str
    personal_data: bool = False
    notice: str = ""
    window_kept: bool = True
    cost: int = 0


INCIDENTS: tuple[Incident, ...] = (
    Incident(
        (ERB, MIC, OBZ, BRO),
        "Ausfall des regionalen Netzdienstleisters",
        "Krise",
        "kritisch",
        -164,
        31.5,
        "Störung im Rechenzentrum des Anbieters nach einer Änderung",
        "Zweite Anbindung prüfen; Meldewege gemeinsam regeln",
        True,
        "72-Stunden-Frist geprüft, nach 20 Stunden entschieden: keine Meldepflicht",
        cost=18_400,
    ),
    Incident(
        (MIC,),
        "Schadprogramm auf einem Arbeitsplatz im Bauamt",
        "Störung",
        "hoch",
        -231,
        6.0,
        "Anhang einer Bewerbung",
        "Anhänge aus dem Internet nur noch im Betrachter öffnen",
        cost=2_100,
    ),
    Incident(
        (ERB,),
        "Notebook aus einem Dienstwagen gestohlen",
        "Störung",
        "hoch",
        -97,
        0.0,
        "Gerät lag sichtbar im Auto, Datenträger war verschlüsselt",
        "Verschlüsselung auf allen Geräten prüfen",
        True,
        "Meldung an die Aufsicht nicht nötig, Entscheidung festgehalten",
        cost=1_300,
    ),
    Incident(
        (OBZ,), "Zahlungsanweisung im Namen der Leitung", "Störung", "mittel", -142, 0.0, "Gefälschte E-Mail", "Rückrufregel"
    ),
    Incident(
        (MIC,), "Telefonanlage nicht erreichbar", "Störung", "mittel", -75, 3.5, "Defektes Netzteil", "Ersatzteil auf Lager"
    ),
    Incident(
        (BRO,),
        "Server überhitzt",
        "Störung",
        "mittel",
        -118,
        9.0,
        "Kein Lüfter im Abstellraum",
        "Schrank mit Lüftung beschaffen",
        window_kept=False,
        cost=400,
    ),
    Incident(
        (OBZ,), "Steuerung im Wasserwerk ohne Verbindung", "Störung", "mittel", -51, 5.0, "Batterie der USV schwach", "Tausch"
    ),
    Incident(
        (ERB,), "Falscher Empfänger eines Bescheids", "Störung", "niedrig", -33, 0.0, "Adressverwechslung", "Vier Augen", True
    ),
    Incident(
        (MIC,), "Drucker im Bürgerbüro druckt fremde Aufträge", "Störung", "niedrig", -19, 1.0, "Doppelter Name", "Namen prüfen"
    ),
)
"""Nine incidents: one kritisch, two hoch, four mittel, two niedrig; one window passed."""


@dataclass(frozen=True, slots=True)
class TownFacts:
    """Dated facts of a town that no scan can tell; days from today, None where it never happened."""

    training_percent: int
    training_days: int
    wiba_percent: int
    maturity: int
    """KDLZ-CS, 0 to 10."""
    policy_review_days: int | None
    roles_review_days: int | None
    backup_days: int | None
    """Last good backup."""
    backup_interval_hours: int
    restore_test_days: int | None
    exercise_days: int | None
    alarm_test: str = ""
    alarm_list_days: int | None = None
    handbook_days: int | None = None
    bia_days: int | None = None
    vpn: tuple[int, int, int] | None = None
    """Staff with an agreement on mobile work, valid certificates, of them expiring within 30 days."""
    vpn_expire_days: int | None = None


FACTS: Mapping[str, TownFacts] = {
    ERB: TownFacts(61, -45, 58, 3, -210, -60, -1, 24, -168, -130, "", -90, -120, -250),
    MIC: TownFacts(78, -38, 63, 3, -150, -35, -1, 24, -95, -130, "", -60, -75, -220, (42, 35, 7), 21),
    OBZ: TownFacts(44, -52, 41, 2, -330, -110, -1, 24, None, -130, "12 von 17 in 34 Minuten (Median)", -150, -230, -390),
    BRO: TownFacts(90, -30, 35, 2, -60, -80, -3, 24, -301, -130, "", -260, None, None),
}


@dataclass(frozen=True, slots=True)
class Decision:
    """Beschluss to be taken; `shares` by inhabitants where a cost is joint."""

    title: str
    facts: str
    options: tuple[str, ...]
    recommendation: str
    cost_once: int
    cost_yearly: int
    person_days: int
    due_days: int
    towns: tuple[str, ...] = field(default=(ERB, MIC, OBZ, BRO))


DECISIONS: tuple[Decision, ...] = (
    Decision(
        "Zweite Anbindung über Mobilfunk",
        "Alle vier Rathäuser hängen an einem Anbieter. Im Juni fielen E-Mail, Telefon und Fachverfahren 31 Stunden aus.",
        ("Mobilfunk je Rathaus", "Zweite Glasfaser je Rathaus", "nichts tun"),
        "Mobilfunk je Rathaus",
        9_600,
        5_760,
        12,
        45,
    ),
    Decision(
        "Tausch der Sicherungen zwischen den Kommunen",
        "Zwei Kommunen haben keine Kopie außer Haus. Verschlüsselte Kopien bei Nachbarn kosten fast nichts.",
        ("Wöchentlicher Tausch", "Bankschließfach", "nichts tun"),
        "Wöchentlicher Tausch",
        2_800,
        0,
        10,
        60,
    ),
    Decision(
        "38 Notebooks in einem Los",
        "38 Arbeitsplätze erhalten keine Sicherheitsupdates mehr. Einzeln 38.042 €, gemeinsam 34.922 €.",
        ("Gemeinsames Los", "Einzelkauf", "nichts tun"),
        "Gemeinsames Los",
        34_922,
        0,
        10,
        30,
    ),
    Decision(
        "Gemeinsames Friedhofsverfahren",
        "Erbach und Michelstadt nutzen verschiedene Verfahren für denselben Zweck; eines läuft aus.",
        ("Gemeinsames Verfahren", "beide weiterführen", "nichts tun"),
        "Gemeinsames Verfahren",
        6_200,
        4_900,
        15,
        150,
        (ERB, MIC),
    ),
)
