"""What may be kept only for a while (Löschfristen, `domain.md` 8.8): its content goes, the trace that it was there stays."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from service.audit import store as audit
from service.audit.chain import Actor
from service.db import SafeTransaction
from service.inventory.store.filing import BIN

RAW = timedelta(days=90)
"""Files that were taken in, counted from the day of taking in."""
STRAY = timedelta(days=30)
"""Content of sightings that belong to no device."""
SCAN_LOG = timedelta(days=365)
"""Runs of scans, orders to probes, networks that were scanned and closed, and what became of SNMP credentials at devices."""

_FILES = "update collection set raw = null where town_id = $1 and raw is not null and taken_at < $2"
_STRAYS = """update record r set observation = null from collection c, sighting s
  where r.town_id = $1 and r.observation is not null and c.town_id = $1 and c.id = r.collection_id and c.taken_at < $2
  and s.town_id = $1 and s.id = r.id and s.asset_id is null and s.decision = 'unassigned'"""
_SCANS = """delete from run where town_id = $1 and task in ('scan.run', 'probe.take') and requested_at < $2
  and state not in ('waiting', 'running')"""
_CLOSED = "delete from closed_network where town_id = $1 and closed_at < $2"
_NOTES = "delete from device_note where town_id = $1 and deleted_at < $2"
_ATTACHMENTS = "delete from attachment where town_id = $1 and deleted_at < $2"
_TRIALS = "delete from snmp_trial where town_id = $1 and greatest(good_at, refused_at, failed_on::timestamptz) < $2"


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many of each went."""

    files: int = 0
    strays: int = 0
    scans: int = 0
    trials: int = 0
    networks: int = 0
    notes: int = 0
    attachments: int = 0

    @property
    def total(self) -> int:
        """All together."""
        return self.files + self.strays + self.scans + self.trials + self.networks + self.notes + self.attachments


async def apply(tx: SafeTransaction, town: int, *, by: Actor, now: datetime) -> Deleted:
    """Delete what is due in one town, with an entry in the audit log that says how much of what."""
    counts = []
    log, bin_ = now - SCAN_LOG, now - BIN
    for sql, due in (
        (_FILES, now - RAW),
        (_STRAYS, now - STRAY),
        (_SCANS, log),
        (_TRIALS, log),
        (_CLOSED, log),
        (_NOTES, bin_),
        (_ATTACHMENTS, bin_),
    ):
        counts.append(int((await tx.connection.execute(sql, town, due)).rpartition(" ")[2]))
    done = Deleted(*counts)
    if done.total:
        await audit.record(tx, by, "retention.run", "town", after=asdict(done))
    return done
