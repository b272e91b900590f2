"""The side navigation leads only to pages that exist, and shows them only to those who may open them."""

from typing import Any

import pytest

from service.web.navigation import ENTRIES, Entry
from tests.browser.visits import VISITS


def routes(app: Any) -> dict[str, frozenset[str]]:
    """Address → who may open the page, for every page of the application."""
    found = {}
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if "GET" in handler.http_methods:
                access = handler.opt.get("access")
                found[route.path] = access if isinstance(access, frozenset) else frozenset({"public"})
    return found


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.url)
def test_an_entry_leads_to_a_page_that_its_roles_may_open(app: Any, entry: Entry) -> None:
    access = routes(app)[entry.url.replace("{town}", "{town:str}")]
    assert entry.roles - access == set()


# Answers that are no pages: files, streams, the interface for machines.
NO_PAGE = (
    "/api",
    "/static",
    "/health",
    "/metrics",
    "/export",
    "/requirements/next",  # leads on to a worksheet
    "/attachment/",
    "/sammeln.sh",
    "/events",
    "/pdf",
    "/file",
    "/errors",
    "/calendar",
    "/feed",
    "/raw",
)


def test_every_page_is_visited_by_the_accessibility_gate(app: Any) -> None:
    visited = [[part for part in visit.reaches.partition("?")[0].split("/") if part] for visit in VISITS]

    def is_visited(path: str) -> bool:
        pattern = [part for part in path.split("/") if part]
        return any(
            len(parts) == len(pattern) and all(one == two or one.startswith("{") for one, two in zip(pattern, parts, strict=True))
            for parts in visited
        )

    assert [path for path in routes(app) if not any(word in path for word in NO_PAGE) and not is_visited(path)] == []
