"""W48: cameras do not stand where people's devices live."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import placed
from isms.facts import CLIENT_PURPOSES, EstateFacts
from isms.finding import Check, Finding

KINDS = frozenset({"camera", "conference", "environment_sensor"})


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from placed(CHECK, estate, KINDS, CLIENT_PURPOSES, "Kamera- oder Sensortechnik steht im Netz der Arbeitsplätze")


CHECK = Check(
    id="W48",
    version=1,
    title="Kamera oder Sensor im Netz der Arbeitsplätze",
    rule="Kameras, Konferenztechnik und Sensoren stehen nicht in Netzen mit Arbeitsplätzen.",
    controls=("OW-NET-16", "OW-NET-03"),
    kompendium=("SYS.4.4.A5", "NET.1.1.A6"),
    grundschutzpp=("6ff2de76-4a01-42cc-a794-1a6ec9313f46",),
    about="Kameras, Konferenztechnik und Sensoren, die ein Scan gesehen hat",
    lacking="Zweck des Netzes",
    run=run,
)
