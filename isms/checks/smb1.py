"""W17: SMB version 1 is off."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import absence, scanned
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result, moment


def run(estate: EstateFacts) -> Iterator[Finding]:
    for asset in scanned(estate):
        shares = list(estate.services(asset, 139, 445))
        judged = [x for x in shares if x.facts.get("smb_v1") is not None]
        if shares and not judged:
            text = f"{asset.name} ({shares[0].where}): welche Fassungen von SMB angeboten werden, ist unbekannt."
            yield CHECK.finding(Result.UNKNOWN, asset, text, shares[0].observed_at, shares[0].where)
            continue
        old = [x for x in judged if x.facts["smb_v1"]]
        if judged and not old:
            text = f"{asset.name} ({judged[0].where}): SMB 1 ist abgeschaltet. Gesehen am {moment(judged[0].observed_at)}."
            yield CHECK.finding(Result.SATISFIED, asset, text, judged[0].observed_at, judged[0].where)
            continue
        yield from absence(
            CHECK,
            estate,
            asset,
            old,
            lambda _: "SMB 1 wird angeboten, das alte Freigabeprotokoll ist angreifbar.",
            "keine Freigabe offen.",
        )


CHECK = Check(
    id="W17",
    version=1,
    title="Altes Freigabeprotokoll SMB 1",
    rule="Kein Gerät bietet an 139/tcp oder 445/tcp SMB in Version 1 an.",
    controls=("OW-SRV-03",),
    kompendium=("SYS.1.1.A6",),
    grundschutzpp=("24c072af-d71b-4d57-8b8f-119194e5cb8a",),
    about="Geräte; wo Freigaben offen sind, nach ihren Fassungen",
    lacking="Auskunft über die Fassungen von SMB",
    run=run,
)
