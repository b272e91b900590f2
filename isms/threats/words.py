"""Words of the overviews of threats and hazards as pages and exports show them."""

from __future__ import annotations

from collections.abc import Mapping

from isms.structure.words import KINDS
from isms.threats.relevance import Line, State
from service.i18n import Lazy, lazy
from service.i18n import gettext as _

STATES: Mapping[State, tuple[Lazy, str]] = {
    State.OPEN: (lazy("offen"), "unknown"),
    State.UNCOVERED: (lazy("trifft zu, noch kein Risiko"), "warning"),
    State.COVERED: (lazy("Risiko erfasst"), "success"),
    State.IRRELEVANT: (lazy("trifft nicht zu"), "neutral"),
    State.CLASHING: (lazy("trifft nicht zu, trotzdem Risiko"), "warning"),
    State.UNASKED: (lazy("nicht vorgeschlagen"), "neutral"),
}


def why(line: Line) -> str:
    """Why a threat is proposed: the kind of object or its category."""
    if not line.because:
        return ""
    if line.because in KINDS:
        return _("Art „%(name)s“", name=KINDS[line.because])
    return _("Kategorie „%(name)s“", name=line.because)
