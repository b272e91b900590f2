"""Joint frozen states: one moment, chains of their own, read only by who has all their towns, verified from files alone."""

from __future__ import annotations

import asyncio
import io
import json
import re
import zipfile

import asyncpg
import pytest

from isms.snapshots.canonical import canonical, digest
from isms.snapshots.joint import check_any
from isms.snapshots.store import joint, states
from isms.snapshots.verify import check_chain
from isms.store import risks, sheets
from isms.store.risks import Entered
from service.audit.chain import Actor
from service.cli import main
from service.db import narrowed, town_tx
from service.errors import Missing, Wrong
from service.jobs.queue import TASKS, perform
from service.settings import now
from service.worker import snapshots as tasks
from tests.isms import stock
from tests.isms.snapshots.test_canonical import changed

BASE = "/group/snapshots"
ISB = Actor("Mira Sanddorn <isb@erbach.example>")
TWO = ("erbach", "michelstadt")


@pytest.fixture
async def two(towns):
    """Two towns with a structure, a device and a risk each, that nobody of the other may read."""
    for slug in TWO:
        number = towns[slug]
        async with town_tx({number, 0}, number) as tx:
            await sheets.take_over(tx, number, ISB, now())
            await stock.network(tx, number, f"10.{number}.20.0/24", "client")
            await stock.device(tx, number, f"nb-{slug}", "notebook", f"10.{number}.20.11")
            await risks.save(tx, number, Entered(f"Schwäche von {slug}", damage="beträchtlich"), ISB, now())
    return [towns[slug] for slug in TWO]


async def bundled(towns: list[int], found: joint.Joint) -> bytes:
    async with town_tx({*towns, 0}) as tx:
        return await joint.bundle(tx, found)


async def test_every_town_has_its_own_state_and_the_cover_names_no_weakness(two) -> None:
    before = await states.freeze(two[0], "", ISB, now())
    found = await joint.freeze(two, "Gemeinsame Prüfung", ISB, now())
    alone = await states.freeze(two[0], "", ISB, now())
    async with town_tx({*two, 0}) as tx:
        members = await joint.members(tx, found)
        texts = {town: b"".join((await states.contents(tx, town, x.id)).values()).decode() for town, x in members}
    kept = dict(members)
    assert kept[two[0]].previous == before.seal
    assert alone.previous == kept[two[0]].seal
    assert alone.documents == kept[two[0]].documents, "frozen together or alone: the same bytes"
    assert {json.loads(x.manifest)["state_of"] for x in kept.values()} == {json.loads(found.cover)["state_of"]}
    for slug, town, other in (("erbach", two[0], two[1]), ("michelstadt", two[1], two[0])):
        assert f"Schwäche von {slug}" in texts[town]
        assert f"nb-{slug}" in texts[town]
        assert slug not in texts[other].lower().replace("http", "")
    assert "Schwäche" not in found.cover
    assert [set(x) for x in json.loads(found.cover)["towns"]] == [{"town", "snapshot", "serial", "seal", "manifest"}] * 2


async def test_only_a_transaction_over_all_towns_finds_it(two, towns) -> None:
    found = await joint.freeze(two, "", ISB, now())
    for read in ({two[0], 0}, {two[1], 0}, {0}, {two[0], towns["oberzent"], 0}, set(two)):
        async with town_tx(read) as tx:
            assert await joint.all_of(tx) == []
            with pytest.raises(Missing):
                await joint.one_of(tx, found.id)
    async with town_tx({*two, 0}) as tx:
        assert await joint.all_of(tx) == [found]
        async with narrowed(tx, {two[0], 0}):
            assert await joint.all_of(tx) == []
        assert await joint.one_of(tx, found.id) == found


async def test_a_state_of_one_town_is_no_joint_one_and_a_failure_keeps_nothing(two) -> None:
    with pytest.raises(Wrong, match="mindestens zwei"):
        await joint.freeze(two[:1], "", ISB, now())
    nowhere = max(two) + 900
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await joint.freeze([*two, nowhere], "", ISB, now())
    async with town_tx({*two, nowhere, 0}) as tx:
        assert [await states.states(tx, town) for town in two] == [[], []]
        assert await joint.all_of(tx) == []


async def test_the_package_has_the_same_bytes_after_release_and_change_and_verifies_alone(two, tmp_path, capsys) -> None:
    found = await joint.freeze(two, "Prüfung", ISB, now())
    data = await bundled(two, found)
    async with town_tx({*two, 0}) as tx:
        (_town, first), (_other, _second) = await joint.members(tx, found)
    async with town_tx({two[0], 0}, two[0]) as tx:
        await states.release(tx, two[0], first.id, "Gelesen.", ISB, "Bürgermeister/in", now())
        await stock.device(tx, two[0], "spaeter", "notebook", f"10.{two[0]}.20.12")
    later = await joint.freeze(two, "", ISB, now())
    assert await bundled(two, found) == data
    verdicts = check_any("v.zip", data)
    assert [x.good for x in verdicts] == [True] * 3
    assert verdicts[0].seal == found.sha256
    again = check_any("w.zip", await bundled(two, later))
    assert check_chain([*again, *verdicts]) is None, "each town's chain for itself"
    good, bad = tmp_path / "gut.zip", tmp_path / "schlecht.zip"
    good.write_bytes(data)
    inner = f"{first.number}.zip"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        town = archive.read(inner)
    bad.write_bytes(changed(data, inner, changed(town, "A.2.json", b"{}")))
    assert await asyncio.to_thread(main, ["snapshot", "verify", str(good)]) == 0
    assert found.sha256 in capsys.readouterr().out
    assert await asyncio.to_thread(main, ["snapshot", "verify", str(bad)]) == 1
    assert f"{inner}/A.2.json" in capsys.readouterr().err


