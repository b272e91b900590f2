"""Probes of a town: invite, enrol, confirm, withdraw; keep what they hand in. Every change is in the audit log."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from scanners import wire
from service.audit import store as audit
from service.audit.chain import Actor
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _

CODE_FOR = timedelta(minutes=30)
AHEAD = 10**18
"""How far a counter may lie ahead of the highest one: probes count in nanoseconds, a gap is an outage."""
SKEW = timedelta(minutes=5)


class Unknown(Exception):
    """No such probe, or not (or no longer) one that may speak; why is nobody's business but the log's."""


class Conflict(Exception):
    """A batch id or a counter comes again with other content, or an old request comes again: an alarm."""


@dataclass(frozen=True, slots=True)
class ProbeRow:
    """A probe as pages show it."""

    id: UUID
    name: str
    site_id: UUID | None
    site_name: str | None
    state: str
    public_key: str | None
    code_until: datetime | None
    created_at: datetime
    created_by: str
    last_seen_at: datetime | None
    version: str
    pending: int
    pending_bytes: int
    skew_s: int
    said: str
    untaken: int

    @property
    def fingerprint(self) -> str:
        """The key in letters that two people compare."""
        return wire.fingerprint(bytes.fromhex(self.public_key)) if self.public_key else ""


@dataclass(frozen=True, slots=True)
class Speaker:
    """A probe that is about to say something; `key` proves it."""

    town: int
    id: UUID
    name: str
    state: str
    site_id: UUID | None
    key: bytes

    @property
    def actor(self) -> Actor:
        """Who the audit log names."""
        return Actor(f"Sonde {self.name}", str(self.id), "probe")


_PROBES = """select p.id, p.name, p.site_id, s.name as site_name, p.state, p.public_key, p.code_until, p.created_at, p.created_by,
  p.last_seen_at, p.version, p.pending, p.pending_bytes, p.skew_s, p.said,
  (select count(*)::int from probe_batch b where b.town_id = p.town_id and b.probe_id = p.id and b.taken_at is null) as untaken
