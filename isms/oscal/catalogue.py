"""A catalogue as OSCAL JSON: what `isms.catalogue.read` reads, written again. Pure.

Nothing is lost on the way back: an official file read and written says the same. Lists that came as tables have ids
that OSCAL does not allow ("1.10"); such an id is written as a token, and stays as `label` and `alt-identifier`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isms.catalogue import Catalogue, Control, Group, Link, Param, Part, Prop
from isms.oscal.base import VERSION, Json, line, some, token

_OURS = ("cells",)
"""What readers of lists keep beside a control and is no part of OSCAL."""
_BEGINNING = "2020-01-01T00:00:00Z"
"""`last-modified` of a list, which does not know it."""


@dataclass(frozen=True, slots=True)
class Names:
    """The ids that stand in the files: unique over all catalogues, by (catalogue, key of the control)."""

    controls: Mapping[tuple[str, str], str]


def names(catalogues: Iterable[Catalogue]) -> Names:
    """An id of a control as its catalogue has it; where that is no token or taken already, one made of it."""
    found: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for one in catalogues:
        for control in one.controls:
            name = token(control.id)
            if name in taken:
                name = token(f"{one.key}-{control.id}")
            base, number = name, 2
            while name in taken:
                name, number = f"{base}_{number}", number + 1
            taken.add(name)
            found[one.key, control.key] = name
    return Names(found)


@dataclass(slots=True)
class _Node:
    """A heading or control with what stands below it."""

    raw: Json
    heading: bool = False
    controls: list[_Node] = field(default_factory=list)
    groups: list[_Node] = field(default_factory=list)

    def json(self, *, whole: bool) -> Json | None:
        """With everything below; None for a heading without controls, unless all headings are wanted."""
        controls = [x.json(whole=whole) for x in self.controls]
        groups = [x for one in self.groups if (x := one.json(whole=whole)) is not None]
        if self.heading and not whole and not controls and not groups:
            return None
        return self.raw | some(controls=controls, groups=groups)


class Writer:
    """Writes one catalogue with the ids of all; `keep` are keys of the controls that stay, None = all.

    `values`: values of parameters by their key, which replace those of the catalogue.
    """

    def __init__(
        self, catalogue: Catalogue, ids: Names, keep: Collection[str] | None = None, values: Mapping[str, str] | None = None
    ) -> None:
        self.catalogue, self.ids, self.keep, self.values = catalogue, ids, keep, values or {}

    def tree(self) -> Json:
        """`groups` and `controls` of the root. A control whose parent does not stay moves up to the nearest that does."""
        root = _Node({})
        places: dict[tuple[str, ...], _Node] = {(): root}
        way: list[str] = []
        for group in self.catalogue.groups:
            way = [*way[: group.depth], group.id]
            node = _Node(self._group(group), heading=True)
            places[tuple(way[:-1])].groups.append(node)
            places[tuple(way)] = node
        nodes: dict[str, _Node] = {}
        parents = {x.key: x.parent for x in self.catalogue.controls}
        for control in self.catalogue.controls:
            if self.keep is not None and control.key not in self.keep:
                continue
            above = control.parent
            while above is not None and above not in nodes:
                above = parents.get(above)
            node = nodes[control.key] = _Node(self._control(control))
            (nodes[above] if above is not None else places.get(control.path, root)).controls.append(node)
        return root.json(whole=self.keep is None) or {}

    def _id(self, control: Control) -> str:
        return self.ids.controls[self.catalogue.key, control.key]

    def _control(self, one: Control) -> Json:
        name = self._id(one)
        props = _props(one.props)
        known = {x.name for x in one.props}
        if name != one.id and "label" not in known:
            props.append({"name": "label", "value": line(one.id)})
        if name != one.key and "alt-identifier" not in known:
            props.append({"name": "alt-identifier", "value": line(one.key)})
        return some(
            id=name, **{"class": one.origin}, title=line(one.title), params=self._params(one.params), props=props,
            links=self._links(one.links), parts=self._parts(one.parts),
        ) | _rest(one.rest)  # fmt: skip

    def _group(self, one: Group) -> Json:
        return some(
            id=token(one.id), title=line(one.title), params=self._params(one.params), props=_props(one.props),
            links=self._links(one.links), parts=self._parts(one.parts),
        ) | _rest(one.rest)  # fmt: skip

    def _links(self, found: Sequence[Link]) -> list[Json]:
        """A reference to a control that does not stay would lead nowhere and is left out."""
        return [
            some(href=self._href(x), rel=token(x.rel) if x.rel else "") | dict(x.rest)
            for x in found
            if x.target is None or self.keep is None or x.target in self.keep
        ]

    def _href(self, one: Link) -> str:
        name = self.ids.controls.get((self.catalogue.key, one.target)) if one.target else None
        return f"#{name}" if name else one.href

    def _params(self, found: Sequence[Param]) -> list[Json]:
        params = []
        for x in found:
            values = [line(self.values[x.key])] if x.key in self.values else [line(v) for v in x.values]
            rest = {key: value for key, value in x.rest.items() if key != "select" or not values}
            params.append(
                some(
                    id=token(x.id),
                    props=_props(x.props),
                    links=self._links(x.links),
                    label=line(x.label) if x.label else "",
                    values=values,
                )
                | rest
            )
        return params

    def _parts(self, found: Sequence[Part]) -> list[Json]:
        return [
            some(
                id=token(x.id) if x.id else "", name=token(x.name), props=_props(x.props), links=self._links(x.links),
                prose=x.prose, parts=self._parts(x.parts),
            ) | dict(x.rest)
            for x in found
        ]  # fmt: skip


def _props(found: Sequence[Prop]) -> list[Json]:
    return [
        some(name=token(x.name), ns=x.ns, value=line(x.value, "")) | dict(x.rest)
        for x in found
        if line(x.value, "")
    ]  # fmt: skip


def _rest(rest: Mapping[str, Any]) -> Json:
    return {key: value for key, value in rest.items() if key not in _OURS}


def head(catalogue: Catalogue) -> Json:
    """The catalogue's own metadata; for a list, which has none, title and version."""
    told = {"title": catalogue.title, "last-modified": _BEGINNING, "version": catalogue.version, "oscal-version": VERSION}
    return {key: line(value) for key, value in told.items()} | dict(catalogue.metadata)


def whole(catalogue: Catalogue, ids: Names) -> Json:
    """Everything but the document's UUID, which follows from the content (`base.document`)."""
    return some(metadata=head(catalogue)) | Writer(catalogue, ids).tree() | some(back_matter=dict(catalogue.back_matter))
