"""Where the gate goes: who opens which page. Add your page here; a test names pages that nobody visits."""

from dataclasses import dataclass
from typing import Final

TOWN: Final = "/towns/musterstadt"
PASSWORD: Final = "pferd akku heftklammer"
TOTP: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""What kim@musterstadt.example logs in with."""


INVITATION: Final = "einladung-die-nur-der-test-kennt"
"""What the link of it@neuhausen.example ends with."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, the role that opens it, and the links to follow from there (CSS selectors) where its address has an id.

    `to` is the shape of the address that is reached at the end, where it is not `path`.
    """

    role: str | None
    path: str
    follow: tuple[str, ...] = ()
    to: str = ""

    @property
    def reaches(self) -> str:
        """The address of the page that is looked at, ids in brackets."""
        return self.to or self.path

    def __str__(self) -> str:
        return " ".join((self.role or "nobody", self.reaches))


FIRST: Final = "main [data-open]"
EDIT: Final = "main a[href$='/edit']"
NEW_EDITION: Final = "main a[href$='/editions/new']"
EDIT_EDITION: Final = "main a[href*='/editions/'][href$='/edit']"
EDIT_DOCUMENT: Final = "main a[href$='/edit']:not([href*='/editions/'])"
CHECKLIST: Final = "main a[href$='/checklist']"
REPORT: Final = "main a[href$='/report']"
NEW_FINDING: Final = "main a[href$='/findings/new']"
RELEASE: Final = "main a[href$='/release']"
OBJECT: Final = f"main a[href*='{TOWN}/controls/objects/']"
HOMES: Final = ("it_admin", "isb", "dpo", "mayor", "auditor", "staff_council", "bc_officer", "hr_training", "employee")
TABS: Final = ("services", "software", "notes", "history", "sources")

SHOP: Final = f"{TOWN}/purchasing"
BUYING: Final = (
    Visit("it_admin", SHOP),
    Visit("mayor", SHOP),
    Visit("group_admin", "/towns/verbund/purchasing"),
    Visit("it_admin", SHOP, ("#lots-table [data-open]",), f"{SHOP}/lots/[id]/[quarter]"),
    Visit("mayor", SHOP, ("#lots-table [data-open]",), f"{SHOP}/lots/[id]/[quarter]"),
    Visit("mayor", f"{TOWN}/reports/lots"),
    Visit("it_admin", f"{SHOP}/needs"),
    Visit("it_admin", f"{SHOP}/needs?done=1"),
    Visit("it_admin", f"{SHOP}/needs/new"),
    Visit("it_admin", f"{SHOP}/needs", (FIRST,), f"{SHOP}/needs/[id]/edit"),
    Visit("it_admin", f"{SHOP}/replacement"),
    Visit("it_admin", f"{SHOP}/replacement?q=gibtesnicht"),
    Visit("it_admin", f"{SHOP}/replacement/limits"),
    Visit("it_admin", f"{SHOP}/notebooks"),
    Visit("isb", f"{SHOP}/notebooks"),
    Visit("it_admin", f"{SHOP}/notebooks", ("main a[href$='/exempt']",), f"{SHOP}/notebooks/[id]/exempt"),
    Visit("group_admin", "/group/purchasing"),
    Visit("group_admin", "/group/purchasing/classes/new"),
    Visit("group_admin", "/group/purchasing", ("main .table a[href$='/edit']",), "/group/purchasing/classes/[id]/edit"),
)

JOINS: Final = "/group/towns/neuhausen"
JOINING: Final = (
    Visit("group_admin", "/group/towns"),
    Visit("group_admin", "/group/towns/new"),
    *(Visit("group_admin", f"{JOINS}/{step}") for step in ("town", "people", "networks", "list", "sharing", "done")),
    Visit("group_admin", "/group/towns/musterstadt/done"),
    Visit("group_admin", "/towns/verbund"),
    Visit("it_admin", f"{TOWN}/joining"),
    Visit("isb", f"{TOWN}/joining"),
    Visit(None, f"/invitation/{INVITATION}"),
)

COOPERATION: Final = (
    Visit("it_admin", f"{TOWN}/offers"),
    Visit("mayor", f"{TOWN}/offers"),
    Visit("it_admin", f"{TOWN}/offers/new"),
    Visit("it_admin", f"{TOWN}/offers", ("#own-table [data-open]",), f"{TOWN}/offers/[id]"),
    Visit("it_admin", f"{TOWN}/offers", ("#own-table [data-open]", EDIT), f"{TOWN}/offers/[id]/edit"),
    Visit("it_admin", f"{TOWN}/offers", ("#offers-table [data-open]",), f"{TOWN}/offers/others/[id]"),
    Visit("it_admin", f"{TOWN}/templates"),
    Visit("auditor", f"{TOWN}/templates"),
    Visit("it_admin", f"{TOWN}/templates/new"),
    Visit("it_admin", f"{TOWN}/templates", ("#own-table [data-open]",), f"{TOWN}/templates/[id]"),
    Visit("it_admin", f"{TOWN}/templates", ("#own-table [data-open]", EDIT), f"{TOWN}/templates/[id]/edit"),
    Visit(
        "it_admin", f"{TOWN}/templates", ("#own-table [data-open]", "main a[href$='/delete']"), f"{TOWN}/templates/[id]/delete"
    ),
    Visit("it_admin", f"{TOWN}/templates", ("#others-table [data-open]",), f"{TOWN}/templates/others/[id]"),
)

BOOKS: Final = f"{TOWN}/catalogues"
EDITION: Final = f"main a[href*='{BOOKS}/editions/']"
CATALOGUES: Final = (
    Visit("isb", BOOKS),
    Visit("it_admin", BOOKS),
    Visit("isb", BOOKS, (EDITION,), f"{BOOKS}/editions/[id]"),
    Visit("isb", BOOKS, (EDITION, "main a[href$='/take']"), f"{BOOKS}/editions/[id]/take"),
    Visit("isb", BOOKS, (EDITION, "main a[href$='/controls']"), f"{BOOKS}/editions/[id]/controls"),
    Visit("isb", BOOKS, (EDITION, "main a[href$='/controls']", FIRST), f"{BOOKS}/editions/[id]/controls/[control]"),
    Visit("isb", f"{BOOKS}/recheck"),
    Visit("isb", f"{BOOKS}/recheck?which=gone"),
    Visit("isb", f"{BOOKS}/proposals"),
    Visit("isb", f"{BOOKS}/parameters"),
    Visit("isb", f"{BOOKS}/parameters", (FIRST,), f"{BOOKS}/parameters/[param]"),
    Visit("isb", f"{BOOKS}/profiles"),
    Visit("isb", f"{BOOKS}/profiles", (FIRST,), f"{BOOKS}/profiles/[name]"),
    Visit("it_admin", f"{BOOKS}/profiles", (FIRST,), f"{BOOKS}/profiles/[name]"),
)

PARTS: Final = f"{TOWN}/structure"
PART: Final = f"main a[href*='{PARTS}/objects/']"
STRUCTURE: Final = (
    Visit("isb", PARTS),
    Visit("auditor", PARTS),
    Visit("isb", f"{PARTS}?q=gibtesnicht"),
    Visit("isb", f"{PARTS}/new"),
    Visit("isb", f"{PARTS}/proposals"),
    Visit("isb", PARTS, (PART,), f"{PARTS}/objects/[id]"),
    Visit("isb", PARTS, (PART, EDIT), f"{PARTS}/objects/[id]/edit"),
    Visit("isb", PARTS, (PART, "main a[href$='/retire']"), f"{PARTS}/objects/[id]/retire"),
    Visit("isb", f"{PARTS}/devices"),
    Visit("isb", f"{PARTS}/needs"),
    Visit("auditor", f"{PARTS}/needs"),
    Visit("isb", f"{PARTS}/needs/proposals"),
    Visit("isb", f"{PARTS}/needs", (EDIT,), f"{PARTS}/needs/[id]/edit"),
    Visit("isb", f"{PARTS}/plan"),
    Visit("isb", f"{PARTS}/protection"),
    Visit("isb", f"{PARTS}/protection?q=lohn", (f"main a[href*='{PARTS}/protection/0']",), f"{PARTS}/protection/[id]"),
    Visit("isb", f"{PARTS}/protection?q=server", (f"main a[href*='{PARTS}/protection/0']",), f"{PARTS}/protection/[id]"),
    Visit("isb", f"{PARTS}/protection/definitions"),
    Visit("isb", f"{PARTS}/modelling"),
    Visit("isb", f"{PARTS}/modelling", (f"main a[href*='{PARTS}/modelling/0']",), f"{PARTS}/modelling/[id]"),
    Visit("isb", f"{PARTS}/modelling/reasons"),
)

CASES: Final = f"{TOWN}/incidents"
CASE: Final = f"{CASES}/[id]"
INCIDENTS: Final = (
    Visit("employee", CASES),
    Visit("employee", f"{CASES}/new"),
    Visit("employee", CASES, ("main a[href$='/receipt']",), f"{CASE}/receipt"),
    Visit("isb", CASES),
    Visit("isb", f"{CASES}?q=gibtesnicht"),
    *(Visit(role, CASES, (FIRST,), CASE) for role in ("isb", "dpo", "mayor", "crisis_team")),
    Visit("isb", CASES, (FIRST, EDIT), f"{CASE}/edit"),
    Visit("isb", CASES, (FIRST, "main a[href$='/affected']"), f"{CASE}/affected"),
    Visit("isb", CASES, (FIRST, "main a[href$='/report']"), f"{CASE}/report"),
    Visit("dpo", CASES, (FIRST, "#notices > ul a"), f"{CASE}/notices/[id]"),
    Visit("isb", CASES, (FIRST, "main a[href$='/notices/new?kind=authority']"), f"{CASE}/notices/new"),
    Visit("isb", "/group/incidents"),
    Visit("dpo", "/group/incidents"),
)

VISITS: Final = (
    Visit(None, "/login"),
    *COOPERATION,
    *JOINING,
    *INCIDENTS,
    Visit(None, "/accessibility"),
    Visit("half", "/login/code"),
    Visit("isb", "/"),
    Visit("group_admin", "/"),
    *(Visit(role, TOWN) for role in HOMES),
    Visit("it_admin", "/account"),
    Visit("group_admin", "/account/people"),
    Visit("it_admin", f"{TOWN}/assets"),
    Visit("it_admin", f"{TOWN}/assets?q=gibtesnicht"),
    Visit("it_admin", f"{TOWN}/assets/filters"),
    Visit("isb", f"{TOWN}/assets/filters"),
    Visit("it_admin", f"{TOWN}/assets/new"),
    Visit("it_admin", f"{TOWN}/assets/bulk?kind=printer"),
    Visit("isb", f"{TOWN}/assets/labels?kind=printer"),
    Visit("it_admin", f"{TOWN}/scan-label"),
    Visit("it_admin", f"{TOWN}/scan-label?code=gibtesnicht"),
    Visit("it_admin", f"{TOWN}/assets", (FIRST, "main a[href*='/scan-label/']"), f"{TOWN}/scan-label/[id]"),
    Visit("it_admin", f"{TOWN}/assets", (FIRST, "main a[href$='/state']"), f"{TOWN}/assets/[id]/state"),
    Visit("it_admin", f"{TOWN}/assets", (FIRST, "main a[href$='/merge']"), f"{TOWN}/assets/[id]/merge"),
    Visit("it_admin", f"{TOWN}/assets", (FIRST, "main a[href$='/handover']"), f"{TOWN}/assets/[id]/handover"),
    Visit("it_admin", f"{TOWN}/assets/handovers"),
    Visit("it_admin", f"{TOWN}/assets/handovers", (FIRST,), f"{TOWN}/assets/handovers/[id]"),
    Visit("isb", f"{TOWN}/assets/handovers", (FIRST,), f"{TOWN}/assets/handovers/[id]"),
    Visit("it_admin", f"{TOWN}/assets", (FIRST,), f"{TOWN}/assets/[id]"),
    *(Visit("it_admin", f"{TOWN}/assets", (FIRST, f".tabs a[href$='/{tab}']"), f"{TOWN}/assets/[id]/{tab}") for tab in TABS),
    Visit("it_admin", f"{TOWN}/assets", (FIRST, EDIT), f"{TOWN}/assets/[id]/edit"),
    Visit("it_admin", f"{TOWN}/topology"),
    Visit("it_admin", f"{TOWN}/topology?q=gibtesnicht"),
    Visit("it_admin", f"{TOWN}/topology", (FIRST, ".tabs a[href$='/ports']"), f"{TOWN}/assets/[id]/ports"),
    Visit("it_admin", f"{TOWN}/sites"),
    Visit("it_admin", f"{TOWN}/sites", (FIRST,), f"{TOWN}/sites/[id]"),
    Visit("it_admin", f"{TOWN}/sites", (FIRST, EDIT), f"{TOWN}/sites/[id]/edit"),
    Visit("it_admin", f"{TOWN}/sites/new"),
    Visit("it_admin", f"{TOWN}/certificates"),
    Visit("it_admin", f"{TOWN}/certificates?q=gibtesnicht"),
    Visit("it_admin", f"{TOWN}/certificates/keys"),
    Visit("it_admin", f"{TOWN}/certificates", ("main .table a[href$='/services']",), f"{TOWN}/assets/[id]/services"),
    Visit("it_admin", f"{TOWN}/calendar"),
    Visit("it_admin", f"{TOWN}/calendar", ("main a[href*='/calendar/reminders/']",), f"{TOWN}/calendar/reminders/[id]"),
    Visit("it_admin", f"{TOWN}/contracts"),
    Visit("auditor", f"{TOWN}/contracts?q=gibtesnicht"),
    Visit("it_admin", f"{TOWN}/contracts/new"),
    Visit("it_admin", f"{TOWN}/contracts/lines"),
    Visit("it_admin", f"{TOWN}/contracts", (FIRST,), f"{TOWN}/contracts/[id]"),
    Visit("it_admin", f"{TOWN}/contracts", (FIRST, EDIT), f"{TOWN}/contracts/[id]/edit"),
    Visit("isb", f"{TOWN}/documents"),
    Visit("mayor", f"{TOWN}/documents?q=gibtesnicht"),
    Visit("isb", f"{TOWN}/documents/new"),
    Visit(
        "isb",
        f"{TOWN}/templates",
        ("#others-table [data-open]", "main a[href*='/from-template/']"),
        f"{TOWN}/documents/from-template/[id]",
    ),
    Visit("isb", f"{TOWN}/documents", (FIRST,), f"{TOWN}/documents/[id]"),
    Visit("isb", f"{TOWN}/documents", (FIRST, EDIT_DOCUMENT), f"{TOWN}/documents/[id]/edit"),
    Visit("isb", f"{TOWN}/documents?q=Cloud", (FIRST, NEW_EDITION), f"{TOWN}/documents/[id]/editions/new"),
    Visit("isb", f"{TOWN}/documents?q=Richtlinie", (FIRST, EDIT_EDITION), f"{TOWN}/documents/[id]/editions/[id]/edit"),
    Visit("mayor", f"{TOWN}/documents?q=Leitlinie", (FIRST, RELEASE), f"{TOWN}/documents/[id]/editions/[id]/release"),
    Visit("isb", f"{TOWN}/audits"),
    Visit("mayor", f"{TOWN}/audits?q=gibtesnicht"),
    Visit("isb", "/group/audits"),
    Visit("isb", f"{TOWN}/audits/new"),
    Visit("isb", f"{TOWN}/audits", (FIRST,), f"{TOWN}/audits/[id]"),
    Visit("isb", f"{TOWN}/audits", (FIRST, EDIT), f"{TOWN}/audits/[id]/edit"),
    Visit("auditor", f"{TOWN}/audits", (FIRST, CHECKLIST), f"{TOWN}/audits/[id]/checklist"),
    Visit("auditor", f"{TOWN}/audits", (FIRST, REPORT), f"{TOWN}/audits/[id]/report"),
    Visit("auditor", f"{TOWN}/audits", (FIRST, NEW_FINDING), f"{TOWN}/audits/[id]/findings/new"),
    Visit("isb", f"{TOWN}/audits", (FIRST, FIRST), f"{TOWN}/audits/[id]/findings/[id]"),
    Visit("isb", f"{TOWN}/audits", (FIRST, FIRST, EDIT), f"{TOWN}/audits/[id]/findings/[id]/edit"),
    Visit("isb", f"{TOWN}/training"),
    Visit("isb", f"{TOWN}/training/new"),
    Visit("isb", f"{TOWN}/training", (FIRST,), f"{TOWN}/training/[id]"),
    Visit("isb", f"{TOWN}/training", (FIRST, EDIT), f"{TOWN}/training/[id]/edit"),
    Visit("mayor", f"{TOWN}/training/report"),
    Visit("isb", f"{TOWN}/training/phishing/new"),
    Visit("isb", f"{TOWN}/training/units"),
    Visit("isb", f"{TOWN}/training/units/new"),
    Visit("isb", f"{TOWN}/training/units", (FIRST,), f"{TOWN}/training/units/[id]/edit"),
    Visit("it_admin", f"{TOWN}/certificates/registered"),
    Visit("it_admin", f"{TOWN}/certificates/registered/new"),
    Visit("it_admin", f"{TOWN}/certificates/registered", (FIRST,), f"{TOWN}/certificates/registered/[id]/edit"),
    Visit("it_admin", f"{TOWN}/certificates/registered/import"),
    Visit("it_admin", f"{TOWN}/certificates/registered/import", (FIRST,), f"{TOWN}/certificates/registered/import/[id]"),
    Visit("it_admin", f"{TOWN}/certificates/vpn"),
    Visit("it_admin", f"{TOWN}/phones"),
    Visit("it_admin", f"{TOWN}/phones/new"),
    Visit("it_admin", f"{TOWN}/phones", (FIRST,), f"{TOWN}/phones/[id]/edit"),
    Visit("isb", f"{TOWN}/calendar?kind=support"),
    Visit("it_admin", f"{TOWN}/software"),
    Visit("isb", f"{TOWN}/software?q=gibtesnicht"),
    Visit("it_admin", f"{TOWN}/software/new"),
    Visit("it_admin", f"{TOWN}/software/compare"),
    Visit("it_admin", f"{TOWN}/software", (FIRST,), f"{TOWN}/software/product"),
    Visit("it_admin", f"{TOWN}/software", (FIRST, EDIT), f"{TOWN}/software/products/[id]/edit"),
    Visit("it_admin", f"{TOWN}/software/import"),
    Visit("it_admin", f"{TOWN}/software/import", (FIRST,), f"{TOWN}/software/import/[id]"),
    Visit("it_admin", f"{TOWN}/software/licences"),
    Visit("it_admin", f"{TOWN}/software/licences/new"),
    Visit("it_admin", f"{TOWN}/software/licences", (EDIT,), f"{TOWN}/software/licences/[id]/edit"),
    Visit("it_admin", f"{TOWN}/software/licences", ("main a[href$='/devices']",), f"{TOWN}/software/products/[id]/devices"),
    Visit("it_admin", f"{TOWN}/software/found"),
    Visit("isb", f"{TOWN}/software/found?state="),
    Visit("it_admin", f"{TOWN}/assets?kind=ups&source=snmp", (FIRST,), f"{TOWN}/assets/[id]"),
    Visit("it_admin", f"{TOWN}/assets?kind=printer&source=snmp", (FIRST,), f"{TOWN}/assets/[id]"),
    Visit("it_admin", f"{TOWN}/search?q=a"),
    Visit("it_admin", f"{TOWN}/review"),
    Visit("it_admin", f"{TOWN}/review", (FIRST,), f"{TOWN}/review/[id]"),
    Visit("it_admin", f"{TOWN}/networks"),
    Visit("isb", f"{TOWN}/networks"),
    Visit("it_admin", f"{TOWN}/networks", (FIRST,), f"{TOWN}/networks/[id]"),
    Visit("isb", f"{TOWN}/networks", (FIRST,), f"{TOWN}/networks/[id]"),
    Visit("it_admin", f"{TOWN}/networks", (FIRST, EDIT), f"{TOWN}/networks/[id]/edit"),
    Visit("it_admin", f"{TOWN}/networks", (FIRST, "main a[href$='/remove']"), f"{TOWN}/networks/[id]/remove"),
    Visit("staff_council", f"{TOWN}/scanning"),
    Visit("employee", f"{TOWN}/scanning"),
    Visit("it_admin", f"{TOWN}/networks/snmp"),
    Visit("it_admin", f"{TOWN}/networks/snmp/new"),
    Visit("it_admin", f"{TOWN}/networks/snmp/new?version=2c"),
    Visit("it_admin", f"{TOWN}/networks/snmp", (FIRST,), f"{TOWN}/networks/snmp/[id]"),
    Visit("it_admin", f"{TOWN}/networks/snmp", (FIRST, "main a[href$='/replace']"), f"{TOWN}/networks/snmp/[id]/replace"),
    Visit("it_admin", f"{TOWN}/networks/snmp", (FIRST, "main a[href$='/remove']"), f"{TOWN}/networks/snmp/[id]/remove"),
    Visit("it_admin", f"{TOWN}/probes"),
    Visit("it_admin", f"{TOWN}/probes", ("main a[href$='/withdraw']",), f"{TOWN}/probes/[id]/withdraw"),
    Visit("it_admin", f"{TOWN}/import"),
    Visit("it_admin", f"{TOWN}/import/isolated"),
    Visit("it_admin", f"{TOWN}/import/[upload]"),
    Visit("isb", f"{TOWN}/controls"),
    Visit("isb", f"{TOWN}/controls/requirements?state=offen", to=f"{TOWN}/controls/requirements"),
    Visit("isb", f"{TOWN}/controls/copying"),
    Visit("isb", f"{TOWN}/controls/copying/from/beispielheim", to=f"{TOWN}/controls/copying/from/[giver]"),
    Visit("isb", f"{TOWN}/controls/rules"),
    Visit("isb", f"{TOWN}/controls/overdue"),
    Visit("isb", f"{TOWN}/controls/backups"),
    Visit("it_admin", f"{TOWN}/controls/backups/new"),
    Visit("isb", f"{TOWN}/controls", (OBJECT,), f"{TOWN}/controls/objects/[id]"),
    Visit("isb", f"{TOWN}/controls", (OBJECT, f"main .table {OBJECT[5:]}"), f"{TOWN}/controls/objects/[id]/[control]"),
    Visit("isb", f"{TOWN}/controls/contradictions"),
    Visit("isb", f"{TOWN}/controls/contradictions?against=all", (FIRST,), f"{TOWN}/controls/contradictions/[id]"),
    *STRUCTURE,
    Visit("isb", f"{TOWN}/snapshots"),
    Visit("mayor", f"{TOWN}/snapshots", (FIRST,), f"{TOWN}/snapshots/[id]"),
    Visit("isb", f"{TOWN}/snapshots", (FIRST, FIRST), f"{TOWN}/snapshots/[id]/[part]"),
    Visit("mayor", f"{TOWN}/snapshots", (FIRST, "main a[href$='/release']"), f"{TOWN}/snapshots/[id]/release"),
    Visit("isb", f"{TOWN}/snapshots", (FIRST, "main a[href*='/compare?']"), f"{TOWN}/snapshots/compare?before=[id]&after=[id]"),
    Visit("isb", f"{TOWN}/snapshots/verify"),
    Visit("isb", "/group/snapshots"),
    Visit("isb", "/group/snapshots", (FIRST,), "/group/snapshots/[id]"),
    Visit("isb", "/group/snapshots", ("main a[href*='/runs/']",), "/group/snapshots/runs/[id]"),
    Visit("auditor", "/group/snapshots/verify"),
    Visit("auditor", f"{TOWN}/oscal"),
    Visit("isb", f"{TOWN}/risks"),
    Visit("mayor", f"{TOWN}/risks"),
    Visit("isb", f"{TOWN}/risks", (FIRST,), f"{TOWN}/risks/[id]"),
    Visit("isb", f"{TOWN}/risks", (FIRST, EDIT), f"{TOWN}/risks/[id]/edit"),
    Visit("isb", f"{TOWN}/risks/new"),
    Visit("isb", f"{TOWN}/risks/hazards"),
    Visit("isb", f"{TOWN}/risks/threats"),
    Visit("isb", f"{TOWN}/risks/threats", (FIRST,), f"{TOWN}/risks/threats/[id]"),
    Visit("mayor", f"{TOWN}/risks/sites"),
    Visit("isb", f"{TOWN}/risks/sites"),
    Visit("isb", f"{TOWN}/measures"),
    Visit("isb", f"{TOWN}/measures", (FIRST,), f"{TOWN}/measures/[id]"),
    Visit("isb", f"{TOWN}/measures", (FIRST, EDIT), f"{TOWN}/measures/[id]/edit"),
    Visit("isb", f"{TOWN}/measures/new"),
    *(Visit("isb", f"{TOWN}/measures/{view}") for view in ("board", "plan", "costs")),
    Visit("isb", "/group/measures"),
    Visit("isb", "/group/risks"),
    Visit("isb", "/group/risks/matrix"),
    Visit("isb", f"{TOWN}/reports"),
    *(Visit("isb", f"{TOWN}/reports/{name}") for name in ("mayor", "inventory", "risk-register")),
    Visit("isb", f"{TOWN}/audit"),
    *BUYING,
    *CATALOGUES,
    Visit("isb", f"{TOWN}/runs"),
    Visit("isb", f"{TOWN}/runs", (FIRST,), f"{TOWN}/runs/[id]"),
    Visit("isb", f"{TOWN}/schedules"),
    Visit("isb", f"{TOWN}/schedules", (f"main a[href*='{TOWN}/schedules/']",), f"{TOWN}/schedules/[id]"),
)
