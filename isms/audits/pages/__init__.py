"""Pages about audits."""

from isms.audits.pages.checklist import ChecklistPages
from isms.audits.pages.findings import FindingPages
from isms.audits.pages.listing import AuditPages, GroupAuditPages
from isms.audits.pages.show import ShowPages

CONTROLLERS = (AuditPages, GroupAuditPages, ShowPages, FindingPages, ChecklistPages)

__all__ = ["CONTROLLERS"]