async def test_what_does_not_belong_together_is_named(two) -> None:
    found, other = [await joint.freeze(two, "", ISB, now()) for _ in range(2)]
    data, strange = [await bundled(two, x) for x in (found, other)]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = sorted(x for x in archive.namelist() if x != "cover.json")
        cover = json.loads(archive.read("cover.json"))
    with zipfile.ZipFile(io.BytesIO(strange)) as archive:
        swapped = archive.read(min(x for x in archive.namelist() if x != "cover.json"))
        newer = json.loads(archive.read("cover.json"))

    def fault(name: str, new: bytes | None) -> str:
        told = check_any("x.zip", changed(data, name, new))[0].fault
        assert told is not None
        return told.file

    assert fault(names[0], swapped) == names[0], "a sound state that the cover does not name"
    assert fault(names[1], None) == names[1]
    assert fault("cover.json", b"[]") == "cover.json"
    assert fault("cover.json", json.dumps(cover).encode()) == "cover.json"
    assert fault("cover.json", canonical(cover | {"towns": cover["towns"][:1]})) == "cover.json"
    assert fault("cover.json", canonical(cover | {"state_of": newer["state_of"], "snapshot": newer["snapshot"]})) == names[0]
    assert digest(canonical(cover)) == found.sha256


async def test_the_officer_freezes_by_page_and_worker_and_who_lacks_a_town_sees_nothing(two, log_in) -> None:
    isb, auditor = await log_in("isb", *TWO), await log_in("auditor", *TWO)
    others = [await log_in("isb", "erbach"), await log_in("auditor", "michelstadt"), await log_in("isb", "erbach", "oberzent")]
    answer = await isb.send_form(BASE, {"occasion": "Prüfung  im Frühjahr"})
    assert answer.status_code == 303
    run = answer.headers["location"]
    async with town_tx({0}) as tx:
        key = await tx.connection.fetchval("select id from run where town_id = 0 and task = 'snapshot.join'")
    assert "Wartet" in (await isb.get(run)).text
    assert run in (await isb.get(BASE)).text
    assert run not in (await others[0].get(BASE)).text
    TASKS.update(tasks.TASKS)
    await perform("snapshot.join", 0, key)
    done = (await isb.get(run)).text
    assert "Fertig" in done
    url = re.search(rf'href="({BASE}/[0-9a-f-]{{36}})"', done)[1]
    for visitor in (isb, auditor):
        page = (await visitor.get(url)).text
        assert "Deckblatt und Pakete aller Städte wurden eben nachgerechnet" in page
        assert "/towns/michelstadt/snapshots/" in page
        assert "Prüfung im Frühjahr" in (await visitor.get(BASE)).text
    data = (await isb.get(f"{url}/files/package")).content
    assert data == (await auditor.get(f"{url}/files/package")).content
    assert (await isb.get(f"{url}/files/cover")).json()["occasion"] == "Prüfung im Frühjahr"
    token = (await auditor.get(f"{BASE}/verify")).text
    assert "Pakete prüfen" in token
    for visitor in others:
        assert "Kein gemeinsamer Prüfstand." in (await visitor.get(BASE)).text
        for path in (url, f"{url}/files/package", f"{url}/files/cover", run, f"{run}/events"):
            assert (await visitor.get(path)).status_code == 404, path
    assert (await others[0].send_form(BASE, {"occasion": ""})).status_code == 422
    assert (await auditor.send_form(BASE, {"occasion": ""})).status_code == 403
    for role in ("it_admin", "mayor", "dpo"):
        assert (await (await log_in(role, *TWO)).get(BASE)).status_code == 403


async def test_the_page_verifies_a_joint_package_and_says_what_is_stored_here(two, log_in) -> None:
    found = await joint.freeze(two, "", ISB, now())
    data = await bundled(two, found)
    for roles, stored in ((TWO, 3), (("erbach",), 1)):
        visitor = await log_in("auditor", *roles)
        page = (await visitor.send_form(f"{BASE}/verify", {}, files={"file": ("v.zip", data, "application/zip")})).text
        assert page.count("und hier hinterlegt") == stored
        assert page.count("hier nicht hinterlegt") == 3 - stored
    assert (await visitor.send_form(f"{BASE}/verify", {})).status_code == 422
