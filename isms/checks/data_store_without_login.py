"""W34: no data store answers questions of strangers."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import scanned, seen
from isms.facts import EstateFacts, ServiceFacts
from isms.finding import Check, Finding, Result

PORTS = {6379: "Redis", 11211: "Memcached", 9200: "Elasticsearch", 27017: "MongoDB"}
TELLS = frozenset({6379, 11211, 9200})
"""These tell their version only to whom they would also give data; MongoDB tells it to everybody."""


def _verdict(service: ServiceFacts) -> tuple[Result, str]:
    """Nothing is tried: the banner that version detection read says whether a login is asked for."""
    name = PORTS[service.port]
    asks = service.facts.get("auth_required")
    extra = str(service.facts.get("extra", "")).lower()
    if asks is True or "auth" in extra or "protected mode" in extra:
        return Result.SATISFIED, f"{name} verlangt eine Anmeldung."
    if asks is False or (service.port in TELLS and service.version):
        return Result.NOT_SATISFIED, f"{name} antwortet ohne Anmeldung."
    return Result.UNKNOWN, f"{name} ist offen; ob eine Anmeldung verlangt wird, ist unbekannt."


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        for service in estate.services(asset, *PORTS):
            yield seen(CHECK, asset, service, *_verdict(service))


CHECK = Check(
    id="W34",
    version=1,
    title="Datenspeicher ohne Anmeldung",
    rule="Redis, Memcached, Elasticsearch und MongoDB antworten nicht ohne Anmeldung.",
    controls=("OW-SRV-15",),
    kompendium=("APP.4.3.A3",),
    grundschutzpp=("6bcd486c-909c-424c-9f78-35ed96588a5c",),
    about="Geräte, auf denen ein solcher Dienst antwortet",
    lacking="Auskunft der Diensterkennung, ob eine Anmeldung verlangt wird",
    run=run,
)
