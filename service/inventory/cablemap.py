"""The map of a site's cables as a drawing, and where one device is plugged in. Pure.

Drawn are the devices that carry others; what hangs on them is counted by kind. Left stands what leads out of the house,
each column to the right is one cable farther away. The same estate always gives the same drawing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from service.charts import Drawing, Label, Line, Link, Rect, Shape
from service.i18n import gettext as _
from service.i18n import ngettext
from service.inventory import labels
from service.inventory.views import LinkCount, LinkRow

DRAWN = ("firewall", "router", "switch", "wireless_controller", "access_point", "hypervisor", "storage")
"""Kinds that have a box of their own; the first ones stand farthest left."""
BOX, HIGH, GAP, CORRIDOR = 180.0, 36.0, 10.0, 116.0
"""Width and height of a box, space between two boxes, space between two columns."""
LETTERS, PORT_LETTERS = 25, 20
"""Characters that fit into a box and above a cable."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device is plugged in: the port of `device`, its own port, what it hangs behind."""

    link: LinkRow
    device: UUID
    name: str
    port: str
    own_port: str


def places(rows: Sequence[LinkRow], asset: UUID) -> list[Place]:
    """Where a device is plugged in, out of its links; of a cable between two switches each is the other's place."""
    found = []
    for row in rows:
        if row.other == asset:
            found.append(Place(row, row.asset, row.asset_name, row.port, row.other_port))
        elif row.asset == asset and row.other is not None and row.other_kind in {"switch", "router", "firewall"}:
            found.append(Place(row, row.other, row.other_name, row.other_port, row.port))
    return found


def carried(rows: Sequence[LinkRow], asset: UUID) -> list[LinkRow]:
    """What hangs behind a device at somebody else's port: the PC at a telephone, the clients of an access point."""
    return [row for row in rows if row.via == asset and row.how == "behind"]


@dataclass(slots=True)
class _Node:
    id: UUID
    name: str
    kind: str
    children: list[_Node] = field(default_factory=list)
    cable: str = ""
    bundled: bool = False
    ends: list[LinkCount] = field(default_factory=list)


def draw(place: str, links: Sequence[LinkRow], counts: Sequence[LinkCount], address: Callable[[UUID], str]) -> Drawing:
    """The map of a site: links between drawn kinds, what else hangs where, and the address of a device's page."""
    nodes: dict[UUID, _Node] = {}
    beside: defaultdict[UUID, dict[UUID, LinkRow]] = defaultdict(dict)
    cables = set()
    for row in links:
        other, here, name, kind = row.other, row.asset, row.asset_name, row.asset_kind
        if row.via and row.via_name and row.how == "behind":
            here, name, kind = row.via, row.via_name, row.via_kind or "unknown"
        if other is None or other == here:
            continue
        nodes.setdefault(here, _Node(here, name, kind))
        nodes.setdefault(other, _Node(other, row.other_name, row.other_kind or "unknown"))
        beside[here].setdefault(other, row)
        beside[other].setdefault(here, row)
        cables.add(frozenset({here, other}))
    for count in counts:
        nodes.setdefault(count.asset, _Node(count.asset, count.asset_name, count.asset_kind)).ends.append(count)
    trees = _trees(nodes, beside)
    hidden = len(cables) - sum(_inner(tree) for tree in trees)
    shapes, width, height = _shapes(trees, address)
    devices = sum(count.number for count in counts)
    caption = _(
        "%(place)s: %(devices)s und %(ends)s.",
        place=place,
        devices=ngettext("%(num)s Gerät im Netz", "%(num)s Geräte im Netz", len(nodes)),
        ends=ngettext("%(num)s Endgerät daran", "%(num)s Endgeräte daran", devices),
    )
    if hidden > 0:
        caption += " " + ngettext(
            "%(num)s weitere Verbindung steht nur in der Tabelle.",
            "%(num)s weitere Verbindungen stehen nur in der Tabelle.",
            hidden,
        )
    data = ((_("Gerät"), _("Anschluss"), _("Angeschlossen"), _("dessen Anschluss")),)
    return Drawing(_("Netz: %(place)s", place=place), caption, width, height, shapes, (*data, *map(_line, links)))


def _line(row: LinkRow) -> tuple[str, ...]:
    return (row.asset_name, row.port, row.other_name, row.other_port)


def _rank(node: _Node) -> tuple[int, str, UUID]:
    return (DRAWN.index(node.kind) if node.kind in DRAWN else len(DRAWN), node.name, node.id)


