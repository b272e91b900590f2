"""Pages of buying together: lots, needs, replacement list, programme, and what the group keeps."""

from service.purchasing.pages.group import GroupPages
from service.purchasing.pages.lots import LotPages
from service.purchasing.pages.needs import NeedPages
from service.purchasing.pages.programme import ProgrammePages
from service.purchasing.pages.replacement import ReplacementPages

CONTROLLERS = (LotPages, NeedPages, ReplacementPages, ProgrammePages, GroupPages)
