"""Taking in: a collection becomes records, the estate is derived anew, the audit log says so; all or nothing.

One door for uploads, the command line, scans and probes. `dry_run` does exactly the same and takes it all back.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from scanners.observation import Collection, Source
from service.audit import store as audit_store
from service.audit.chain import Actor
from service.db import SafeTransaction
from service.errors import Missing, Wrong
from service.i18n import gettext as _
from service.inventory.asset import IdentifierKind
from service.inventory.linking import Cluster, Join, Rule, Slip, Why
from service.inventory.merge import Settled, Survey
from service.inventory.overruled import Overruled, overruled
from service.inventory.plan import Plan
from service.inventory.store import own_rows, records
from service.inventory.store.decisions import refuse_alone
from service.inventory.store.derivation import lock, rederive
from service.inventory.store.detail import why
from service.inventory.words import SENTENCES, explain

UNDO_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class TakenRow:
    """What became of one record: `new changed unchanged unassigned asked`, its asset, and what changed (German).

    Of several records of one new device the first is `new`, the others are `changed`: `new` counts devices.
    """

    record: UUID
    key: str
    outcome: str
    asset: UUID | None
    name: str
    kind: str
    text: str
    why: Why | None = None
    """Why it belongs to no device yet."""
    because: str = ""
    """By what it was found to be this device, for people."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking in did, or with `dry_run` would do."""

    collection: UUID
    new: int
    changed: int
    unchanged: int
    unassigned: int
    errors: int
    repeated: bool
    """The same file was there already: nothing happened."""
    rows: tuple[TakenRow, ...]
    plan: Plan
    phantoms: tuple[str, ...] = ()
    """Networks in which something answers for nearly every address (`domain.md` 2.4)."""
    overruled: tuple[Overruled, ...] = ()
    """What rows of a list are the first to say and what is not shown."""
    slips: tuple[Slip, ...] = ()
    """Rows that give a device the serial of another one."""
    fewer: tuple[tuple[UUID, int], ...] = ()
    """A row without any number, and how many devices known by the same text this list has no row for."""

    def counts(self) -> dict[str, int]:
        """For the list of imports."""
        return {
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "unassigned": self.unassigned,
            "errors": self.errors,
        }


async def take_in(
    tx: SafeTransaction,
    town: int,
    collection: Collection,
    *,
    by: Actor,
    raw: bytes,
    file: str,
    now: datetime,
    observed_at: datetime | None = None,
    site: UUID | None = None,
    run: UUID | None = None,
    mapping: Mapping[str, str] | None = None,
    part: str = "",
    dry_run: bool = False,
) -> Taken:
    """Take a collection into a town's estate. `observed_at` is a time given by the sender, None where the file knows it.

    `part` names how the file was read where a person chose that (columns, sheets): read otherwise, it is another file.
    The transaction must be allowed to write `town`. Taking in the same file twice changes nothing; a list that comes
    again after another one says anew what it says.
    """
    savepoint = await tx.savepoint() if dry_run else None
    await lock(tx, town)
    scope_of = await scopes(tx, town, site)

    def pack(part: str) -> records.Packed:
        return records.pack(
            town, collection, raw, file, observed_at=observed_at, default_at=now, scope_of=scope_of, mapping=mapping, part=part
        )

    packed = pack(part)
    if observed_at is None and packed.source == Source.LIST and (later := await records.later_list(tx, packed)):
        packed = pack(f"{part}|{later}")
    fresh = await records.put(tx, packed, by=by.name, now=now, site=site, run=run)
    if fresh:
        before = await tx.savepoint()
        done = await rederive(tx, town, by=by.name, now=now, collection=packed.id)
        if misplaced := await own_rows.misplaced(tx, town, packed, collection, done):
            await before.rollback_to()
            await own_rows.bind(tx, town, packed.file, misplaced, now)
            done = await rederive(tx, town, by=by.name, now=now, collection=packed.id)
        taken = _taken(packed, collection, done.plan, done.surveyed, done.settled)
        await records.note_counts(tx, town, packed.id, taken.counts())
        after = taken.counts() | {"file": file, "source": packed.source, "records": len(packed.rows)}
        await audit_store.record(tx, by, "collection.take_in", f"collection/{packed.id}", after=after)
    else:
        rows = await _known(tx, town, packed)
        taken = Taken(packed.id, 0, 0, len(rows), 0, len(collection.problems), True, rows, Plan())
    if savepoint is not None:
        await savepoint.rollback_to()
    return taken


async def _known(tx: SafeTransaction, town: int, packed: records.Packed) -> tuple[TakenRow, ...]:
    """The rows of a file that was there already: their devices, and by what each was found then."""
    found = await tx.connection.fetch(
        "select s.id, s.asset_id, s.reason, a.name, a.kind from sighting s"
        " join asset a on a.town_id = s.town_id and a.id = s.asset_id where s.town_id = $1 and s.id = any ($2::uuid[])",
        town,
        [row[0] for row in packed.rows],
    )
    held = {row["id"]: row for row in found}
    first = str(SENTENCES[Rule.FIRST])
    out = []
    for record, key, *_rest in packed.rows:
        if (row := held.get(record)) is None:
            out.append(TakenRow(record, key, "unchanged", None, "", "", "", because=_("ohne Gerät schon aufgenommen")))
            continue
        because = why(row["reason"])
        because = _("aus diesem Eintrag entstanden") if because == first else because
        out.append(TakenRow(record, key, "unchanged", row["asset_id"], row["name"], row["kind"], "", because=because))
    return tuple(out)


