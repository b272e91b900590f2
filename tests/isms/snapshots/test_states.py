"""Freeze, verify, render byte for byte, compare, release: on a real database."""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from isms.measures import Claim
from isms.sheet import Given
from isms.snapshots.compare import compare
from isms.snapshots.parts import TITLES, read
from isms.snapshots.render import csv_file, document
from isms.snapshots.store import covered, states
from isms.snapshots.verify import check, check_chain
from isms.store import risks, sheets
from isms.store.risks import Entered
from service.audit.chain import Actor
from service.db import town_tx, uuid7
from service.errors import Missing, Wrong
from service.objects import store as objects
from service.pdf import render
from service.settings import now
from tests.isms import stock

ISB = Actor("Mira Sanddorn <isb@erbach.example>")
MAYOR = Actor("Lioba Weißdorn <bm@erbach.example>")


@pytest.fixture
async def town(towns):
    """A town with its structure, some devices, an answer and a risk."""
    number, at = towns["erbach"], now()
    async with town_tx({number, 0}, number) as tx:
        await sheets.take_over(tx, number, ISB, at)
        await stock.network(tx, number, "10.61.20.0/24", "client")
        await stock.device(tx, number, "nb-1", "notebook", "10.61.20.11", os="Windows 11")
        await stock.device(tx, number, "kiste", "unknown", "10.61.20.12")
        entry = (await sheets.load(tx, number, at.date())).entries[0]
        given = Given(Claim.JA, "Seit März.", "Hauptamt", None, "Akte 7", "own", 1, ISB.name, at)
        await sheets.answer(tx, number, entry.target, entry.requirement.key, given, ISB)
        await risks.save(tx, number, Entered("Überschwemmung im Keller", damage="beträchtlich"), ISB, at)
    return number


def papers(state: states.State, files: dict[str, bytes]) -> dict[str, bytes]:
    return {
        key: render(
            document(
                read(data), number=state.number, town="Erbach", at=state.taken_at, seal=state.seal, digest=state.documents[key]
            )
        )
        for key, data in files.items()
    }


async def test_a_freeze_holds_all_documents_and_verifies_from_its_package_alone(town) -> None:
    state = await states.freeze(town, "Jahresprüfung", ISB, now())
    async with town_tx({town}) as tx:
        files = await states.contents(tx, town, state.id)
    assert list(files) == list(TITLES)
    assert state.number == f"ERB-{now().year}-001"
    assert {key: hashlib.sha256(data).hexdigest() for key, data in files.items()} == dict(state.documents)
    verdict = check("erb.zip", states.bundle(state, files))
    assert verdict.good, verdict.fault
    assert verdict.seal == state.seal
    text = files["A.4"].decode()
    assert "Seit März." in text
    assert "Mira" not in text
    assert "Überschwemmung im Keller" in files["A.5"].decode()
    assert "kiste" in files["A.1"].decode()
    assert '"catalogues":[{"key":"grundcheck-kommune"' in state.manifest
    assert '"W08":2' in state.manifest


async def test_an_unchanged_town_has_unchanged_documents_and_the_chain_goes_on(town) -> None:
    first, second = [await states.freeze(town, "", ISB, now() + timedelta(hours=i)) for i in range(2)]
    assert first.documents == second.documents
    assert (second.serial, second.previous) == (2, first.seal)
    async with town_tx({town}) as tx:
        whole = [check(x.number, states.bundle(x, await states.contents(tx, town, x.id))) for x in await states.states(tx, town)]
    assert [x.good for x in whole] == [True, True]
    assert check_chain(whole) is None


async def test_two_freezes_at_once_follow_each_other(town) -> None:
    found = await asyncio.gather(*(states.freeze(town, "", ISB, now()) for _ in range(3)))
    assert sorted(x.serial for x in found) == [1, 2, 3]
    ordered = sorted(found, key=lambda x: x.serial)
    assert [x.previous for x in ordered[1:]] == [x.seal for x in ordered[:-1]]


