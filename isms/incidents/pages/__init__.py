"""Pages of incidents: reporting, the list, one incident with its clocks and log, notices, reports, all towns of the ISB."""

from isms.incidents.pages.acts import ActPages
from isms.incidents.pages.editor import EditPages
from isms.incidents.pages.listing import GroupIncidents, IncidentPages
from isms.incidents.pages.notices import NoticePages
from isms.incidents.pages.show import ShowPages

CONTROLLERS = (IncidentPages, ShowPages, ActPages, EditPages, NoticePages, GroupIncidents)

__all__ = ["CONTROLLERS"]
