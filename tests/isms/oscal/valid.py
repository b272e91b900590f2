"""Is it OSCAL? The models of compliance-trestle hold a document against every field, type and pattern of OSCAL.

They are of version 1.2.1, ours is 1.1.3. The versions differ in what is new: `remarks` on the objects below, and a
security plan without users; a document that uses neither and is valid in the one is valid in the other (both sets of
models were held against each other, class by class).
"""

from __future__ import annotations

import json
from typing import Any

from trestle.oscal.assessment_plan import AssessmentPlan
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.catalog import Catalog
from trestle.oscal.profile import Profile
from trestle.oscal.ssp import SystemSecurityPlan

ROOTS = {
    "catalog": Catalog,
    "profile": Profile,
    "system-security-plan": SystemSecurityPlan,
    "assessment-plan": AssessmentPlan,
    "assessment-results": AssessmentResults,
}
NEW_REMARKS = {"related-observations", "related-risks", "include-objectives", "matching", "remove", "logged-by", "port-ranges"}
"""Lists whose entries may have `remarks` only since 1.2."""


def check(data: bytes) -> dict[str, Any]:
    """The content of a valid document; raises what is wrong with it."""
    ((root, content),) = json.loads(data).items()
    ROOTS[root].model_validate(content)
    assert content["metadata"]["oscal-version"] == "1.1.3"
    assert _newer(content) == []
    if root == "system-security-plan":
        assert content["system-implementation"]["users"]
    return content


def _newer(value: Any, name: str = "") -> list[str]:
    match value:
        case dict():
            mine = [name] if name in NEW_REMARKS and "remarks" in value else []
            return mine + [x for key, one in value.items() for x in _newer(one, key)]
        case list():
            return [x for one in value for x in _newer(one, name)]
    return []


def references(content: dict[str, Any]) -> set[str]:
    """Every `#…` of a document that names a resource and finds none in its back matter."""
    known = {x["uuid"] for x in content.get("back-matter", {}).get("resources", [])}
    return {x for x in _hrefs(content) if x.startswith("#") and x[1:] not in known}


def _hrefs(value: Any) -> list[str]:
    match value:
        case dict():
            return [one for key, one in value.items() if key == "href"] + [x for one in value.values() for x in _hrefs(one)]
        case list():
            return [x for one in value for x in _hrefs(one)]
    return []
