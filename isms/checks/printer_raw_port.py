"""W31: printers take no raw print data from everybody."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import workplaces
from isms.facts import EstateFacts
from isms.finding import Check, Finding

PORTS = {9100: "Rohdatendruck", 515: "LPD"}
KINDS = frozenset({"printer", "label_printer"})


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from workplaces(
        CHECK,
        estate,
        PORTS,
        lambda x: f"{PORTS[x.port]} ({x.port}/tcp) nimmt aus einem Netz mit Arbeitsplätzen Aufträge ohne Anmeldung an.",
        "kein Rohdatendruck offen.",
        KINDS,
    )


CHECK = Check(
    id="W31",
    version=1,
    title="Drucker nimmt Daten ohne Anmeldung an",
    rule="Drucker nehmen aus Netzen mit Arbeitsplätzen keine Rohdaten (9100/tcp, 515/tcp) an; Druckserver vermitteln.",
    controls=("OW-ARB-15",),
    kompendium=("SYS.4.1.A11", "SYS.4.1.A18"),
    grundschutzpp=("48013e9f-7f90-495c-8cbd-aaf33f5060fb",),
    about="Drucker in Netzen der Arbeitsplätze",
    run=run,
)
