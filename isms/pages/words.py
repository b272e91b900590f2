"""Words and tones of states as pages show them: always a word and a shape beside the colour."""

from __future__ import annotations

from collections.abc import Mapping

from isms.assess import ControlState, Lamp
from isms.measures import Claim
from isms.structure import words as structure
from service.charts import Tone
from service.i18n import Lazy, lazy
from service.priority import Level

KINDS = structure.KINDS

CLAIMS: Mapping[str, Lazy] = {
    Claim.UNBEARBEITET: lazy("unbearbeitet"),
    Claim.JA: lazy("ja"),
    Claim.TEILWEISE: lazy("teilweise"),
    Claim.NEIN: lazy("nein"),
    Claim.ENTBEHRLICH: lazy("entbehrlich"),
}
CLAIM_KEYS = ((Claim.JA, "1"), (Claim.TEILWEISE, "2"), (Claim.NEIN, "3"), (Claim.ENTBEHRLICH, "4"))

BADGES: Mapping[Lamp, str] = {
    Lamp.GREEN: "success",
    Lamp.YELLOW: "warning",
    Lamp.RED: "danger",
    Lamp.GREY: "unknown",
}

LAMPS: Mapping[Lamp, str] = {Lamp.GREEN: "good", Lamp.YELLOW: "tense", Lamp.RED: "critical", Lamp.GREY: "unknown"}

CASES: Mapping[str, tuple[Lazy, str]] = {
    "open": (lazy("offen"), "danger"),
    "dismissed": (lazy("begründet hingenommen"), "warning"),
    "false_alarm": (lazy("Fehlalarm, begründet"), "warning"),
    "fixed": (lazy("als behoben gemeldet"), "info"),
    "corrected": (lazy("Aussage berichtigt"), "neutral"),
    "resolved": (lazy("behoben"), "success"),
    "withdrawn": (lazy("zurückgezogen, Regel geändert"), "neutral"),
}

EVENTS: Mapping[str, Lazy] = {
    "opened": lazy("Widerspruch gefunden"),
    "reopened": lazy("Wieder aufgetreten"),
    "expired": lazy("Begründung abgelaufen"),
    "counted": lazy("Vollständiger Scan ohne Befund"),
    "resolved": lazy("Behoben: zwei Scans ohne Befund"),
    "corrected": lazy("Aussage berichtigt"),
    "dismissed": lazy("Begründet hingenommen"),
    "false_alarm": lazy("Als Fehlalarm begründet"),
    "rule_changed": lazy("Neue Fassung der Regel, bitte neu entscheiden"),
    "withdrawn": lazy("Zurückgezogen: die Regel sagt das nicht mehr"),
    "fixed": lazy("Als behoben gemeldet"),
    "undone": lazy("Entscheidung zurückgenommen"),
    "note": lazy("Hinweis der IT"),
}

LEVELS: Mapping[Level, tuple[Lazy, str, Tone]] = {
    Level.NIEDRIG: (lazy("niedrig"), "success", "good"),
    Level.MITTEL: (lazy("mittel"), "info", "medium"),
    Level.HOCH: (lazy("hoch"), "warning", "high"),
    Level.KRITISCH: (lazy("kritisch"), "danger", "bad"),
}

CATEGORIES: Mapping[str, tuple[Lazy, str, Tone]] = {
    "gering": (lazy("gering"), "success", "good"),
    "mittel": (lazy("mittel"), "info", "medium"),
    "hoch": (lazy("hoch"), "warning", "high"),
    "sehr hoch": (lazy("sehr hoch"), "danger", "bad"),
}


OWN_WORDS: Mapping[str, Lazy] = {"plusplus": lazy("nicht anwendbar"), "wiba": lazy("nicht relevant")}
"""How catalogues with a scale of their own say entbehrlich."""


def claims(scale: str) -> Mapping[str, Lazy]:
    """The claims in the words of a catalogue's answer scale."""
    return {**CLAIMS, Claim.ENTBEHRLICH: OWN_WORDS.get(scale, CLAIMS[Claim.ENTBEHRLICH])}


ORIGINS: Mapping[str, Lazy] = {
    "own": lazy("eigene Antwort"),
    "confirmed": lazy("bestätigter Vorschlag"),
    "renewed": lazy("gilt weiter nach Änderung des Satzes"),
    "prepared": lazy("Vorschlag"),
    "copied": lazy("aus einer anderen Stadt übernommen"),
}


