"""What a town chose: the profile (which requirements of which catalogue, with which values), and the catalogue that follows.

Pure. The resolved catalogue holds the chosen requirements of all catalogues, with the values the town has set.
"""

from __future__ import annotations

from isms.oscal.base import Json, file_id, line, metadata, resource, some, token
from isms.oscal.catalogue import Writer
from isms.oscal.given import Given

PROFILE, RESOLVED = "profile.json", "resolved-catalogue.json"


def source(catalogue: str) -> str:
    """Name of the file of a whole catalogue by its key."""
    return f"catalogue-{catalogue}.json"


def profile(given: Given) -> Json:
    """The choice as an OSCAL profile; its imports are the catalogues that lie beside it."""
    imports, set_parameters, resources = [], [], []
    for one in given.catalogues:
        taken = given.taken(one)
        if not taken:
            continue
        name = source(one.key)
        resources.append(resource(name, line(one.title), f"Katalog „{one.title}“, Fassung {one.version}."))
        chosen = [given.ids.controls[one.key, x.key] for x in one.controls if x.key in taken]
        whole = len(chosen) == len(one.controls)
        selection: Json = {"include-all": {}} if whole else {"include-controls": [{"with-ids": chosen}]}
        imports.append({"href": f"#{file_id(name)}", **selection})
        set_parameters += [
            {"param-id": token(param.id), "values": [line(given.values[param.key])]}
            for control in one.controls
            if control.key in taken
            for param in control.params
            if param.key in given.values
        ]
    remarks = f"Profile: {', '.join(given.profiles)}." if given.profiles else ""
    return some(
        metadata=metadata(f"Profil {given.town}", given.town, given.slug, given.newest, remarks=remarks),
        imports=imports,
        merge={"as-is": True},
        modify=some(set_parameters=set_parameters),
        back_matter={"resources": resources},
    )


def resolved(given: Given) -> Json:
    """The catalogue the profile stands for. Authors of the catalogues stay named, and so do the sources they cite."""
    head = metadata(f"Anforderungen {given.town}", given.town, given.slug, given.newest)
    groups: list[Json] = []
    controls: list[Json] = []
    resources = [resource(PROFILE, f"Profil {given.town}", "Das Profil, aus dem dieser Katalog entstanden ist.")]
    known = {resources[0]["uuid"]}
    for one in given.catalogues:
        taken = given.taken(one)
        if not taken:
            continue
        tree = Writer(one, given.ids, taken, given.values).tree()
        groups += tree.get("groups", [])
        controls += tree.get("controls", [])
        head["parties"] += [x for x in one.metadata.get("parties", []) if x not in head["parties"]]
        for found in one.back_matter.get("resources", []):
            if found.get("uuid") not in known:
                known.add(found.get("uuid"))
                resources.append(found)
    head["props"] = [{"name": "resolution-tool", "value": "Odenwacht"}]
    head["links"] = [{"href": f"#{file_id(PROFILE)}", "rel": "source-profile"}]
    head["remarks"] = "Zusammengestellt aus " + "; ".join(f"{x.title}, Fassung {x.version}" for x in given.catalogues) + "."
    return some(metadata=head, groups=groups, controls=controls, back_matter={"resources": resources})
