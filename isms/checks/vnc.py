"""W24: no screen is offered over VNC without encryption."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding

PORTS = (5900, 5901, 5902, 5903)


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        hits = [x for x in estate.services(asset) if (x.port in PORTS or x.name == "vnc") and not x.tls]
        yield from absence(
            CHECK,
            estate,
            asset,
            hits,
            lambda _: "eine Bildschirmübertragung (VNC) antwortet ohne Verschlüsselung.",
            "kein VNC offen.",
        )


CHECK = Check(
    id="W24",
    version=1,
    title="Bildschirmfernsteuerung ohne Verschlüsselung (VNC)",
    rule="Kein Gerät antwortet auf VNC (5900–5903/tcp) ohne Verschlüsselung.",
    controls=("OW-DLS-06", "OW-SRV-04"),
    kompendium=("OPS.1.2.5.A3", "OPS.1.2.5.A8"),
    grundschutzpp=("b73c400e-b4f8-494c-ac02-619258f77a2d",),
    run=run,
)