from probe p left join site s on s.town_id = p.town_id and s.id = p.site_id where p.town_id = $1"""


async def probes(tx: SafeTransaction, town: int) -> list[ProbeRow]:
    """All probes, withdrawn ones last."""
    rows = await tx.connection.fetch(_PROBES + " order by p.state = 'withdrawn', app.din5007(p.name), p.id", town)
    return [ProbeRow(**dict(row)) for row in rows]


async def probe(tx: SafeTransaction, town: int, key: UUID) -> ProbeRow:
    """One probe; raises `Missing`."""
    row = await tx.connection.fetchrow(_PROBES + " and p.id = $2", town, key)
    if row is None:
        raise Missing
    return ProbeRow(**dict(row))


async def invite(
    tx: SafeTransaction, town: int, name: str, site: UUID | None, centre: bytes, *, by: Actor, now: datetime
) -> tuple[UUID, wire.Code]:
    """A new probe and its code, which is kept hashed: this is the only time that it can be read."""
    if not (name := name.strip()):
        raise Wrong(_("Bitte geben Sie der Sonde einen Namen."))
    key, code = uuid7(), wire.new_code(town, centre)
    await tx.connection.execute(
        "insert into probe (town_id, id, name, site_id, state, code_hash, code_until, created_at, created_by)"
        " values ($1, $2, $3, $4, 'invited', $5, $6, $7, $8)",
        town,
        key,
        name[:120],
        site,
        code.hash,
        now + CODE_FOR,
        now,
        by.name,
    )
    await audit.record(tx, by, "probe.invite", f"probe/{key}", after={"name": name, "until": (now + CODE_FOR).isoformat()})
    return key, code


async def enrol(tx: SafeTransaction, code: wire.Code, public_key: bytes, version: str, *, by: Actor, now: datetime) -> Speaker:
    """Exchange a code for a place in the list. Raises `Unknown` (noted in the log by the caller, in a transaction that stays).

    The same key may come again while the code holds: its first answer may have been lost.
    """
    row = await tx.connection.fetchrow(
        "select id, name, state, site_id, public_key, code_until from probe where town_id = $1 and code_hash = $2 for update",
        code.town,
        code.hash,
    )
    if row is None:
        raise Unknown("unknown code")
    if row["code_until"] < now:
        raise Unknown("expired code")
    if row["state"] == "withdrawn":
        raise Unknown("code of a withdrawn probe")
    if row["public_key"] and not hmac.compare_digest(row["public_key"], public_key.hex()):
        raise Unknown("code used before")
    if not row["public_key"]:
        await tx.connection.execute(
            "update probe set state = 'waiting', public_key = $3, enrolled_at = $4, last_seen_at = $4, version = $5"
            " where town_id = $1 and id = $2",
            code.town,
            row["id"],
            public_key.hex(),
            now,
            version[:40],
        )
        after = {"fingerprint": wire.fingerprint(public_key)}
        await audit.record(tx, by, "probe.enrol", f"probe/{row['id']}", after=after)
    return Speaker(code.town, row["id"], row["name"], "waiting", row["site_id"], public_key)


async def approve(tx: SafeTransaction, town: int, key: UUID, *, by: Actor, now: datetime) -> None:
    """A person has compared the fingerprint. Raises `Wrong` where nothing waits for that."""
    name = await tx.connection.fetchval(
        "update probe set state = 'active', approved_at = $3, approved_by = $4"
        " where town_id = $1 and id = $2 and state = 'waiting' returning name",
        town,
        key,
        now,
        by.name,
    )
    if name is None:
        raise Wrong(_("Diese Sonde wartet auf keine Bestätigung."))
    await audit.record(tx, by, "probe.approve", f"probe/{key}", after={"name": name})


async def withdraw(tx: SafeTransaction, town: int, key: UUID, *, by: Actor, now: datetime) -> None:
    """The probe is refused from now on; its key stays for history. Raises `Missing`."""
    name = await tx.connection.fetchval(
        "update probe set state = 'withdrawn', withdrawn_at = $3, withdrawn_by = $4"
        " where town_id = $1 and id = $2 and state <> 'withdrawn' returning name",
        town,
        key,
        now,
        by.name,
    )
    if name is None:
        raise Missing
    await tx.connection.execute(
        "update probe_job set state = 'cancelled', finished_at = $3 where town_id = $1 and probe_id = $2"
        " and state in ('waiting', 'fetched')",
        town,
        key,
        now,
    )
    await audit.record(tx, by, "probe.withdraw", f"probe/{key}", before={"name": name})


# --- what probes say


async def speaker(tx: SafeTransaction, town: int, key: UUID) -> Speaker:
    """The probe that a request claims to come from; raises `Unknown` for one that may not speak."""
    row = await tx.connection.fetchrow(
        "select name, state, site_id, public_key from probe where town_id = $1 and id = $2 for update", town, key
    )
    if row is None or row["public_key"] is None or row["state"] not in ("waiting", "active"):
        raise Unknown(f"probe is {row['state'] if row else 'unknown'}")
    return Speaker(town, key, row["name"], row["state"], row["site_id"], bytes.fromhex(row["public_key"]))


async def seen(tx: SafeTransaction, who: Speaker, asked: wire.Request, report: wire.Report, now: datetime) -> None:
    """A sign of life. Raises `Conflict` where this request, or a later one, was heard before."""
    done = await tx.connection.fetchval(
        "update probe set last_sequence = $3, last_seen_at = $4, version = $5, pending = $6, pending_bytes = $7, skew_s = $8,"
        " said = $9 where town_id = $1 and id = $2 and last_sequence < $3 returning id",
        who.town,
        who.id,
        asked.counter,
        now,
        report.version[:40],
        min(max(report.pending, 0), 2**31 - 1),
        min(max(report.pending_bytes, 0), 2**62),
        skew(asked.at, now),
        report.said.replace("\0", "")[:1000],
    )
    if done is None:
        raise Conflict("request heard before")


def skew(said: datetime, now: datetime) -> int:
    """Seconds that the probe's clock differs; 0 within what is usual."""
    apart = said - now
    return int(max(-(2**31), min(2**31 - 1, apart.total_seconds()))) if abs(apart) > SKEW else 0


