"""W29: workplaces hand out no files of their own."""

from __future__ import annotations

from collections.abc import Iterator

from isms.checks._absence import workplaces
from isms.facts import CLIENT_KINDS, EstateFacts
from isms.finding import Check, Finding

PORTS = {139: "SMB", 445: "SMB"}


def run(estate: EstateFacts) -> Iterator[Finding]:
    said = "ein Arbeitsplatzgerät bietet selbst Freigaben (SMB) an; darüber breiten sich Schadprogramme aus."
    yield from workplaces(CHECK, estate, PORTS, lambda _: said, "keine Freigabe offen.", CLIENT_KINDS)


CHECK = Check(
    id="W29",
    version=1,
    title="Freigabe auf einem Arbeitsplatzgerät",
    rule="Arbeitsplatzgeräte bieten im Netz der Arbeitsplätze keine Freigaben (139/tcp, 445/tcp) an.",
    controls=("OW-ARB-04",),
    kompendium=("SYS.2.1.A16", "SYS.2.2.3.A12"),
    grundschutzpp=("24c072af-d71b-4d57-8b8f-119194e5cb8a",),
    about="Arbeitsplätze, Notebooks, Thin Clients und Tablets in Netzen der Arbeitsplätze",
    run=run,
)
