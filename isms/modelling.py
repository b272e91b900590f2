"""Which requirements apply to which target object (Modellierung), by the tree of target categories.

Pure. A control for a category applies to all objects of that category and of its descendants, each control once
per object; a control without category belongs to the institution. Taking one away needs a reason (Streichbegründung).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Protocol
from uuid import UUID

from isms.structure.modules import module_of

INSTITUTION = "Institution"


@dataclass(frozen=True, slots=True)
class Tree:
    """The categories and what each belongs to; `parents[name]` is None for a root."""

    parents: Mapping[str, str | None]

    def upwards(self, category: str) -> tuple[str, ...]:
        """The category itself, then everything it belongs to; unknown ones stand alone."""
        found = [category]
        while (parent := self.parents.get(found[-1])) is not None and parent not in found:
            found.append(parent)
        return tuple(found)


@cache
def tree() -> Tree:
    """BSI's categories (names and tree, CC BY-SA 4.0) with our few own ones below them."""
    raw = json.loads(resources.files("isms.data").joinpath("target_categories.json").read_bytes())
    return Tree({x["name"]: x["parent"] for x in raw["categories"]})


KIND_CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "workstation": ("Endgeräte",),
    "notebook": ("Mobile Endgeräte",),
    "thin_client": ("Endgeräte",),
    "tablet": ("Mobile Endgeräte",),
    "smartphone": ("Mobile Endgeräte",),
    "phone": ("Telefone",),
    "conference": ("Telefone",),
    "telephony": ("Hostsysteme", "TK-Anwendungen"),
    "printer": ("Drucker",),
    "label_printer": ("Drucker",),
    "server": ("Hostsysteme",),
    "vm": ("Hostsysteme",),
    "hypervisor": ("Hostsysteme", "Virtualisierungslösungen"),
    "storage": ("Hostsysteme", "Dateiserver"),
    "switch": ("Netzkomponenten",),
    "router": ("Netzkomponenten",),
    "firewall": ("Netzkomponenten",),
    "access_point": ("Netzkomponenten",),
    "wireless_controller": ("Netzkomponenten",),
    "load_balancer": ("Netzkomponenten",),
    "ups": ("Versorgungstechnik",),
    "pdu": ("Versorgungstechnik",),
    "plc": ("Fernwirktechnik",),
    "environment_sensor": ("Gebäudetechnik",),
    "camera": ("Gebäudetechnik",),
    "management_controller": ("IT-Systeme",),
    "console_server": ("Netzkomponenten",),
    "time_server": ("IT-Systeme",),
    "appliance": ("IT-Systeme",),
    "other": ("IT-Systeme",),
    "unknown": ("IT-Systeme",),
}
"""Categories of a device by its kind; small devices without an address belong to their workplace and get none."""


@dataclass(frozen=True, slots=True)
class Objekt:
    """A target object as modelling needs it: what it is (`categories`), never where it stands."""

    key: str
    categories: tuple[str, ...]
    modules: tuple[str, ...] = ()
    """Kompendium modules (Bausteine) that were placed on it."""


class Addressed(Protocol):
    """What modelling asks of a requirement, be it read from a file or from the database."""

    @property
    def key(self) -> str: ...
    @property
    def categories(self) -> tuple[str, ...]: ...


def applies(control: Addressed, categories: Collection[str], categories_tree: Tree | None = None) -> str | None:
    """The category through which this control applies to an object of those categories; None if it does not."""
    wanted = set(control.categories or (INSTITUTION,))
    whole = categories_tree or tree()
    for category in categories:
        for name in whole.upwards(category):
            if name in wanted:
                return name
    return None


def model(objects: Iterable[Objekt], controls: Collection[Addressed]) -> dict[str, dict[str, str]]:
    """Object key → control key → category or module that brought it. Each control once per object.

    A requirement of the Kompendium belongs where its module was placed, all others where their category is.
    """
    modules = {control.key: module_of(str(getattr(control, "label", ""))) for control in controls}
    found: dict[str, dict[str, str]] = {}
    for item in objects:
        here = found.setdefault(item.key, {})
        for control in controls:
            module = modules[control.key]
            through = applies(control, item.categories) if module is None else module if module in item.modules else None
            if through is not None:
                here[control.key] = through
    return found


@dataclass(frozen=True, slots=True)
class Placed:
    """A target object as evidence finds it: its devices, and whether it has any by its nature."""

    key: UUID
    members: Collection[UUID]
    draws: bool


def places(
    asset: UUID | None, control: str, objects: Iterable[Placed], modelled: Mapping[UUID, Collection[str]]
) -> tuple[UUID, ...]:
    """At which objects evidence about this device touches this control.

    Objects the device belongs to go first; where the control stands at none of them, it is about things without
    devices of their own (E-Mail, a provider), and the evidence counts there.
    """
    asked = [x for x in objects if control in modelled.get(x.key, ())]
    own = tuple(x.key for x in asked if asset is not None and asset in x.members)
    return own or tuple(x.key for x in asked if not x.draws)