def origin(key: str) -> str:
    """Where an answer came from, in words."""
    return str(ORIGINS[key]) if key in ORIGINS else key


def state_word(state: ControlState) -> str:
    """What the check shows for a state, in the reader's language."""
    word = str(CLAIMS[state.claim])
    if state.refuted:
        return f"{word} – {lazy('Widerspruch')}"
    if state.prerequisite_missing and state.claim is Claim.JA:
        return str(lazy("ja, Voraussetzung fehlt"))
    return word


def badge(state: ControlState) -> str:
    """Kind of badge for a state."""
    return "neutral" if state.claim is Claim.ENTBEHRLICH else BADGES[state.lamp]


FIELDS: Mapping[str, Lazy] = {
    "title": lazy("Titel"),
    "name": lazy("Name"),
    "text": lazy("Beschreibung"),
    "kind": lazy("Art"),
    "mode": lazy("Umfang"),
    "claim": lazy("Aussage"),
    "reason": lazy("Begründung oder Stand"),
    "responsible": lazy("Zuständig"),
    "owner": lazy("Zuständig"),
    "deputy": lazy("Vertretung"),
    "due": lazy("Fällig am"),
    "document": lazy("Nachweis oder Ablageort"),
    "state": lazy("Stand"),
    "state_reason": lazy("Begründung des Stands"),
    "start_on": lazy("Beginn"),
    "after": lazy("Beginnt erst nach"),
    "risks": lazy("Behandelt diese Risiken"),
    "origin": lazy("Anlass"),
    "cost": lazy("Kosten in ganzen Euro"),
    "cost_once": lazy("Kosten einmalig in ganzen Euro"),
    "cost_yearly": lazy("Kosten im Jahr in ganzen Euro"),
    "person_days": lazy("Personentage"),
    "budget_year": lazy("Haushaltsjahr"),
    "budget": lazy("Geld gesichert"),
    "funding": lazy("Förderung"),
    "priority": lazy("Priorität"),
    "priority_set": lazy("Priorität"),
    "priority_reason": lazy("Begründung der abweichenden Priorität"),
    "controls": lazy("Anforderungen"),
    "threats": lazy("Elementare Gefährdungen"),
    "cause": lazy("Ursache"),
    "scenario": lazy("Ablauf"),
    "affects": lazy("Wen es trifft"),
    "targets": lazy("Zielobjekte"),
    "frequency": lazy("Häufigkeit"),
    "damage": lazy("Schaden"),
    "frequency_net": lazy("Häufigkeit mit Maßnahmen"),
    "damage_net": lazy("Schaden mit Maßnahmen"),
    "act_by": lazy("Bis wann muss gehandelt sein?"),
    "treatment": lazy("Behandlung"),
    "measures": lazy("Maßnahmen"),
    "review_on": lazy("Nächste Prüfung am"),
    "shared": lazy("Das Risiko betrifft mehrere Städte"),
    "categories": lazy("Kategorien"),
    "kinds": lazy("Gerätearten aus dem Bestand"),
    "everything": lazy("Alle Geräte der Stadt gehören dazu"),
    "note": lazy("Bemerkung"),
    "os": lazy("Betriebssystem"),
    "purposes": lazy("Zweck des Netzes"),
    "networks": lazy("Netze"),
    "sites": lazy("Standorte"),
    "units": lazy("Abteilungen"),
    "pattern": lazy("Muster des Namens"),
    "alternatives": lazy("Nummer der Alternative"),
    "required_hours": lazy("Spätestens nach Stunden"),
    "degraded_ok": lazy("Der Notbetrieb überbrückt das"),
    "c": lazy("Vertraulichkeit"),
    "c_reasoning": lazy("Vertraulichkeit, Art der Begründung"),
    "c_reason": lazy("Vertraulichkeit, Begründung"),
    "i": lazy("Integrität"),
    "i_reasoning": lazy("Integrität, Art der Begründung"),
    "i_reason": lazy("Integrität, Begründung"),
    "a": lazy("Verfügbarkeit"),
    "a_reasoning": lazy("Verfügbarkeit, Art der Begründung"),
    "a_reason": lazy("Verfügbarkeit, Begründung"),
}
"""Labels of the fields of all forms of the ISMS, for comparing two versions."""
