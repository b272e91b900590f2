"""W27: no screen of X11 is open to the network."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import CLIENT_KINDS, SERVER_KINDS, EstateFacts
from isms.finding import Check, Finding

PORTS = tuple(range(6000, 6008))
KINDS = CLIENT_KINDS | SERVER_KINDS
SAID = "eine grafische Oberfläche (X11) antwortet unverschlüsselt; Eingaben können mitgelesen werden."


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        hits = [x for x in estate.services(asset) if (x.port in PORTS or x.name == "X11") and not x.tls]
        if hits or asset.kind in KINDS:
            yield from absence(CHECK, estate, asset, hits, lambda _: SAID, "kein X11 offen.")


CHECK = Check(
    id="W27",
    version=1,
    title="Offene grafische Oberfläche (X11)",
    rule="Kein Gerät antwortet auf X11 (6000–6007/tcp).",
    controls=("OW-SRV-03", "OW-SRV-04"),
    kompendium=("SYS.1.1.A6", "SYS.1.3.A8"),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d", "24c072af-d71b-4d57-8b8f-119194e5cb8a"),
    about="Server und Arbeitsplätze; andere nur bei einem Treffer",
    run=run,
)
