"""W33: no stray proxy passes traffic on."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import CLIENT_KINDS, EstateFacts
from isms.finding import Check, Finding

PORTS = {1080: "SOCKS", 3128: "Web-Proxy", 8118: "Web-Proxy"}
NAMES = frozenset({"socks", "socks4", "socks5", "squid-http"})
KEEPERS = frozenset({"server", "vm", "firewall", "router", "load_balancer", "appliance", "unknown", "other"})
"""Kinds of device on which a proxy may be meant; there nobody can tell from outside."""
SAID = "ein Proxy antwortet auf einem Gerät, das keiner sein soll; darüber lassen sich Sperren umgehen."


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        if asset.kind in KEEPERS:
            continue
        hits = [x for x in estate.services(asset) if x.port in PORTS or x.name in NAMES]
        if hits or asset.kind in CLIENT_KINDS:
            yield from absence(CHECK, estate, asset, hits, lambda _: SAID, "kein Proxy offen.")


CHECK = Check(
    id="W33",
    version=1,
    title="Offener Proxy",
    rule="Nur Server und Netzübergänge betreiben einen Proxy (1080/tcp, 3128/tcp, 8118/tcp).",
    controls=("OW-NET-02", "OW-ARB-06"),
    kompendium=("SYS.2.1.A16", "NET.1.1.A12"),
    grundschutzpp=("24c072af-d71b-4d57-8b8f-119194e5cb8a",),
    about="Arbeitsplätze; andere außer Servern und Netzübergängen nur bei einem Treffer",
    run=run,
)
