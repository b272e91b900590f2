"""W50: telephones stand in a network of their own."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import placed
from isms.facts import CLIENT_PURPOSES, EstateFacts
from isms.finding import Check, Finding

KINDS = frozenset({"phone", "telephony"})


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from placed(CHECK, estate, KINDS, CLIENT_PURPOSES, "Telefontechnik steht im Netz der Arbeitsplätze")


CHECK = Check(
    id="W50",
    version=1,
    title="Telefontechnik im Netz der Arbeitsplätze",
    rule="Telefone und Telefonanlagen stehen nicht in Netzen mit Arbeitsplätzen.",
    controls=("OW-NET-14", "OW-NET-03"),
    kompendium=("NET.4.2.A16", "NET.1.1.A6"),
    grundschutzpp=("02cac8a8-60e3-481d-96bf-3fa484afea78",),
    about="Telefone und Telefonanlagen, die ein Scan gesehen hat",
    lacking="Zweck des Netzes",
    run=run,
)