def _trees(nodes: Mapping[UUID, _Node], beside: Mapping[UUID, Mapping[UUID, LinkRow]]) -> list[_Node]:
    """Each device once, below the one it is reached from by the fewest cables; the busiest device next to the way out begins."""
    left = dict(nodes)

    def first(node: _Node) -> tuple[int, int, str, UUID]:
        gate = node.kind in {"firewall", "router"} and bool(beside.get(node.id))
        return (0 if gate else 1, -len(beside.get(node.id, {})), node.name, node.id)

    roots = []
    while left:
        root = min(left.values(), key=first)
        roots.append(root)
        del left[root.id]
        waiting = [root]
        while waiting:
            node = waiting.pop(0)
            for other in sorted((left[key] for key in beside.get(node.id, {}) if key in left), key=_rank):
                del left[other.id]
                row = beside[node.id][other.id]
                other.cable, other.bundled = _cable(row, node.id), bool(row.members or row.other_members)
                node.children.append(other)
                waiting.append(other)
    return roots


def _cable(row: LinkRow, start: UUID) -> str:
    ends = (row.port, row.other_port) if start in (row.asset, row.via) else (row.other_port, row.port)
    return " – ".join(end for end in ends if end)


def _inner(tree: _Node) -> int:
    return sum(1 + _inner(child) for child in tree.children)


def _shapes(trees: Iterable[_Node], address: Callable[[UUID], str]) -> tuple[tuple[Shape, ...], float, float]:
    cables: list[Shape] = []
    boxes: list[Shape] = []
    reach, y = 0.0, 4.0

    def put(node: _Node, depth: int, top: float) -> float:
        """Draw a node and what is below it; answers where the next may begin."""
        nonlocal reach
        x, start = 4 + depth * (BOX + CORRIDOR), top
        right = x + BOX
        reach = max(reach, right)
        marks: list[tuple[float, str, bool]] = []
        for child in node.children:
            marks.append((top + HIGH / 2, child.cable, child.bundled))
            top = put(child, depth + 1, top)
        if node.ends:
            marks.append((top + HIGH / 2, "", False))
            boxes.append(_crowd(node, right + CORRIDOR, top, address(node.id)))
            reach = max(reach, right + CORRIDOR + BOX)
            top += HIGH + GAP
        middle = start + HIGH / 2
        for level, text, bundled in marks:
            turn = right + 14
            path = ((right, middle), (turn, middle), (turn, level), (right + CORRIDOR, level))
            cables.append(Line(path if level != middle else (path[0], path[3]), 2.6 if bundled else 1.2))
            if text:
                cables.append(Label(turn + 4, level - 4, _cut(text, PORT_LETTERS), size=9))
        boxes.append(_box(node, x, start, address(node.id)))
        return max(top, start + HIGH + GAP)

    for tree in trees:
        y = put(tree, 0, y) + GAP
    return (*cables, *boxes), reach + 4, max(y - GAP, HIGH + 8)


def _box(node: _Node, x: float, y: float, href: str) -> Link:
    kind = labels.word(labels.KINDS, node.kind)
    shown = _cut(node.name, LETTERS)
    return Link(
        href,
        f"{shown} {kind}" + (f": {node.name}" if shown != node.name else ""),
        (
            Rect(x, y, BOX, HIGH, "plain"),
            Label(x + 8, y + 15, shown, size=11, bold=True, inside=True),
            Label(x + 8, y + 29, kind, size=10, inside=True),
        ),
    )


def _crowd(node: _Node, x: float, y: float, href: str) -> Link:
    """The end devices of one device, counted by kind; what is seen is the beginning of what is said (WCAG 2.5.3)."""
    number = sum(count.number for count in node.ends)
    text = ngettext("%(num)s Endgerät", "%(num)s Endgeräte", number)
    kinds = ", ".join(f"{count.number} {_kind(count.kind)}" for count in node.ends)
    shown = _cut(kinds, LETTERS + 8)
    return Link(
        f"{href}/ports" if node.kind == "switch" else href,
        _("%(number)s an %(name)s", number=f"{text} {shown}", name=node.name) + (f": {kinds}" if shown != kinds else ""),
        (
            Rect(x, y, BOX, HIGH, "grey"),
            Label(x + 8, y + 15, text, size=11, bold=True, inside=True),
            Label(x + 8, y + 29, shown, size=9.5, inside=True),
        ),
    )


def _kind(kind: str) -> str:
    return _("ohne Eintrag") if kind == "stranger" else labels.word(labels.KINDS, kind)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
