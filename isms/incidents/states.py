"""States of an incident and which may follow which. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Final

from isms.incidents.clocks import Clock
from service.i18n import gettext as _
from service.i18n import lazy
from service.priority import Level


class State(enum.StrEnum):
    """Stand eines Vorfalls, in the order of the work."""

    GEMELDET = "gemeldet"
    BEWERTET = "bewertet"
    IN_BEARBEITUNG = "in_bearbeitung"
    EINGEDAEMMT = "eingedaemmt"
    BEHOBEN = "behoben"
    AUSGEWERTET = "ausgewertet"
    ABGESCHLOSSEN = "abgeschlossen"


WORDS: Final = {
    State.GEMELDET: lazy("gemeldet"),
    State.BEWERTET: lazy("bewertet"),
    State.IN_BEARBEITUNG: lazy("in Bearbeitung"),
    State.EINGEDAEMMT: lazy("eingedämmt"),
    State.BEHOBEN: lazy("behoben"),
    State.AUSGEWERTET: lazy("ausgewertet"),
    State.ABGESCHLOSSEN: lazy("abgeschlossen"),
}

TRANSITIONS: Final = {
    State.GEMELDET: (State.BEWERTET, State.ABGESCHLOSSEN),
    State.BEWERTET: (State.IN_BEARBEITUNG, State.ABGESCHLOSSEN),
    State.IN_BEARBEITUNG: (State.EINGEDAEMMT, State.BEHOBEN),
    State.EINGEDAEMMT: (State.BEHOBEN, State.IN_BEARBEITUNG),
    State.BEHOBEN: (State.AUSGEWERTET, State.IN_BEARBEITUNG),
    State.AUSGEWERTET: (State.ABGESCHLOSSEN, State.IN_BEARBEITUNG),
    State.ABGESCHLOSSEN: (State.IN_BEARBEITUNG,),
}
"""Forward step by step; back to work where it breaks out again; closed at once only what turned out to be none."""


def refusal(
    old: State,
    new: State,
    *,
    reason: str,
    rated: bool,
    cause: str,
    lessons: str,
    priority: Level | None,
    clocks: Sequence[Clock],
    same_person: bool,
) -> str | None:
    """Why the step may not be taken, in one German sentence; None if it may.

    `same_person`: who wants to close is who evaluated; a critical incident needs a second person (`domain.md` 5.7, G5).
    """
    if new not in TRANSITIONS[old]:
        return _("Von „%(old)s“ führt kein Schritt nach „%(new)s“.", old=WORDS[old], new=WORDS[new])
    early = old in (State.GEMELDET, State.BEWERTET) and new is State.ABGESCHLOSSEN
    back = list(State).index(new) < list(State).index(old)
    if (early or back) and not reason.strip():
        return _("Bitte begründen Sie diesen Schritt.")
    if new is State.BEWERTET and not rated:
        return _("Bitte bewerten Sie zuerst, wie schwer der Vorfall ist.")
    if new is State.AUSGEWERTET and not (cause.strip() and lessons.strip()):
        return _("Bitte tragen Sie zuerst Ursache und Lehren ein.")
    if new is State.ABGESCHLOSSEN and not all(one.settled for one in clocks):
        return _("Zu einer gesetzlichen Meldung fehlt noch die Entscheidung oder der Versand.")
    if new is State.ABGESCHLOSSEN and priority is Level.KRITISCH and same_person:
        return _("Einen kritischen Vorfall schließt eine zweite Person ab.")
    return None
