"""All documents of a town and the manifest that is sealed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from isms.snapshots import estate, work
from isms.snapshots.canonical import canonical, digest
from isms.snapshots.gathered import Gathered
from isms.snapshots.parts import FORMAT, Part

BUILDERS: tuple[Callable[[Gathered], Part], ...] = (
    work.policies, estate.structure, estate.protection, estate.modelling, work.check, work.risks, work.plan,
)  # fmt: skip


def documents(given: Gathered) -> dict[str, bytes]:
    """Every document's canonical bytes by its key. They hold no time of freezing: an unchanged town has unchanged documents."""
    parts = [build(given) for build in BUILDERS]
    return {part.key: part.data() for part in parts}


def manifest(given: Gathered, files: Mapping[str, bytes], *, number: str, serial: int, at: datetime, occasion: str) -> bytes:
    """What is sealed: the documents' digests and everything they were computed with."""
    return canonical(
        {
            "format": FORMAT,
            "snapshot": number,
            "serial": serial,
            "town": given.town,
            "scope": "town",
            "taken_at": at,
            "state_of": given.at,
            "occasion": occasion,
            "docs": {key: digest(data) for key, data in files.items()},
            "catalogues": [
                {"key": x.key, "title": x.title, "version": x.version, "sha256": x.sha256, "profiles": x.profiles}
                for x in given.editions
            ],
            "matrix": given.matrix.number,
            "rules": given.rules,
            "parameters": given.parameters,
        }
    )


def short_sign(chosen: str, slug: str) -> str:
    """The town's short sign: the one it chose, else the first three letters of its slug."""
    return chosen or "".join(x for x in slug.upper() if x.isalnum())[:3]


def number(short: str, year: int, serial: int) -> str:
    """Number of a frozen state, as ERB-2026-001; `serial` counts within the year."""
    return f"{short}-{year}-{serial:03d}"
