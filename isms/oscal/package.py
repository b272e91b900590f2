"""All OSCAL documents of a town, alone and as one ZIP; equal state, equal bytes. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from isms.oscal.assessment import ASSESSMENT, RESULTS, assessment_plan, assessment_results
from isms.oscal.base import Json, document
from isms.oscal.catalogue import whole
from isms.oscal.given import Given
from isms.oscal.profile import PROFILE, RESOLVED, profile, resolved, source
from isms.oscal.security_plan import PLAN, plan
from isms.snapshots.verify import zipped

DOCUMENTS: Final[Mapping[str, tuple[str, Callable[[Given], Json]]]] = {
    PROFILE: ("profile", profile),
    RESOLVED: ("catalog", resolved),
    PLAN: ("system-security-plan", plan),
    ASSESSMENT: ("assessment-plan", assessment_plan),
    RESULTS: ("assessment-results", assessment_results),
}
"""File → its root in OSCAL and what makes it; the catalogues come beside them (`profile.source`)."""


def file(given: Given, name: str) -> bytes:
    """One document by the name of its file. Raises `KeyError` for a name that is none."""
    if name in DOCUMENTS:
        kind, make = DOCUMENTS[name]
        return document(kind, make(given))
    found = {source(x.key): x for x in given.catalogues}[name]
    return document("catalog", whole(found, given.ids))


def files(given: Given) -> dict[str, bytes]:
    """Every document by the name of its file."""
    return {name: file(given, name) for name in (*(source(x.key) for x in given.catalogues), *DOCUMENTS)}


def package(given: Given) -> bytes:
    """All of them as one ZIP."""
    return zipped(files(given))
