"""W42: services that people use show a certificate of an authority."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import Judged, certificates
from isms.facts import SERVER_KINDS, AssetFacts, CertificateFacts, EstateFacts
from isms.finding import Check, Finding, Result

KINDS = SERVER_KINDS | {"firewall", "load_balancer", "telephony", "appliance"}
PORTS = frozenset({443, 636, 993, 995, 465, 587, 8443, 3269, 990})
"""Where people and programs connect; remote desktop (3389) makes a certificate for itself by default."""


def _judge(asset: AssetFacts, certificate: CertificateFacts) -> Judged | None:
    if asset.kind not in KINDS or certificate.port not in PORTS:
        return None
    if certificate.self_issued is None:
        return Result.UNKNOWN, "wer das Zertifikat ausgestellt hat, ist unbekannt."
    if certificate.self_issued:
        return Result.NOT_SATISFIED, "das Zertifikat hat sich das Gerät selbst ausgestellt; Warnungen werden so zur Gewohnheit."
    return Result.SATISFIED, "das Zertifikat hat eine Zertifizierungsstelle ausgestellt."


def run(estate: EstateFacts) -> Iterator[Finding]:
    yield from certificates(CHECK, estate, _judge)


CHECK = Check(
    id="W42",
    version=1,
    title="Selbst ausgestelltes Zertifikat",
    rule="Web-, Mail- und Verzeichnisdienste auf Servern und Netzübergängen zeigen Zertifikate einer Zertifizierungsstelle.",
    controls=("OW-SRV-17",),
    kompendium=("APP.3.2.A11",),
    grundschutzpp=("7b80290b-5c6d-4e39-857c-0a63a8e2543a",),
    about="Zertifikate offener Web-, Mail- und Verzeichnisdienste auf Servern und Netzübergängen",
    lacking="Aussteller des Zertifikats",
    run=run,
)
