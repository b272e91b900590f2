"""Read a catalogue of requirements (Katalog) from OSCAL JSON: official files and our own alike.

Pure: bytes in, frozen values out. Nothing of the file is dropped: what has no field of its own stays in `rest`,
and `counts` says how many properties, parameters, links and parts were read. Ids of controls are labels that
editions re-use for other controls, so the key of a control is its `alt-identifier` (UUID).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MEANINGS: Mapping[str, str] = {
    "modalverb": "modal_verb",
    "modal_verb": "modal_verb",
    "handlungsworte": "action_word",
    "action_word": "action_word",
    "ergebnis": "result",
    "result": "result",
    "präzisierung": "result_specification",
    "result_specification": "result_specification",
    "target_objects": "target_object_categories",
    "target_object_categories": "target_object_categories",
    "documentation": "documentation",
    "sec_level": "sec_level",
    "effort_level": "effort_level",
    "tags": "tags",
}
"""What a property means, by its German (January 2026) or English (June 2026) name."""

VOCABULARIES: Mapping[str, str] = {
    "modalverb.csv": "modal_verb",
    "modal_verbs.csv": "modal_verb",
    "handlungsworte.csv": "action_word",
    "action_words.csv": "action_word",
    "zielobjekte.csv": "target_object_categories",
    "target_object_categories.csv": "target_object_categories",
    "dokumentationsempfehlungen.csv": "documentation",
    "documentation_guidelines.csv": "documentation",
    "security_level.csv": "sec_level",
    "stufen.csv": "effort_level",
    "effort_level.csv": "effort_level",
    "tags.csv": "tags",
}
"""What a property means by the vocabulary it is taken from: decides where the name is unknown."""

LEVELS = frozenset({"normal-SdT", "erhöht"})
"""Security levels; the January file writes them into the control's `class`."""


