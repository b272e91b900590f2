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
    wide, left, middle_box, gap = 210.0, 4.0, 110.0, 34.0
    core = left + BOX + gap
    right = core + middle_box + gap
    shapes: list[Shape] = []
    y = 4.0
    tops: list[float] = []
    for net in nets:
        tops.append(y)
        y += max(1, len(net.groups)) * (26 + 4) + GAP + 10
    height = max(y, 4 + len(outside) * (HIGH + GAP), HIGH + 8)
    middle = height / 2 - HIGH / 2
    for i, node in enumerate(outside):
        top = 4 + i * (HIGH + GAP)
        shapes += [Line(((left + BOX, top + HIGH / 2), (core, middle + HIGH / 2)), 1.8), *_box(node, left, top)]
    for net, top in zip(nets, tops, strict=True):
        shapes.append(Line(((core + middle_box, middle + HIGH / 2), (right, top + HIGH / 2)), 1.2))
        shapes += _box(Node(net.name, net.cidr, net.href), right, top)
        for i, (name, number, href) in enumerate(net.groups):
            at = top + i * 30
            spot = right + BOX + 24
            text = f"{_cut(name, LETTERS + 4)}: {number}"
            parts = (Rect(spot, at, wide, 26, "grey"), Label(spot + 8, at + 17, text, size=10, inside=True))
            shapes.append(Line(((right + BOX, top + HIGH / 2), (spot, at + 13)), 0.8))
            shapes += (
                [Link(href, _("%(text)s in %(net)s (%(name)s)", text=text, net=net.name, name=name), parts)] if href else parts
            )
    shapes.append(Rect(core, middle, middle_box, HIGH, "medium"))
    shapes.append(Label(core + middle_box / 2, middle + 23, _("Netz der Stadt"), "middle", 11, bold=True, inside=True))
    caption = _(
        "%(nets)s mit %(devices)s, zusammengefasst zu Gruppen.",
        nets=ngettext("%(num)s Netz", "%(num)s Netze", len(nets)),
        devices=ngettext("%(num)s Gerät", "%(num)s Geräten", sum(net.devices for net in nets)),
    )
    data = tuple((net.name, net.cidr, name, str(number)) for net in nets for name, number, _href in net.groups)
    head = (_("Netz"), _("Adressen"), _("Gruppe"), _("Geräte"))
    return Drawing(title, caption, right + BOX + 24 + wide + 4, height, tuple(shapes), (head, *data))


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
