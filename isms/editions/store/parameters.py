"""Values for placeholders: central ones of the group (town 0), and a town's own, which go first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from isms.catalogue import Param
from isms.editions.text import filled
from isms.editions.views import Parameter
from isms.store.catalogues import requirements
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Outdated
from service.limits import check_text

GROUP = 0
MOST = 500
_PARAMS = """select c.key as control, c.label as control_label, c.title as control_title, (c.body -> 'params')::text as params
  from control c join catalogue_version v on v.id = c.edition where v.current and jsonb_array_length(c.body -> 'params') > 0 """


async def parameters(tx: SafeTransaction, town: int, *, controls: Sequence[str] | None = None) -> tuple[Parameter, ...]:
    """The placeholders of the town's requirements (or of these controls). The transaction must read the group too."""
    keys = list(controls) if controls is not None else [x.key for x in await requirements(tx, town)]
    rows = await tx.connection.fetch(_PARAMS + "and c.key = any ($1::text[]) order by c.edition, c.position", keys)
    values = await tx.connection.fetch(
        "select town_id, param, value, version from parameter_value where town_id = $1 or town_id = $2", town, GROUP
    )
    own = {x["param"]: x for x in values if x["town_id"] == town and town != GROUP}
    central = {x["param"]: x for x in values if x["town_id"] == GROUP}
    found = []
    for row in rows:
        for param in msgspec.json.decode(row["params"], type=list[Param]):
            mine, all_towns = own.get(param.key), central.get(param.key)
            found.append(
                Parameter(
                    param.key,
                    param.id,
                    param.label,
                    row["control"],
                    row["control_label"],
                    row["control_title"],
                    ", ".join(param.values),
                    all_towns["value"] if all_towns else "",
                    all_towns["version"] if all_towns else 0,
                    mine["value"] if mine else "",
                    mine["version"] if mine else 0,
                )
            )
    return tuple(found)


async def text(tx: SafeTransaction, town: int, control: str, sentence: str) -> str:
    """The sentence with its placeholders filled: the town's value, the group's, the catalogue's; else the label in brackets."""
    if "{{" not in sentence:
        return sentence
    found = await parameters(tx, town, controls=[control])
    return filled(sentence, {x.id: x.shown or f"[{x.label}]" for x in found})


async def set_value(tx: SafeTransaction, town: int, param: str, value: str, expected: int, actor: Actor, now: datetime) -> None:
    """Set what stands for a placeholder; an empty value gives it back. Raises `Missing`, `Wrong`, `Outdated`.

    For town 0 the transaction writes the group.
    """
    check_text(value, "value", MOST)
    control = param.rpartition("#")[0]
    if not await tx.connection.fetchval("select exists (select from control where key = $1)", control):
        raise Missing
    old = await tx.connection.fetchrow(
        "select value, version, changed_by, changed_at from parameter_value where town_id = $1 and param = $2 for update",
        town,
        param,
    )  # fmt: skip
    if (old["version"] if old else 0) != expected:
        raise Outdated(old["changed_by"] if old else "", old["changed_at"] if old else None)
    value = " ".join(value.split())
    if value == (old["value"] if old else ""):
        return
    if value:
        await tx.connection.execute(
            "insert into parameter_value (town_id, id, param, value, version, changed_by, changed_at)"
            " values ($1,$2,$3,$4,$5,$6,$7) on conflict (town_id, param) do update"
            " set value = $4, version = $5, changed_by = $6, changed_at = $7",
            town, uuid7(), param, value, expected + 1, actor.name, now,
        )  # fmt: skip
    else:
        await tx.connection.execute("delete from parameter_value where town_id = $1 and param = $2", town, param)
    before = {"value": old["value"]} if old else None
    await record(tx, actor, "parameter.set", f"parameter/{param}", before=before, after={"value": value})
