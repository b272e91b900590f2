"""Pages about long work: one run with its progress, the history, and when work starts by itself."""

from service.jobs.pages.runs import RunPages
from service.jobs.pages.schedules import SchedulePages

__all__ = ["RunPages", "SchedulePages"]
