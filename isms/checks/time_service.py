"""W37: only what is meant to tells the time to others."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import datagrams, scanned
from isms.facts import NETWORK_KINDS, SERVER_KINDS, EstateFacts
from isms.finding import Check, Finding

KEEPERS = NETWORK_KINDS | SERVER_KINDS | {"time_server", "telephony", "appliance", "unknown", "other", "management_controller"}
"""Kinds of device that may serve the time."""
SAID = "ein Zeitdienst (NTP) antwortet auf einem Gerät, das keine Zeitquelle sein soll."


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        hits = [] if asset.kind in KEEPERS else list(estate.datagrams(asset, 123))
        if hits:
            yield from datagrams(CHECK, asset, hits, lambda _: SAID)


CHECK = Check(
    id="W37",
    version=1,
    title="Unerwünschte Zeitquelle (NTP)",
    rule="Nur Server, Netzgeräte und Zeitserver antworten auf NTP (123/udp).",
    controls=("OW-NET-11",),
    kompendium=("OPS.1.2.6.A3", "OPS.1.1.5.A4"),
    grundschutzpp=("92eee157-2b9b-4a80-8f17-4b124590d72f",),
    about="Arbeitsplätze, Drucker, Kameras und andere Geräte, die auf NTP antworten",
    lacking="UDP-Scan der letzten 30 Tage",
    run=run,
)
