"""What a list page shows: which rows, sorted how, on which page. Pure.

The address is the state: `listing()` reads it, `Listing.url()` writes it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from service.i18n import Lazy

PER_PAGE: Final = 50
RESERVED: Final = frozenset({"page", "sort"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a data table; with `key` its head is a link that sorts."""

    label: str | Lazy
    key: str | None = None
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """The state of a list page.

    `sort` is a column key, with a minus in front for descending order.
    """

    path: str
    query: tuple[tuple[str, str], ...]
    page: int
    total: int
    sort: str
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def numbers(self) -> list[int]:
        """The pages worth a link: the first, the last, and those around this one."""
        near = range(max(1, self.page - 2), min(self.pages, self.page + 2) + 1)
        return sorted({1, *near, self.pages})

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * self.per_page

    @property
    def shown(self) -> int:
        """How many rows stand on this page."""
        return max(0, min(self.per_page, self.total - self.offset))

    @property
    def filtered(self) -> bool:
        """Whether the address narrows the list."""
        return bool(self.query)

    def url(self, page: int = 1, sort: str | None = None) -> str:
        """The same list on another page or in another order."""
        pairs = [*self.query]
        order = self.sort if sort is None else sort
        pairs += [("sort", order)] if order else []
        pairs += [("page", str(page))] if page > 1 else []
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def sort_url(self, key: str) -> str:
        """Where the head of this column leads: ascending first, then descending."""
        return self.url(sort=f"-{key}" if self.sort == key else key)

    def direction(self, key: str | None) -> str | None:
        """The column's `aria-sort`, None where the list is not sorted by it."""
        if not key or self.sort.lstrip("-") != key:
            return None
        return "descending" if self.sort.startswith("-") else "ascending"


def listing(
    path: str,
    query: Mapping[str, str] | Iterable[tuple[str, str]],
    *,
    total: int,
    sortable: Sequence[str] = (),
    default_sort: str = "",
    per_page: int = PER_PAGE,
) -> Listing:
    """Read the state of a list from its address; nonsense in the address means the first page in the usual order."""
    pairs = tuple(query.items() if isinstance(query, Mapping) else query)
    wanted = dict(pairs)
    pages = max(1, -(-total // per_page))
    number = wanted.get("page", "1")
    page = min(max(1, int(number)), pages) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    sort = wanted.get("sort", default_sort)
    return Listing(
        path=path,
        query=tuple((key, value) for key, value in pairs if key not in RESERVED and value),
        page=page,
        total=total,
        sort=sort if sort.lstrip("-") in sortable else default_sort,
        per_page=per_page,
    )