@dataclass(frozen=True, slots=True)
class Prop:
    """A property as the file has it, and what it means to us (`meaning`, None where we do not know it)."""

    name: str
    value: str
    ns: str | None = None
    meaning: str | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another control; `target` is that control's key, None for addresses outside the file."""

    rel: str
    href: str
    target: str | None = None
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Param:
    """A placeholder each town fills in. `key` = key of its control + `#prmN`: the file's own UUID repeats the control's."""

    key: str
    id: str
    label: str
    values: tuple[str, ...] = ()
    props: tuple[Prop, ...] = ()
    links: tuple[Link, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text of a control or group: `statement` (the requirement), `guidance` (its explanation) …"""

    id: str
    name: str
    prose: str
    props: tuple[Prop, ...] = ()
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Control:
    """Anforderung: one requirement. `path` names the groups above it from the root, `parent` the control it refines."""

    key: str
    id: str
    title: str
    path: tuple[str, ...]
    parent: str | None = None
    origin: str | None = None
    props: tuple[Prop, ...] = ()
    params: tuple[Param, ...] = ()
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)

    def values(self, meaning: str) -> tuple[str, ...]:
        """All values of that meaning, on the control first, then on its parts."""
        found = [x.value for x in self.props if meaning in (x.meaning, x.name)]
        found += [x.value for part in self.parts for x in part.props if meaning in (x.meaning, x.name)]
        return tuple(found)

    def value(self, meaning: str) -> str | None:
        return next(iter(self.values(meaning)), None)

    @property
    def statement(self) -> str:
        return "\n".join(x.prose for x in self.parts if x.name == "statement")

    @property
    def guidance(self) -> str:
        return "\n".join(x.prose for x in self.parts if x.name == "guidance")

    @property
    def modal_verb(self) -> str | None:
        return self.value("modal_verb")

    @property
    def level(self) -> str | None:
        """`normal-SdT` or `erhöht`: its own property, in older files the `class`."""
        return self.value("sec_level") or (self.origin if self.origin in LEVELS else None)

    @property
    def effort(self) -> int | None:
        """Effort (Aufwand) 0–5, None where the file does not say a whole number."""
        text = self.value("effort_level")
        return int(text) if text is not None and text.isdigit() else None

    @property
    def categories(self) -> tuple[str, ...]:
        """Target object categories (Zielobjektkategorien); empty = applies to the whole institution."""
        return tuple(x.strip() for text in self.values("target_object_categories") for x in text.split(",") if x.strip())

    @property
    def required(self) -> tuple[str, ...]:
        """Keys of the controls that must be met first."""
        return tuple(x.target for x in self.links if x.rel == "required" and x.target is not None)


@dataclass(frozen=True, slots=True)
class Group:
    """Praktik or Thema (Baustein in other catalogues): a heading in the tree of controls."""

    key: str
    id: str
    title: str
    depth: int
    props: tuple[Prop, ...] = ()
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()
    params: tuple[Param, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was read; compared with the file so that nothing is lost in silence."""

    groups: int
    controls: int
    props: int
    params: int
    links: int
    parts: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """One edition of one catalogue; `notices` are German sentences about what a person should look at."""

    key: str
    title: str
    version: str
    groups: tuple[Group, ...]
    controls: tuple[Control, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    back_matter: Mapping[str, Any] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def control(self, label: str) -> Control:
        """The control with this id or key; KeyError if there is none."""
        for control in self.controls:
            if label in (control.id, control.key):
                return control
        raise KeyError(label)

    @property
    def counts(self) -> Counts:
        owners: list[Control | Group] = [*self.groups, *self.controls]
        parts = [part for owner in owners for top in owner.parts for part in _deep(top)]
        params = [param for owner in owners for param in owner.params]
        holders: list[Control | Group | Part | Param] = [*owners, *parts, *params]
        return Counts(
            groups=len(self.groups),
            controls=len(self.controls),
            props=sum(len(x.props) for x in holders),
            params=len(params),
            links=sum(len(x.links) for x in holders),
            parts=len(parts),
        )


def read(data: bytes) -> Catalogue:
    """The catalogue in these bytes. ValueError with a German sentence if they are no OSCAL catalogue."""
    try:
        content = json.loads(data)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ValueError("Die Datei ist kein lesbares JSON. Bitte die OSCAL-Datei im Original hochladen.") from error
    root = content.get("catalog") if isinstance(content, dict) else None
    known = isinstance(root, dict) and isinstance(root.get("metadata"), dict)
    if root is None or not known:
        raise ValueError("Die Datei ist kein OSCAL-Katalog: der Eintrag „catalog“ mit „metadata“ fehlt.")
    try:
        return _Reader(root).catalogue()
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"Der OSCAL-Katalog ist unvollständig oder falsch aufgebaut ({error}).") from error


class _Reader:
    """One walk over one file; links need the keys of all controls, so ids are gathered first."""

    def __init__(self, root: dict[str, Any]) -> None:
        self.root = root
        self.groups: list[Group] = []
        self.controls: list[Control] = []
        self.notices: list[str] = []
        self.keys: dict[str, str] = {}
        self._gather(root)

    def catalogue(self) -> Catalogue:
        self._walk(self.root, ())
        metadata = self.root["metadata"]
        known = {control.key for control in self.controls}
        if len(known) < len(self.controls):
            raise ValueError("Der OSCAL-Katalog enthält dieselbe Kennung (alt-identifier) zweimal.")
        return Catalogue(
            key=str(self.root.get("uuid", "")),
            title=str(metadata.get("title", "")),
            version=str(metadata.get("version", "")),
            groups=tuple(self.groups),
            controls=tuple(self.controls),
            metadata=metadata,
            back_matter=self.root.get("back-matter", {}),
            notices=tuple(self.notices),
        )

    def _gather(self, node: dict[str, Any]) -> None:
        for control in node.get("controls", ()):
            if control["id"] in self.keys:
                self.notices.append(f"Die Kennung {control['id']} kommt mehrfach vor; Verweise gehen auf die erste.")
            self.keys.setdefault(control["id"], _key(control))
            self._gather(control)
        for group in node.get("groups", ()):
            self._gather(group)

    def _walk(self, node: dict[str, Any], path: tuple[str, ...], parent: str | None = None) -> None:
        for raw in node.get("controls", ()):
            control = self._control(raw, path, parent)
            self.controls.append(control)
            self._walk(raw, path, control.key)
        for raw in node.get("groups", ()):
            if not any(x.get("name") == "alt-identifier" for x in raw.get("props", ())):
                self.notices.append(f"Das Thema {raw['id']} hat keine eindeutige Kennung.")
            self.groups.append(
                Group(
                    key=_key(raw),
                    id=raw["id"],
                    title=raw["title"],
                    depth=len(path),
                    props=_props(raw),
                    links=self._links(raw),
                    parts=self._parts(raw),
                    params=self._params(raw),
                    rest=_rest(raw, "id", "title", "props", "links", "parts", "params", "controls", "groups"),
                )
            )
            self._walk(raw, (*path, raw["id"]))

    def _control(self, raw: dict[str, Any], path: tuple[str, ...], parent: str | None) -> Control:
        return Control(
            key=_key(raw),
            id=raw["id"],
            title=raw["title"],
            path=path,
            parent=parent,
            origin=raw.get("class"),
            props=_props(raw),
            params=self._params(raw),
            links=self._links(raw),
            parts=self._parts(raw),
            rest=_rest(raw, "id", "title", "class", "props", "params", "links", "parts", "controls"),
        )

    def _links(self, raw: dict[str, Any]) -> tuple[Link, ...]:
        return tuple(
            Link(
                rel=x.get("rel", ""),
                href=x["href"],
                target=self.keys.get(x["href"][1:]) if x["href"].startswith("#") else None,
                rest=_rest(x, "rel", "href"),
            )
            for x in raw.get("links", ())
        )

    def _params(self, raw: dict[str, Any]) -> tuple[Param, ...]:
        owner = _key(raw)
        return tuple(
            Param(
                key=f"{owner}#{x['id'].rpartition('-')[2]}",
                id=x["id"],
                label=x.get("label", ""),
                values=tuple(x.get("values", ())),
                props=_props(x),
                links=self._links(x),
                rest=_rest(x, "id", "label", "values", "props", "links"),
            )
            for x in raw.get("params", ())
        )

    def _parts(self, raw: dict[str, Any]) -> tuple[Part, ...]:
        return tuple(
            Part(
                id=x.get("id", ""),
                name=x["name"],
                prose=x.get("prose", ""),
                props=_props(x),
                links=self._links(x),
                parts=self._parts(x),
                rest=_rest(x, "id", "name", "prose", "props", "links", "parts"),
            )
            for x in raw.get("parts", ())
        )


def _key(raw: dict[str, Any]) -> str:
    found = [x["value"] for x in raw.get("props", ()) if x.get("name") == "alt-identifier"]
    return str(found[0]) if found else str(raw["id"])


def _props(raw: dict[str, Any]) -> tuple[Prop, ...]:
    return tuple(
        Prop(
            name=x["name"],
            value=x["value"],
            ns=x.get("ns"),
            meaning=MEANINGS.get(x["name"]) or VOCABULARIES.get((x.get("ns") or "").rpartition("/")[2]),
            rest=_rest(x, "name", "value", "ns"),
        )
        for x in raw.get("props", ())
    )


def _rest(raw: dict[str, Any], *known: str) -> dict[str, Any]:
    return {key: value for key, value in raw.items() if key not in known}


def _deep(part: Part) -> Iterator[Part]:
    yield part
    for child in part.parts:
        yield from _deep(child)
