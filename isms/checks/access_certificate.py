"""W16: certificates for access from outside end with their holder's work."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result
from service.settings import local_day


def run(estate: EstateFacts) -> Iterator[Finding]:
    for one in estate.access_certificates:
        if one.revoked or (one.not_after is not None and one.not_after < local_day(estate.now)):
            continue
        if one.holder_left:
            result, said = Result.NOT_SATISFIED, "das Zertifikat ist noch gültig, obwohl sein Inhaber ausgeschieden ist."
        elif one.assigned is False:
            result, said = Result.NOT_SATISFIED, "das Zertifikat ist gültig und niemandem zugeordnet."
        elif one.not_after is None or one.assigned is None:
            result, said = Result.UNKNOWN, "Ablauf oder Zuordnung des Zertifikats ist unbekannt."
        else:
            result, said = Result.SATISFIED, f"zugeordnet, gültig bis {one.not_after:%d.%m.%Y}."
        yield CHECK.finding(result, None, f"{one.subject}: {said}", max(one.told_at, midnight(estate)), one.subject[:100])


CHECK = Check(
    id="W16",
    version=1,
    title="Gültiges VPN-Zertifikat ohne Inhaber",
    rule="Gültige Zertifikate für Fernzugänge sind zugeordnet, und niemand Ausgeschiedenes hält eines.",
    controls=("OW-KTO-10",),
    kompendium=("NET.3.3.A5",),
    grundschutzpp=("12ab3443-67a1-4ecd-9177-d9547f62d27e",),
    about="gültige Zertifikate für VPN-Zugänge",
    lacking="Ablauf und Zuordnung des Zertifikats",
    max_age=None,
    run=run,
)