async def test_paper_and_files_keep_their_bytes_when_the_town_changes_and_in_another_process_and_zone(town, tmp_path) -> None:
    state = await states.freeze(town, "", ISB, now())
    async with town_tx({town}) as tx:
        files = await states.contents(tx, town, state.id)
    before = {key: hashlib.sha256(data).hexdigest() for key, data in papers(state, files).items()}
    lists = {key: csv_file(read(data)) for key, data in files.items()}
    async with town_tx({town}, town) as tx:
        await stock.device(tx, town, "nb-2", "notebook", "10.61.20.13")
        await objects.add(tx, town, objects.Target(uuid7(), "Neues Verfahren", "procedure", ()), ISB, now())
    async with town_tx({town}) as tx:
        again = await states.contents(tx, town, state.id)
    assert again == files
    assert {key: csv_file(read(data)) for key, data in again.items()} == lists
    for key, data in files.items():
        (tmp_path / key).write_bytes(data)
    code = (
        "import sys,hashlib,datetime\nfrom pathlib import Path\n"
        "from isms.snapshots.parts import read\nfrom isms.snapshots.render import document\nfrom service.pdf import render\n"
        "folder, number, at, seal = sys.argv[1:]\n"
        "for file in sorted(Path(folder).iterdir()):\n"
        "    data = file.read_bytes()\n"
        "    made = document(read(data), number=number, town='Erbach', at=datetime.datetime.fromisoformat(at), seal=seal,"
        " digest=hashlib.sha256(data).hexdigest())\n"
        "    print(file.name, hashlib.sha256(render(made)).hexdigest())\n"
    )
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", code, str(tmp_path), state.number, state.taken_at.isoformat(), state.seal],
        env=os.environ | {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"},
        cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert dict(line.split() for line in run.stdout.splitlines()) == before


async def test_what_came_went_and_changed_is_told_by_document(town) -> None:
    first = await states.freeze(town, "", ISB, now())
    async with town_tx({town, 0}, town) as tx:
        await stock.device(tx, town, "nb-2", "notebook", "10.61.20.13")
        entry = (await sheets.load(tx, town, now().date())).entries[0]
        given = Given(Claim.NEIN, "Doch nicht.", "Hauptamt", None, "", "own", 1, ISB.name, now())
        await sheets.answer(tx, town, entry.target, entry.requirement.key, given, ISB)
    second = await states.freeze(town, "", ISB, now())
    async with town_tx({town}) as tx:
        old, new = [await states.contents(tx, town, x.id) for x in (first, second)]
    found = {(x.document, x.section): x for x in compare(old, new)}
    devices = found["A.1", "devices"]
    assert [(x.kind, x.name) for x in devices.changes] == [("came", "nb-2 · Notebook")]
    (answer,) = found["A.4", "answers"].changes
    assert answer.kind == "changed"
    assert ("Begründung", "Seit März.", "Doch nicht.") in answer.fields
    gone = {(x.document, x.section): x for x in compare(new, old)}
    assert gone["A.1", "devices"].count("went") == 1
    assert compare(new, new) == ()


async def test_a_state_is_released_once_and_nothing_can_be_changed_afterwards(town) -> None:
    state = await states.freeze(town, "", ISB, now())
    async with town_tx({town}, town) as tx:
        await states.release(tx, town, state.id, "Geprüft.", MAYOR, "Bürgermeister/in", now())
    with pytest.raises(Wrong, match="schon freigegeben"):
        async with town_tx({town}, town) as tx:
            await states.release(tx, town, state.id, "", MAYOR, "Bürgermeister/in", now())
    for sql in (
        "update snapshot set occasion = 'x'",
        "delete from snapshot_document",
        "update snapshot_document set content = '{}'",
        "delete from snapshot_release",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with town_tx({town}, town) as tx:
                await tx.connection.execute(sql)
    async with town_tx({town}) as tx:
        found = await states.state(tx, town, state.id)
        files = await states.contents(tx, town, state.id)
    assert found.release is not None
    assert found.release.by == "Lioba Weißdorn"
    assert check("x", states.bundle(found, files)).good


async def test_another_town_sees_nothing_of_it(town, towns) -> None:
    state, other = await states.freeze(town, "", ISB, now()), towns["michelstadt"]
    async with town_tx({other}, other) as tx:
        assert await states.states(tx, other) == []
        assert await states.contents(tx, town, state.id) == {}
        with pytest.raises(Missing):
            await states.state(tx, town, state.id)


async def test_the_checks_learn_which_devices_the_newest_structure_covers(town) -> None:
    async with town_tx({town}) as tx:
        assert await covered.newest(tx, town) is None
    await states.freeze(town, "", ISB, now())
    async with town_tx({town}, town) as tx:
        await stock.device(tx, town, "spaeter", "notebook", "10.61.20.14")
        facts = await covered.newest(tx, town)
        rows = await tx.connection.fetch("select id, name from asset where town_id = $1", town)
    assert facts is not None
    assert {x["name"] for x in rows if x["id"] in facts.assets} == {"nb-1", "kiste"}
