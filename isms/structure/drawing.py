"""Drawings of the structure analysis: the graph of needs, and the network plan with groups instead of devices. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from service.charts import Drawing, Label, Line, Link, Rect, Shape, Tone
from service.i18n import gettext as _
from service.i18n import ngettext
from service.objects import graph

BOX, HIGH, GAP, CORRIDOR, LETTERS = 190.0, 38.0, 12.0, 70.0, 26


class Linked(Protocol):
    """What a drawing asks of a need."""

    @property
    def consumer(self) -> UUID: ...
    @property
    def provider(self) -> UUID: ...
    @property
    def alternatives(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Node:
    """A box: its name, the small line below, where it leads, how it is filled."""

    name: str
    sub: str
    href: str
    tone: Tone = "plain"


def needs(title: str, nodes: Mapping[UUID, Node], links: Sequence[Linked]) -> Drawing:
    """Consumers left, what they need to the right of them. Alternatives are thin, needs without alternative thick."""
    edges = [(x.consumer, x.provider) for x in links if x.consumer in nodes and x.provider in nodes]
    columns = graph.columns(list(nodes), edges)
    spots: dict[UUID, tuple[float, float]] = {}
    for depth, column in enumerate(columns):
        for row, key in enumerate(column):
            spots[key] = (4 + depth * (BOX + CORRIDOR), 4 + row * (HIGH + GAP))
    shapes: list[Shape] = []
    for link in links:
        if link.consumer in spots and link.provider in spots:
            (x, y), (u, v) = spots[link.consumer], spots[link.provider]
            shapes.append(Line(((x + BOX, y + HIGH / 2), (u, v + HIGH / 2)), 1.0 if link.alternatives else 1.8))
    shapes += [shape for key, node in nodes.items() for shape in _box(node, *spots[key])]
    width = 8 + len(columns) * BOX + max(0, len(columns) - 1) * CORRIDOR
    height = 8 + max((len(column) for column in columns), default=1) * (HIGH + GAP)
    caption = _(
        "%(objects)s, %(needs)s. Links steht, was etwas braucht, rechts davon, was es braucht.",
        objects=ngettext("%(num)s Zielobjekt", "%(num)s Zielobjekte", len(nodes)),
        needs=ngettext("%(num)s Abhängigkeit", "%(num)s Abhängigkeiten", len(edges)),
    )
    data = tuple((nodes[a].name, nodes[b].name) for a, b in edges)
    return Drawing(title, caption, width, height, tuple(shapes), ((_("Zielobjekt"), _("braucht")), *data))


@dataclass(frozen=True, slots=True)
class PlanNet:
    """A network of the plan with the groups whose devices stand in it: (id of the object or None, name, number)."""

    name: str
    cidr: str
    purpose: str
    site: str
    href: str
    groups: tuple[tuple[str, int, str], ...]
    """Name of the group, number of its devices in this network, address of its page (empty: none)."""

    @property
    def devices(self) -> int:
        """Devices of all groups together."""
        return sum(number for _name, number, _href in self.groups)


def plan(title: str, outside: Sequence[Node], nets: Sequence[PlanNet]) -> Drawing:
    """The network plan without single devices: links to the outside, the core, networks, and groups in each of them."""
    wide, bus, left = 210.0, 20.0, 40.0
    shapes: list[Shape] = []
    top = 4.0
    for i, node in enumerate(outside):
        if i and i % 2 == 0:
            top += HIGH + GAP
        shapes += _box(node, 4 + i % 2 * (BOX + 20), top)
    y = top + HIGH + 24 if outside else top
    if outside:
        shapes.append(Line(((bus, top + HIGH), (bus, y)), 1.8))
    shapes.append(Rect(4, y, BOX, HIGH, "medium"))
    shapes.append(Label(12, y + 23, _("Netz der Stadt"), size=11, bold=True, inside=True))
    start, last = y + HIGH, y + HIGH
    y += HIGH + 2 * GAP
    for net in nets:
        last = y + HIGH / 2
        shapes.append(Line(((bus, last), (left, last)), 1.2))
        shapes += _box(Node(net.name, net.cidr, net.href), left, y)
        for i, (name, number, href) in enumerate(net.groups):
            at, spot = y + i * 30, left + BOX + 24
            text = f"{_cut(name, LETTERS + 4)}: {number}"
            parts = (Rect(spot, at, wide, 26, "grey"), Label(spot + 8, at + 17, text, size=10, inside=True))
            shapes.append(Line(((left + BOX, last), (spot, at + 13)), 0.8))
            shapes += (
                [Link(href, _("%(text)s in %(net)s (%(name)s)", text=text, net=net.name, name=name), parts)] if href else parts
            )
        y += max(HIGH, len(net.groups) * 30) + GAP
    shapes.insert(0, Line(((bus, start), (bus, last)), 1.8))
    width, height = left + BOX + 24 + wide + 4, y
    caption = _(
        "%(nets)s mit %(devices)s, zusammengefasst zu Gruppen.",
        nets=ngettext("%(num)s Netz", "%(num)s Netze", len(nets)),
        devices=ngettext("%(num)s Gerät", "%(num)s Geräten", sum(net.devices for net in nets)),
    )
    data = tuple((net.name, net.cidr, name, str(number)) for net in nets for name, number, _href in net.groups)
    head = (_("Netz"), _("Adressen"), _("Gruppe"), _("Geräte"))
    return Drawing(title, caption, width, height, tuple(shapes), (head, *data))


def _box(node: Node, x: float, y: float) -> tuple[Shape, ...]:
    shown = _cut(node.name, LETTERS)
    parts = (
        Rect(x, y, BOX, HIGH, node.tone),
        Label(x + 8, y + 16, shown, size=10.5, bold=True, inside=True),
        Label(x + 8, y + 30, _cut(node.sub, LETTERS + 4), size=9.5, inside=True),
    )
    said = f"{shown} {_cut(node.sub, LETTERS + 4)}" + (f": {node.name}" if shown != node.name else "")
    return (Link(node.href, said, parts),) if node.href else parts


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
