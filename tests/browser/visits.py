"""Where the gate goes: who opens which page. Add your page here; a test names pages that nobody visits."""

from dataclasses import dataclass
from typing import Final

TOWN: Final = "/towns/musterstadt"


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, the role that opens it, and the links to follow from there (CSS selectors) where its address has an id."""

    role: str | None
    path: str
    follow: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.role or "nobody", self.path, *self.follow))


FIRST: Final = "main [data-open]"
OBJECT: Final = f"main a[href*='{TOWN}/controls/objects/']"
HOMES: Final = ("it_admin", "isb", "dpo", "mayor", "auditor", "staff_council", "bc_officer", "employee", "group_admin")

VISITS: Final = (
    Visit(None, "/login"),
    Visit(None, "/accessibility"),
    Visit("half", "/login/code"),
    Visit("isb", "/"),
    *(Visit(role, TOWN) for role in HOMES),
    Visit("it_admin", "/account"),
    Visit("group_admin", "/account/people"),
    Visit("it_admin", f"{TOWN}/assets"),
    Visit("it_admin", f"{TOWN}/assets?q=gibtesnicht"),
    Visit("it_admin", f"{TOWN}/assets", (FIRST,)),
    *(Visit("it_admin", f"{TOWN}/assets", (FIRST, f".tabs a[href$='/{tab}']")) for tab in ("services", "software", "history", "sources")),
    Visit("it_admin", f"{TOWN}/assets", (FIRST, "main a[href$='/edit']")),
    Visit("it_admin", f"{TOWN}/search?q=a"),
    Visit("it_admin", f"{TOWN}/review"),
    Visit("it_admin", f"{TOWN}/networks"),
    Visit("it_admin", f"{TOWN}/import"),
    Visit("isb", f"{TOWN}/controls"),
    Visit("isb", f"{TOWN}/controls/rules"),
    Visit("isb", f"{TOWN}/controls", (OBJECT,)),
    Visit("isb", f"{TOWN}/controls", (OBJECT, f"main .table a[href*='{TOWN}/controls/objects/']")),
    Visit("isb", f"{TOWN}/controls/contradictions"),
    Visit("isb", f"{TOWN}/controls/contradictions", (FIRST,)),
    Visit("isb", f"{TOWN}/controls/structure/new"),
    Visit("isb", f"{TOWN}/risks"),
    Visit("isb", f"{TOWN}/risks", (FIRST,)),
    Visit("isb", f"{TOWN}/risks", (FIRST, "main a[href$='/edit']")),
    Visit("isb", f"{TOWN}/risks/new"),
    Visit("isb", f"{TOWN}/risks/hazards"),
    Visit("mayor", f"{TOWN}/risks"),
    Visit("isb", f"{TOWN}/measures"),
    Visit("isb", f"{TOWN}/measures/new"),
    Visit("isb", f"{TOWN}/reports"),
    *(Visit("isb", f"{TOWN}/reports/{name}") for name in ("mayor", "inventory", "risk-register")),
    Visit("isb", f"{TOWN}/audit"),
    Visit("isb", f"{TOWN}/runs"),
    Visit("isb", f"{TOWN}/runs", (FIRST,)),
    Visit("isb", f"{TOWN}/schedules"),
)
