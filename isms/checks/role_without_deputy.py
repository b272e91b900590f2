"""W58: no role of security hangs on one person."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result

ROLES = {"it_admin": "IT-Administration", "isb": "Informationssicherheit"}


def run(estate: EstateFacts) -> Iterator[Finding]:
    if not estate.accounts:
        return
    for role, word in ROLES.items():
        holders = sum(1 for x in estate.accounts if role in x.roles)
        if holders >= 2:
            result, said = Result.SATISFIED, f"{holders} Personen haben die Rolle."
        else:
            number = "nur eine Person hat" if holders else "niemand hat"
            result, said = Result.NOT_SATISFIED, f"{number} die Rolle; bei Abwesenheit kann niemand vertreten."
        yield CHECK.finding(result, None, f"Odenwacht, {word}: {said}", midnight(estate), word)


CHECK = Check(
    id="W58",
    version=1,
    title="Rolle ohne Vertretung",
    rule="IT-Administration und Informationssicherheit haben in diesem Dienst je mindestens zwei Personen.",
    controls=("OW-ORG-04", "OW-ORG-03"),
    kompendium=("OPS.1.1.2.A2", "ORP.1.A2"),
    about="Rollen dieses Dienstes, gezählt und ohne Namen",
    lacking="–",
    max_age=None,
    run=run,
)
