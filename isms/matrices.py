"""The two matrices of the register as drawings: 200-3 (frequency × damage) and priority (impact × urgency).

Pure: risks in, `Drawing` out; pages and reports show the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from isms.register import RiskView, by_cell
from isms.risk import DAMAGES, FIRST, FREQUENCIES, Scheme
from service.charts import Drawing, MatrixCell, Tone, matrix
from service.i18n import gettext as _
from service.i18n import ngettext
from service.priority import DEFAULT_MATRIX, Level, Matrix, priority

CATEGORY_TONES: Mapping[str, Tone] = {"gering": "good", "mittel": "medium", "hoch": "high", "sehr hoch": "bad"}
LEVEL_TONES: Mapping[Level, Tone] = {
    Level.NIEDRIG: "good",
    Level.MITTEL: "medium",
    Level.HOCH: "high",
    Level.KRITISCH: "bad",
}


def risk_matrix(risks: Sequence[RiskView], base: str = "", *, net: bool = False, scheme: Scheme = FIRST) -> Drawing:
    """How many risks stand in each cell of BSI-Standard 200-3; with `base` every filled cell leads to its risks.

    Cells are coloured by `scheme`; the caption counts by the category each risk was rated with.
    """
    counts = by_cell(risks, net=net)
    cells = {
        (damage, frequency): MatrixCell(
            counts[damage, frequency],
            scheme.category(frequency, damage),
            CATEGORY_TONES[scheme.category(frequency, damage)],
            f"{base}?{urlencode({'damage': damage, 'frequency': frequency} | ({'net': '1'} if net else {}))}"
            if base and counts[damage, frequency]
            else "",
        )
        for damage in DAMAGES
        for frequency in FREQUENCIES
    }
    serious = sum((x.remaining if net else x.category) in ("hoch", "sehr hoch") for x in risks)
    caption = ngettext(
        "%(num)s Risiko ist hoch oder sehr hoch (von %(all)s).",
        "%(num)s Risiken sind hoch oder sehr hoch (von %(all)s).",
        serious,
        all=sum(counts.values()),
    )
    title = _("Risiken mit Maßnahmen (netto)") if net else _("Risiken nach Häufigkeit und Schaden (brutto)")
    about = _("Netto: ") if net else ""
    return matrix(title, caption, (_("Schaden"), _("Häufigkeit")), FREQUENCIES, tuple(reversed(DAMAGES)), cells, about=about)


def priority_matrix(risks: Sequence[RiskView], base: str = "", scheme: Matrix = DEFAULT_MATRIX) -> Drawing:
    """How many risks stand in each cell of impact × urgency."""
    counts: Counter[tuple[Level, Level]] = Counter((x.impact, x.how_soon) for x in risks)
    cells = {
        (impact.word, soon.word): MatrixCell(
            counts[impact, soon],
            priority(impact, soon, scheme).word,
            LEVEL_TONES[priority(impact, soon, scheme)],
            f"{base}?{urlencode({'impact': int(impact), 'urgency': int(soon)})}" if base and counts[impact, soon] else "",
        )
        for impact in Level
        for soon in Level
    }
    first = sum(number for (impact, soon), number in counts.items() if priority(impact, soon, scheme) >= Level.HOCH)
    caption = ngettext(
        "%(num)s Risiko hat hohe oder kritische Priorität (von %(all)s).",
        "%(num)s Risiken haben hohe oder kritische Priorität (von %(all)s).",
        first,
        all=sum(counts.values()),
    )
    names = [x.word for x in Level]
    title = _("Priorität nach Auswirkung und Dringlichkeit")
    return matrix(title, caption, (_("Auswirkung"), _("Dringlichkeit")), names, tuple(reversed(names)), cells)