def _because(cluster: Cluster, record: UUID, outcome: str) -> str:
    """By what a record is of this device; where it is the oldest of an older device, by what the next one met it."""
    at = cluster.records.index(record)
    join = cluster.joins[at]
    if join.rule is not Rule.FIRST:
        return explain(join)
    if outcome == "new":
        return _("kein bekanntes Gerät hat diese Merkmale")
    agreed = next((other.agreed for other in cluster.joins if other.agreed), ())
    return explain(Join(record, Rule.IDENTIFIER, agreed))


def _taken(packed: records.Packed, collection: Collection, plan: Plan, surveyed: Survey, settled: Settled) -> Taken:
    homes = {record: home for home in surveyed.homes for record in home.cluster.records}
    steps = {step.asset: step for step in plan.steps if step.asset and step.what != "ask"}
    made = {home.asset: derived.row for home, _, derived in settled.made}
    asked = {one.record for one in surveyed.linking.asked}
    left = {one.record: one.why for one in surveyed.linking.unassigned}
    rows: list[TakenRow] = []
    begun: set[UUID] = set()
    for record, key, *_rest in packed.rows:
        home = homes.get(record)
        if home is None:
            rows.append(TakenRow(record, key, "asked" if record in asked else "unassigned", None, "", "", "", left.get(record)))
            continue
        step, row = steps.get(home.asset), made.get(home.asset, {})
        what = step.what if step else "touch"
        outcome = {"create": "new", "split": "new", "update": "changed", "join": "changed"}.get(what, "unchanged")
        if outcome == "new" and home.asset in begun:
            outcome = "changed"
        begun.add(home.asset)
        told = ", ".join(f"{name}: {a or '–'} → {b or '–'}" for name, (a, b) in step.changes.items()) if step else ""
        name, kind = str(row.get("name", "")), str(row.get("kind", ""))
        because = _because(home.cluster, record, outcome)
        rows.append(TakenRow(record, key, outcome, home.asset, name, kind, told, because=because))
    number = [row.outcome for row in rows].count
    return Taken(
        packed.id,
        number("new"),
        number("changed"),
        number("unchanged"),
        number("unassigned") + number("asked"),
        len(collection.problems),
        False,
        tuple(rows),
        plan,
        surveyed.linking.phantoms,
        _overruled(packed, settled) if packed.source == Source.LIST else (),
        tuple(one for one in surveyed.linking.slips if one.record in {row[0] for row in packed.rows}),
        _fewer(packed, surveyed),
    )


def _fewer(packed: records.Packed, surveyed: Survey) -> tuple[tuple[UUID, int], ...]:
    """Of so many equal things the list names fewer than were known; what it names elsewhere are new ones."""
    fresh = {row[0] for row in packed.rows}
    here: dict[str, UUID] = {}
    missing: Counter[str] = Counter()
    for home in surveyed.homes:
        texts = [one.identifier.value for one in home.cluster.identifiers if one.identifier.kind is IdentifierKind.ROW]
        for text in {text.partition("/")[0] for text in texts}:
            row = next((record for record in home.cluster.records if record in fresh), None)
            if row is None:
                missing[text] += 1
            else:
                here.setdefault(text, row)
    return tuple((here[text], count) for text, count in missing.items() if text in here)


def _overruled(packed: records.Packed, settled: Settled) -> tuple[Overruled, ...]:
    fresh = {row[0] for row in packed.rows}
    return tuple(one for _, _, derived in settled.made for one in overruled(derived.reconciled, fresh))


async def scopes(tx: SafeTransaction, town: int, site: UUID | None) -> records.Scope:
    """Which addresses seen at a site are its own (NAT): equal addresses at two such sites never meet."""
    rows = await tx.connection.fetch(
        "select cidr, scope from network where town_id = $1 and site_id = $2 and scope <> '' order by cidr", town, site
    )
    own = [(ipaddress.ip_network(str(row["cidr"])), str(row["scope"])) for row in rows]

    def scope_of(key: str) -> str:
        if not own:
            return ""
        try:
            address = ipaddress.ip_address(key)
        except ValueError:
            return ""
        return next((name for network, name in own if address in network), "")

    return scope_of


async def undo(tx: SafeTransaction, town: int, collection: UUID, *, by: Actor, now: datetime) -> Plan:
    """Take an import back as a whole, at most 24 hours later: its records count no more, people's decisions stay."""
    await lock(tx, town)
    found = await records.collection(tx, town, collection)
    if found is None:
        raise Missing
    if found.withdrawn_at is not None:
        raise Wrong("Dieser Import ist schon zurückgenommen.", found.file)
    if now - found.taken_at > UNDO_FOR:
        raise Wrong(
            "Ein Import kann nur 24 Stunden lang zurückgenommen werden.",
            found.file,
            "Einzelne Geräte lassen sich weiter trennen oder korrigieren.",
        )
    await refuse_alone(tx, town, collection)
    await records.withdraw(tx, town, collection, by=by.name, now=now)
    plan = (await rederive(tx, town, by=by.name, now=now, collection=collection)).plan
    await audit_store.record(
        tx,
        by,
        "collection.undo",
        f"collection/{collection}",
        before={"file": found.file, "records": found.records},
        after=plan.counts(),
    )
    return plan
