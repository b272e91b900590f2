"""The roles of `domain.md` chapter 1 and what each may reach; the one table of rights.

Pure. Every route names one of the sets below in `opt={"access": …}`; the guard and the generated test over
routes × roles × towns read the same sets.
"""

from __future__ import annotations

from service.i18n import lazy

ROLES = {
    "it_admin": lazy("IT-Administration"),
    "isb": lazy("Informationssicherheitsbeauftragte/r"),
    "dpo": lazy("Datenschutzbeauftragte/r"),
    "mayor": lazy("Bürgermeister/in"),
    "auditor": lazy("Prüfer/in"),
    "staff_council": lazy("Personalrat"),
    "bc_officer": lazy("BC-Beauftragte/r"),
    "process_owner": lazy("Prozessverantwortliche/r"),
    "crisis_team": lazy("Krisenstab"),
    "hr_training": lazy("Personal und Fortbildung"),
    "employee": lazy("Beschäftigte/r"),
    "group_admin": lazy("Verbundadministration"),
}

PUBLIC = frozenset({"*"})
"""No log-in needed."""
ANYBODY = frozenset(ROLES)
"""Everybody who is logged in, with any role in the town."""
READ_INVENTORY = frozenset({"it_admin", "isb", "auditor", "bc_officer"})
EDIT_INVENTORY = frozenset({"it_admin"})
READ_LOTS = READ_INVENTORY | {"mayor", "group_admin"}
"""Lots hold nothing but what towns released to each other, and what each of them pays."""
OWN_DATES = frozenset({"it_admin", "isb", "hr_training"})
"""Whoever may settle reminders of dates; of which kinds, `service.deadlines.reminding` says."""
EDIT_LOTS = frozenset({"it_admin", "group_admin"})
EDIT_GROUP_LISTS = frozenset({"group_admin"})
"""Lists and parameters that hold for all towns."""
READ_SCANS = frozenset({"it_admin", "isb", "dpo", "staff_council", "auditor"})
RUN_SCANS = frozenset({"it_admin"})
APPROVE_SCANS = frozenset({"isb"})
"""The second person who releases a network; never the one who asked for it."""
AGREE_SCANS = frozenset({"dpo"})
"""The data protection officer must agree before a network is scanned."""
READ_ISMS = frozenset({"it_admin", "isb", "auditor", "bc_officer"})
EDIT_ISMS = frozenset({"isb"})
PREPARE_ISMS = frozenset({"isb", "it_admin"})
READ_RISKS = frozenset({"isb", "it_admin", "mayor", "auditor", "bc_officer"})
READ_OSCAL = frozenset({"isb", "auditor"})
"""The whole state of a town for other tools: requirements, answers, observations, risks."""
READ_JOINT = frozenset({"isb", "auditor"})
"""Frozen states of several towns together; each is for those alone who hold one of these roles in all its towns."""
EDIT_RISKS = frozenset({"isb"})
ACCEPT_RISKS = frozenset({"mayor"})
READ_REPORTS = frozenset({"isb", "mayor", "auditor"})
READ_INVENTORY_REPORTS = frozenset({"it_admin", "isb", "auditor"})
READ_AUDIT = frozenset({"it_admin", "isb", "dpo", "auditor"})
READ_SCAN_RULES = frozenset({"it_admin", "isb", "dpo", "staff_council", "auditor", "mayor", "employee"})
EDIT_SCHEDULES = frozenset({"it_admin", "isb"})
MANAGE_USERS = frozenset({"group_admin"})
READ_COOPERATION = frozenset({"it_admin", "isb", "dpo", "mayor", "bc_officer", "hr_training", "auditor"})
"""Offers of help and templates between towns."""
EDIT_COOPERATION = frozenset({"it_admin", "isb", "bc_officer", "hr_training"})
READ_DOCUMENTS = frozenset({"it_admin", "isb", "dpo", "mayor", "auditor", "bc_officer", "hr_training"})
EDIT_DOCUMENTS = frozenset({"it_admin", "isb", "dpo", "bc_officer", "hr_training"})
RELEASE_DOCUMENTS = frozenset({"mayor", "isb"})
"""Which kinds of documents each of them releases, `isms.documents.lifecycle` says."""
READ_AUDITS = frozenset({"it_admin", "isb", "dpo", "mayor", "auditor", "bc_officer"})
"""Plan and findings of audits; the checklist with its answers needs `READ_ISMS`. The log has `READ_AUDIT`."""
PLAN_AUDITS = frozenset({"isb", "dpo"})
FIND_AUDITS = frozenset({"isb", "dpo", "auditor"})
READ_TRAINING = frozenset({"hr_training", "isb", "mayor", "auditor", "dpo", "staff_council", "it_admin", "bc_officer"})
"""Quotas are numbers, nobody is named."""
EDIT_TRAINING = frozenset({"hr_training", "isb"})
READ_JOINING = frozenset({"it_admin", "isb", "dpo", "mayor"})
"""How far the town's joining is: those who have something to do in it."""
READ_INCIDENTS = frozenset({"isb", "it_admin", "dpo", "mayor", "auditor", "bc_officer", "crisis_team"})
"""The data protection officer sees those that may concern personal data; whoever reported one sees that one."""
EDIT_INCIDENTS = frozenset({"isb", "it_admin"})
LOG_INCIDENTS = EDIT_INCIDENTS | {"dpo", "mayor", "crisis_team"}
NOTIFY_INCIDENTS = EDIT_INCIDENTS | {"dpo", "mayor"}
DECIDE_INCIDENTS = frozenset({"isb", "dpo", "mayor"})
"""The mayor decides what is told alone; the others need a second one who says the same."""
DECLARE_INCIDENTS = frozenset({"isb", "mayor"})
"""The security officer proposes an emergency, the mayor declares it."""
CLOSE_INCIDENTS = EDIT_INCIDENTS | {"mayor"}
GROUP_INCIDENTS = frozenset({"isb", "dpo"})
"""Open incidents of all towns that one of these looks after, on one page; each town by the role held there."""
MAYOR = frozenset({"mayor"})
ISB = frozenset({"isb"})
