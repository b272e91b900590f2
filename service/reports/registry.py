"""Which reports there are, and how a document is made of one.

A report is a file in `service/reports`, `isms/reports` or `bcm/reports` that says `REPORT = Report(…)`.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Any

from service import i18n
from service.blocks import Asked, Document, Note, Report
from service.errors import Missing
from service.i18n import format_date
from service.i18n import gettext as _
from service.settings import local_day

FOLDERS = ("service.reports", "isms.reports", "bcm.reports")


ALSO = {"procurement": "lots"}
"""Other names by which reports are asked for."""


@cache
def reports() -> dict[str, Report]:
    """Every report by its name, in the order of the folders and names."""
    found: dict[str, Report] = {}
    for folder in FOLDERS:
        if folder.startswith("bcm") and find_spec(folder) is None:
            continue
        for module in sorted(iter_modules(import_module(folder).__path__), key=lambda module: module.name):
            report: Any = getattr(import_module(f"{folder}.{module.name}"), "REPORT", None)
            if report is not None:
                found[report.name] = report
    return found


def find(name: str) -> Report:
    """The report of that name or of another name for it; raises `Missing`."""
    try:
        return reports()[ALSO.get(name, name)]
    except KeyError:
        raise Missing from None


def readable(roles: frozenset[str]) -> list[Report]:
    """The reports that somebody with these roles may read."""
    return [report for report in reports().values() if report.access & roles]


async def make(report: Report, asked: Asked, *, real_now: Any = None, language: str = "de") -> Document:
    """Gather and compose. Where `asked.now` is not today, the document says that only ages and deadlines follow it."""
    with i18n.use(language):
        blocks = report.compose(await report.gather(asked))
        if real_now is not None and local_day(asked.now) != local_day(real_now):
            day = format_date(asked.now)
            text = _("Alter und Fristen sind auf den %(day)s gerechnet; der Bestand ist der heutige.", day=day)
            blocks = [Note(text), *blocks]
        return Document(
            title=str(report.title),
            town=asked.name,
            as_of=asked.now,
            made_at=asked.now,
            blocks=tuple(blocks),
            marking=report.marking,
            language="en" if language == "en" else "de",
        )
