"""What could be answered at the town's objects because of answers given elsewhere, and what people decide about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from isms.editions import once
from isms.editions.once import MAPPING, QUESTIONS, Ground, Proposal
from isms.editions.store.editions import relations
from isms.editions.views import Proposed
from isms.measures import Claim
from isms.sheet import Given, Requirement
from isms.store import sheets
from isms.store.catalogues import requirements
from service.audit.chain import Actor
from service.audit.store import record
from service.db import SafeTransaction, uuid7
from service.errors import Missing, Wrong
from service.i18n import gettext as _

FILE = "file"
"""Kind of a proposal that an imported file brought along."""
KINDS = (FILE, QUESTIONS, MAPPING)


async def proposals(tx: SafeTransaction, town: int) -> tuple[Proposed, ...]:
    """All proposals and questions for requirements without an own answer, those that were turned down aside."""
    known = {x.key: x for x in await requirements(tx, town)}
    open_places, claims = await _answers(tx, town)
    found: dict[str, tuple[str, Proposal, str]] = {}
    unreasoned: set[str] = set()
    for kind, proposal in [
        *((QUESTIONS, x) for x in once.from_questions(await relations(tx, QUESTIONS), claims)),
        *((MAPPING, x) for x in once.from_mapping(await relations(tx, MAPPING), claims)),
    ]:
        if proposal.control in known and proposal.control in open_places:
            found.setdefault(proposal.control, (kind, proposal, _provenance(proposal)))
    for row in await tx.connection.fetch(
        "select control, claim, note, file, offered_at from offered_answer where town_id = $1", town
    ):
        told = f"Angabe aus der Datei „{row['file']}“ vom {row['offered_at']:%d.%m.%Y}"
        ground = Ground(f"{row['file']}|{row['offered_at']}|{row['note']}", Claim(row["claim"]), FILE)
        words = f"{told}: {row['note']}" if row["note"] else f"{told}."
        found[row["control"]] = (FILE, Proposal(row["control"], Claim(row["claim"]), (ground,)), words)
        if row["claim"] == Claim.ENTBEHRLICH and not row["note"].strip():
            unreasoned.add(row["control"])
    declined = {
        (x["target_id"], x["control"], x["grounds"])
        for x in await tx.connection.fetch("select target_id, control, grounds from declined_proposal where town_id = $1", town)
    }
    listed = [
        _proposed(target, name, known[control], kind, proposal, words, unreasoned=control in unreasoned)
        for control, (kind, proposal, words) in found.items()
        if control in known
        for target, name in open_places.get(control, ())
        if (target, control, proposal.print) not in declined
    ]
    return tuple(sorted(listed, key=lambda x: (known[x.control].position, x.target_name, x.target)))


async def _answers(tx: SafeTransaction, town: int) -> tuple[Mapping[str, list[tuple[UUID, str]]], Mapping[str, Claim]]:
    """Where a requirement waits for an answer, and what is said of each control over all its objects."""
    rows = await tx.connection.fetch(
        "select m.control, m.target_id, t.name, coalesce(a.claim, 'unbearbeitet') as claim from modelling m"
        " join target_object t on t.town_id = m.town_id and t.id = m.target_id"
        " left join assessment a on a.town_id = m.town_id and a.target_id = m.target_id and a.control = m.control"
        " and a.superseded_at is null and a.origin <> 'prepared'"
        " where m.town_id = $1 and m.removed_at is null",
        town,
    )
    waiting: dict[str, list[tuple[UUID, str]]] = {}
    given: dict[str, list[Claim]] = {}
    for row in rows:
        claim = Claim(row["claim"])
        given.setdefault(row["control"], []).append(claim)
        if claim is Claim.UNBEARBEITET:
            waiting.setdefault(row["control"], []).append((row["target_id"], row["name"]))
    return waiting, {control: once.overall(x) for control, x in given.items()}


def _proposed(
    target: UUID, name: str, one: Requirement, kind: str, proposal: Proposal, words: str, *, unreasoned: bool
) -> Proposed:
    return Proposed(target, name, one.key, one.label, one.title, one.edition, proposal, words, kind, unreasoned)


_RELATIONS: Mapping[str, str] = {
    "equal-to": "gleich",
    "equivalent-to": "gleichwertig",
    "superset-of": "umfasst diese",
    "subset-of": "ein Teil davon",
    "intersects-with": "überschneidet sich",
}


def _provenance(proposal: Proposal, most: int = 12) -> str:
    """Where a proposal comes from, as a sentence that stays with the answer."""
    told = []
    for ground in proposal.grounds[:most]:
        name, _sep, label = ground.source.partition(":")
        catalogue = {"wiba": "WiBA", "kompendium": "Kompendium"}.get(name, name)
        relation = f", {_RELATIONS[ground.relation]}" if ground.relation in _RELATIONS else ""
        told.append(f"{catalogue} {ground.part or label} ({ground.claim}{relation})")
    more = f" und {len(proposal.grounds) - most} weitere" if len(proposal.grounds) > most else ""
    start = "Trägt bei" if proposal.claim is None else "Übernommen aus Antworten"
    return f"{start}: {'; '.join(told)}{more}."


async def confirm(
    tx: SafeTransaction, town: int, wanted: Sequence[str], actor: Actor, name: str, now: datetime, reason: str = ""
) -> int:
    """Make these proposals answers; answers how many. Raises `Missing` where the grounds have changed meanwhile.

    `reason` is what a person adds; the provenance always stays with the answer. Raises `Wrong` where a reason is missing.
    """
    listed = {x.id: x for x in await proposals(tx, town)}
    for key in dict.fromkeys(wanted):
        found = listed.get(key)
        if found is None:
            raise Missing
        if found.proposal.claim is None:
            raise Wrong(_("Das ist nur eine Frage, kein Vorschlag."), "id", _("Beantworten Sie die Anforderung selbst."))
        if found.unreasoned and not reason.strip():
            raise Wrong(
                _("Die Datei nennt keinen Grund, warum %(label)s nicht relevant ist.", label=found.label),
                "reason",
                _("Schreiben Sie den Grund in das Feld „Bemerkung“, oder lehnen Sie den Vorschlag ab."),
            )
        text = " ".join(x for x in (reason.strip(), found.words) if x)
        value = Given(found.proposal.claim, text, "", None, "", "confirmed", 0, name, now)
        await sheets.answer(tx, town, found.target, found.control, value, actor)
    await tx.connection.execute(
        "delete from offered_answer o where o.town_id = $1 and not exists (select from modelling m left join assessment a"
        " on a.town_id = m.town_id and a.target_id = m.target_id and a.control = m.control and a.superseded_at is null"
        " and a.origin <> 'prepared' and a.claim <> 'unbearbeitet'"
        " where m.town_id = o.town_id and m.control = o.control and m.removed_at is null and a.id is null)"
        " and exists (select from modelling m where m.town_id = o.town_id and m.control = o.control)",
        town,
    )
    return len(dict.fromkeys(wanted))


async def decline(tx: SafeTransaction, town: int, wanted: Sequence[str], actor: Actor, now: datetime) -> int:
    """These are not wanted; they come back when their grounds change. Answers how many; unknown ones are `Missing`."""
    listed = {x.id: x for x in await proposals(tx, town)}
    for key in wanted:
        found = listed.get(key)
        if found is None:
            raise Missing
        await tx.connection.execute(
            "insert into declined_proposal (town_id, id, target_id, control, grounds, declined_by, declined_at)"
            " values ($1,$2,$3,$4,$5,$6,$7) on conflict (town_id, target_id, control, grounds) do nothing",
            town, uuid7(), found.target, found.control, found.proposal.print, actor.name, now,
        )  # fmt: skip
        what = {"claim": str(found.proposal.claim), "words": found.words}
        await record(tx, actor, "proposal.decline", f"assessment/{found.target}/{found.control}", before=what)
    return len(wanted)


__all__ = ["FILE", "KINDS", "MAPPING", "QUESTIONS", "confirm", "decline", "proposals"]
