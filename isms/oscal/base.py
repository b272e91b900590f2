"""What every OSCAL document of ours is made of: names, texts and identities as OSCAL 1.1.3 wants them. Pure.

Equal content has equal bytes: identities are UUIDs of version 5 over what a thing is, a document's own over its content,
and no document knows the time of its writing, only the newest day in it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from service.settings import BERLIN

VERSION: Final = "1.1.3"
"""The OSCAL version of the catalogues (`domain.md` 3.1) and of all documents written here."""
NS: Final = "urn:odenwacht:ns"
"""Namespace of our own properties."""
_SPACE = uuid5(NAMESPACE_URL, "urn:odenwacht:oscal")
_START = (
    "_A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd"
)
_MORE = _START + "\\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_TOKEN = re.compile(f"[{_START}][{_MORE}]*")
_STRANGE = re.compile(f"[^{_MORE}]+")
_LINE = re.compile(r"\S(.*\S)?")

Json = dict[str, Any]


def ident(*parts: object) -> str:
    """The UUID of a thing by what it is: the same parts, the same UUID."""
    return str(uuid5(_SPACE, json.dumps([str(x) for x in parts], ensure_ascii=False)))


def token(text: str) -> str:
    """The text as an OSCAL token (a name without spaces that begins with a letter); one already is stays as it is."""
    if _TOKEN.fullmatch(text):
        return text
    found = _STRANGE.sub("-", text).strip("-")
    return found if _TOKEN.fullmatch(found) else f"_{found}"


def line(text: str, otherwise: str = "–") -> str:
    """The text as an OSCAL string: one line, no space around it, never empty; what is right stays as it is."""
    if _LINE.fullmatch(text):
        return text
    return " ".join(text.split()) or otherwise


def moment(at: datetime) -> str:
    """A time in UTC; a time without zone is our own mistake and raises `ValueError`."""
    if at.tzinfo is None:
        raise ValueError(f"time without zone: {at.isoformat()}")
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def day_end(day: date) -> str:
    """The last second of a day in Germany, for OSCAL's deadlines, which are times."""
    return moment(datetime.combine(day, time(23, 59, 59), BERLIN))


def prop(name: str, value: object, remarks: str = "") -> Json:
    """A property of ours."""
    found = {"name": name, "ns": NS, "value": line(str(value))}
    return found | {"remarks": remarks} if remarks else found


def some(**fields: Any) -> Json:
    """The fields that hold something, `_` in their names as `-`: OSCAL knows no empty lists and no empty texts."""
    return {key.replace("_", "-"): value for key, value in fields.items() if value not in (None, "", [], {})}


def resource(name: str, title: str, what: str) -> Json:
    """An entry of the back matter for a file that lies beside this one; documents refer to it as `#` and its UUID."""
    return {
        "uuid": file_id(name),
        "title": line(title),
        "description": what,
        "rlinks": [{"href": f"./{name}", "media-type": MEDIA}],
    }


MEDIA = "application/oscal+json"


def file_id(name: str) -> str:
    """UUID of the back-matter entry of a file of the package."""
    return ident("file", name)


def metadata(title: str, town: str, slug: str, at: datetime, *, roles: Iterable[Json] = (), remarks: str = "") -> Json:
    """Head of a document: the town is its party; `at` is the newest time in it and names its version."""
    party = ident("town", slug)
    return some(
        title=line(title),
        last_modified=moment(at),
        version=moment(at),
        oscal_version=VERSION,
        roles=[{"id": "creator", "title": "Erstellt von"}, *roles],
        parties=[{"uuid": party, "type": "organization", "name": line(town)}],
        responsible_parties=[{"role-id": "creator", "party-uuids": [party]}],
        remarks=remarks,
    )


def document(kind: str, body: Mapping[str, Any]) -> bytes:
    """The document's bytes; `kind` is its root (`catalog`, `profile` …). Its UUID follows from its content."""
    content = json.dumps(body, ensure_ascii=False, sort_keys=True)
    whole = {kind: {"uuid": ident(kind, content), **body}}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()
