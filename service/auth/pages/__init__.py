"""Pages about people: log-in, account, and the log of what everybody did."""

from service.auth.pages.account import AccountPages
from service.auth.pages.invitation import InvitationPages
from service.auth.pages.log import AuditPages
from service.auth.pages.login import LogInPages

__all__ = ["AccountPages", "AuditPages", "InvitationPages", "LogInPages"]
