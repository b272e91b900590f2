"""W56: accounts with far-reaching rights need a second factor."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result

ROLES = {
    "it_admin": "IT-Administration",
    "isb": "Informationssicherheit",
    "mayor": "Leitung",
    "group_admin": "Verbundadministration",
}


def run(estate: EstateFacts) -> Iterator[Finding]:
    for role, word in ROLES.items():
        holders = [x for x in estate.accounts if role in x.roles]
        if not holders:
            continue
        bare = sum(1 for x in holders if not x.second_factor)
        if bare:
            result, said = Result.NOT_SATISFIED, f"{bare} von {len(holders)} Konten haben keinen zweiten Faktor."
        else:
            result, said = Result.SATISFIED, f"alle Konten ({len(holders)}) haben einen zweiten Faktor."
        yield CHECK.finding(result, None, f"Odenwacht, {word}: {said}", midnight(estate), word)


CHECK = Check(
    id="W56",
    version=1,
    title="Konto mit weiten Rechten ohne zweiten Faktor",
    rule="Konten dieses Dienstes für Administration, Informationssicherheit und Leitung haben einen zweiten Faktor.",
    controls=("OW-KTO-05",),
    kompendium=("ORP.4.A21", "ORP.4.A10"),
    grundschutzpp=("55b70084-f446-42af-908b-0f514a72f380",),
    about="Konten dieses Dienstes, je Rolle gezählt und ohne Namen",
    lacking="–",
    max_age=None,
    run=run,
)
