"""W59: accounts whose roles have ended are closed."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import midnight
from isms.facts import EstateFacts
from isms.finding import Check, Finding, Result

PLACE = "Konten"


def run(estate: EstateFacts) -> Iterator[Finding]:
    if not estate.accounts:
        return
    left = sum(1 for x in estate.accounts if x.ended and not x.roles)
    if left:
        result, said = Result.NOT_SATISFIED, f"{left} Konten sind offen, obwohl alle ihre Rollen in der Stadt abgelaufen sind."
    else:
        result, said = Result.SATISFIED, "kein offenes Konto hat nur abgelaufene Rollen."
    yield CHECK.finding(result, None, f"Odenwacht: {said}", midnight(estate), PLACE)


CHECK = Check(
    id="W59",
    version=1,
    title="Konto mit abgelaufenen Rollen",
    rule="Kein offenes Konto dieses Dienstes hat in der Stadt nur noch abgelaufene Rollen.",
    controls=("OW-MEN-02", "OW-KTO-01"),
    kompendium=("ORP.4.A2", "OPS.1.1.2.A4"),
    grundschutzpp=("12ab3443-67a1-4ecd-9177-d9547f62d27e",),
    about="Konten dieses Dienstes, gezählt und ohne Namen",
    lacking="–",
    max_age=None,
    run=run,
)