async def keep(tx: SafeTransaction, who: Speaker, asked: wire.Request, body: bytes, now: datetime) -> tuple[wire.Receipt, bool]:
    """Keep a batch; once the transaction commits, its receipt holds. False where it was there already: nothing happened.

    Raises `Conflict` for a batch or a counter that comes again with other content.
    """
    sha256 = hashlib.sha256(body).hexdigest()
    known = await tx.connection.fetchrow(
        "select counter, sha256, received_at from probe_batch where town_id = $1 and probe_id = $2 and batch = $3",
        who.town,
        who.id,
        asked.batch,
    )
    if known is not None:
        if (known["counter"], known["sha256"]) != (asked.counter, sha256):
            raise Conflict("batch comes again with other content")
        return wire.Receipt(who.id, asked.batch, asked.counter, sha256, known["received_at"]), False
    highest = await tx.connection.fetchval("select highest from probe where town_id = $1 and id = $2", who.town, who.id)
    if highest and asked.counter > highest + AHEAD:
        raise Conflict("counter far ahead")
    done = await tx.connection.fetchval(
        "insert into probe_batch (town_id, id, probe_id, batch, counter, sha256, size, made_at, received_at, body)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing returning id",
        who.town,
        uuid7(),
        who.id,
        asked.batch,
        asked.counter,
        sha256,
        len(body),
        asked.at,
        now,
        zlib.compress(body, 1),
    )
    if done is None:
        raise Conflict("counter comes again with another batch")
    await tx.connection.execute(
        "update probe set highest = greatest(highest, $3), last_seen_at = $4 where town_id = $1 and id = $2",
        who.town,
        who.id,
        asked.counter,
        now,
    )
    return wire.Receipt(who.id, asked.batch, asked.counter, sha256, now), True


async def someone_will_take(tx: SafeTransaction, town: int) -> bool:
    """Whether a run that takes batches in has not begun yet; it cannot begin before this transaction ends."""
    found = await tx.connection.fetchval(
        "select id from run where town_id = $1 and task = 'probe.take' and state = 'waiting' limit 1 for share skip locked", town
    )
    return found is not None


@dataclass(frozen=True, slots=True)
class Batch:
    """What a probe handed in and nobody took in yet; `id` is its row, `batch` the probe's own number for it."""

    id: UUID
    probe_id: UUID
    name: str
    site_id: UUID | None
    batch: UUID
    body: bytes


async def next_untaken(tx: SafeTransaction, town: int, after: UUID) -> Batch | None:
    """The next batch to take in; locked until the end."""
    row = await tx.connection.fetchrow(
        "select b.id, b.probe_id, p.name, p.site_id, b.batch, b.body from probe_batch b"
        " join probe p on p.town_id = b.town_id and p.id = b.probe_id"
        " where b.town_id = $1 and b.taken_at is null and b.id > $2 order by b.id limit 1 for update of b skip locked",
        town,
        after,
    )
    return Batch(**dict(row) | {"body": zlib.decompress(row["body"])}) if row else None


async def taken(tx: SafeTransaction, town: int, row: UUID, collection: UUID, now: datetime) -> None:
    """The estate has it; the bytes live on in the collection."""
    await tx.connection.execute(
        "update probe_batch set taken_at = $3, collection = $4, body = null where town_id = $1 and id = $2",
        town,
        row,
        now,
        collection,
    )
