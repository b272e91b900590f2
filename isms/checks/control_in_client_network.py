"""W49: controls of water, sewage and buildings stand in networks of their own."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import placed
from isms.facts import CLIENT_PURPOSES, EstateFacts
from isms.finding import Check, Finding

KINDS = frozenset({"plc"})
WRONG = CLIENT_PURPOSES | {"server", "printer", "telephony"}


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from placed(CHECK, estate, KINDS, WRONG, "eine Steuerung steht in einem Netz der Verwaltung")


CHECK = Check(
    id="W49",
    version=1,
    title="Steuerung im Netz der Verwaltung",
    rule="Fernwirk- und Gebäudetechnik steht in eigenen Netzen, nicht bei Arbeitsplätzen, Servern oder Druckern.",
    controls=("OW-NET-16",),
    kompendium=("IND.2.1.A6", "INF.14.A6", "IND.1.A5"),
    grundschutzpp=("43badc07-0172-4666-9a72-0c0289b7f540",),
    about="Steuerungen, die ein Scan gesehen hat",
    lacking="Zweck des Netzes",
    run=run,
)
