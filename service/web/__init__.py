"""What every page is made with: rendering, answers, errors, headers, streams.

Knows Litestar and the templates, no database and no account; the shell's
`service.app` builds the application from `configure()`.
"""

from service.web.answers import redirect
from service.web.assets import Assets
from service.web.configure import Web, configure
from service.web.errors import Refused
from service.web.listing import Column, Listing, listing
from service.web.rendering import is_htmx, page
from service.web.report import report, report_file
from service.web.streams import Event, stop_streams, stream

__all__ = [
    "Assets",
    "Column",
    "Event",
    "Listing",
    "Refused",
    "Web",
    "configure",
    "is_htmx",
    "listing",
    "page",
    "redirect",
    "report",
    "report_file",
    "stop_streams",
    "stream",
]
