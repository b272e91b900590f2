"""The inbox „Abweichungen“: every kind of question, one click or a look, undone as one, and never asked twice."""

from __future__ import annotations

import html
import itertools
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from scanners.observation import Collection, Observation
from service.db import town_tx
from service.inventory import store
from service.inventory.views import ReviewRow
from service.settings import now
from tests.inventory.estate import BY, LIST, nmap_file, take
from tests.inventory.sightings import M1, M2, host, row, walk

BASE = "/towns/erbach/review"
RANDOM = "06:11:22:33:44:55"
_number = itertools.count()


async def saw(town: int, days_ago: float, *seen: Observation) -> None:
    """Take observations in as one collection."""
    at = now() - timedelta(days=days_ago)
    number = next(_number)
    async with town_tx({town}, town) as tx:
        collection = Collection(seen[0].source, seen, started_at=at)
        await store.take_in(
            tx, town, collection, by=BY, raw=str(number).encode(), file=f"{number}.json", now=now(), observed_at=at
        )


async def cases(town: int, kind: str = "", state: str = "open", at: datetime | None = None) -> list[ReviewRow]:
    async with town_tx({town}) as tx:
        return list((await store.reviews(tx, town, now=at or now(), kind=kind, state=state)).rows)


async def names(town: int) -> set[str]:
    async with town_tx({town}) as tx:
        return {row.name for row in (await store.assets(tx, town, now=now())).rows}


async def replaced(town: int) -> None:
    for days, mac in ((8, M1), (6, M1), (4, M2), (2, M2)):
        await saw(town, days, host("10.0.0.50", mac, says="pc1"))


async def duplicate(town: int) -> None:
    await saw(town, 2, row(1, name="eg-01", serial="SERIAL-1", kind="workstation", fields={"room": "E.07"}))
    await saw(town, 1, walk("10.0.0.5", M1, says="eg-01", kind="printer"))


async def typo(town: int) -> None:
    await saw(town, 2, row(1, serial="FCW1929B86S", mac=M1))
    await saw(town, 1, walk("10.0.0.5", M1, serials=["FCW1929B68S"]))


async def bearer(town: int) -> None:
    await saw(town, 9, walk("10.0.0.5", M1, serials=["SERIAL-1"], says="pc1"))
    await saw(town, 5, row(1, name="pc1"))
    await saw(town, 4, host("10.0.0.70", RANDOM, says="pc1"))
    await saw(town, 1, walk("10.0.0.6", M2, serials=["SERIAL-2"], says="pc1"))


async def changed(town: int) -> None:
    """A room set by hand, and a list that says otherwise."""
    await take(town, LIST, "bestand.csv", now() - timedelta(days=3))
    async with town_tx({town}, town) as tx:
        (device,) = await store.candidates(tx, town, "prn-ordnung")
        await store.lock(tx, town, device.id, {"room": "3.14"}, reason="umgezogen", by=BY, now=now())
    await take(town, LIST.replace(b";1.07;", b";1.08;"), "neuer.csv", now())


async def missing(town: int) -> None:
    await take(town, nmap_file(now() - timedelta(days=200)), "alt.xml")
    async with town_tx({town}, town) as tx:
        assert await store.ask_for_missing(tx, town, now()) == 2


async def new(town: int) -> None:
    await take(town, nmap_file(now() - timedelta(hours=1)), "scan.xml")


EVERY = {
    "new": new,
    "changed": changed,
    "missing": missing,
    "replaced": replaced,
    "typo": typo,
    "duplicate": duplicate,
    "bearer": bearer,
}


async def post(visitor, case: ReviewRow, what: str = "answer", **data: Any):
    answer = await visitor.send_form(f"{BASE}/{case.id}/{what}", data)
    assert answer.status_code == 303, html.unescape(re.sub(r"<[^>]+>", " ", answer.text))
    return answer


@pytest.mark.parametrize("kind", EVERY)
async def test_every_kind_of_case_has_a_line_with_a_number_and_a_page(log_in, towns, kind) -> None:
    await EVERY[kind](towns["erbach"])
    visitor = await log_in("it_admin")
    page = (await visitor.get(f"{BASE}?kind={kind}")).text
    found = await cases(towns["erbach"], kind)
    assert found
    assert f"({len(found)})" in page
    for case in found:
        assert f"{BASE}/{case.id}" in page
        assert (await visitor.get(f"{BASE}/{case.id}")).status_code == 200
    reader = await log_in("isb")
    shown = (await reader.get(BASE)).text
    assert f"{BASE}/{found[0].id}" in shown
    assert "/answer" not in shown
    assert "/answer" not in (await reader.get(f"{BASE}/{found[0].id}")).text


async def test_an_empty_inbox_says_so(log_in, towns) -> None:
    assert "Nichts zu entscheiden." in (await (await log_in("isb")).get(BASE)).text


async def test_urgent_cases_come_first(log_in, towns) -> None:
    await new(towns["erbach"])
    await changed(towns["erbach"])
    ranks = [case.rank for case in await cases(towns["erbach"])]
    assert ranks == sorted(ranks, reverse=True)
    page = (await (await log_in("it_admin")).get(BASE)).text
    assert page.index("von Hand gesetzt") < page.index("Neu im Netz")


async def test_a_new_device_is_taken_with_a_click_and_not_asked_about_again(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await new(town)
    before = await cases(town, "new")
    case = next(one for one in before if one.details["ip"] == "10.20.3.77")
    answer = await post(visitor, case, choice="accept", back=f"{BASE}?kind=new")
    assert answer.headers["location"] == f"{BASE}?kind=new"
    async with town_tx({town}) as tx:
        assert (await store.asset(tx, town, case.asset)).row.status == "in_use"
    await take(town, nmap_file(now()), "scan2.xml")
    assert case.id not in {one.id for one in await cases(town, "new")}
    assert (await visitor.send_form(f"{BASE}/{case.id}/answer", {"choice": "accept"})).status_code == 422
    page = (await visitor.get(BASE)).text
    assert "Ihre letzte Entscheidung" in page
    assert (await visitor.send_form(f"{BASE}/undo")).status_code == 303
    assert case.id in {one.id for one in await cases(town, "new")}
    async with town_tx({town}) as tx:
        assert (await store.asset(tx, town, case.asset)).row.status == "new"


async def test_a_refused_value_stays_refused_when_the_same_list_comes_again(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await changed(town)
    (case,) = await cases(town, "changed")
    page = html.unescape((await visitor.get(BASE)).text)
    assert "<del>3.14</del> → <ins>1.08</ins>" in page
    await post(visitor, case, choice="keep")
    await take(town, LIST.replace(b";1.07;", b";1.08;").replace(b";x\r", b";y\r"), "dritte.csv", now())
    assert await cases(town, "changed") == []
    await take(town, LIST.replace(b";1.07;", b";2.22;"), "vierte.csv", now())
    (other,) = await cases(town, "changed")
    assert other.details["seen"] == "2.22"


async def test_an_accepted_value_holds_and_undo_brings_the_old_lock_back(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await changed(town)
    (case,) = await cases(town, "changed")
    await post(visitor, case, choice="take")
    device = f"/towns/erbach/assets/{case.asset}/sources"
    assert "in den Abweichungen entschieden" in (await visitor.get(device)).text
    assert await cases(town, "changed") == []
    assert (await visitor.send_form(f"{BASE}/undo")).status_code == 303
    page = (await visitor.get(device)).text
    assert "umgezogen" in page
    assert "in den Abweichungen entschieden" not in page
    assert [one.id for one in await cases(town, "changed")] == [case.id]


async def test_a_missing_device_is_retired_after_a_look(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await missing(town)
    case = (await cases(town, "missing"))[0]
    page = (await visitor.get(f"{BASE}/{case.id}")).text
    assert "Seit 200 Tagen nicht gesehen" in page
    assert "Abgang prüfen" in page
    await post(visitor, case, choice="retired", reason="Verschrottet laut Hausmeister")
    async with town_tx({town}) as tx:
        assert (await store.asset(tx, town, case.asset)).row.status == "retired"
    async with town_tx({town}, town) as tx:
        await store.ask_for_missing(tx, town, now())
    assert case.id not in {one.id for one in await cases(town, "missing")}


async def test_two_devices_are_merged_field_by_field_and_parted_again(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await duplicate(town)
    (case,) = await cases(town, "duplicate")
    page = (await visitor.get(f"{BASE}/{case.id}")).text
    assert "Zusammenführen, Feld für Feld" in page
    assert 'name="choose-kind"' in page
    async with town_tx({town}) as tx:
        left, right = await store.asset(tx, town, case.asset), await store.asset(tx, town, case.other)
        before = {row.id for row in (await store.assets(tx, town, now=now())).rows}
    side = "left" if left.row.kind == "printer" else "right"
    await post(visitor, case, choice="same", asset=str(case.other), reason="Liste falsch", **{"choose-kind": side})
    async with town_tx({town}) as tx:
        (one,) = (await store.assets(tx, town, now=now())).rows
    assert (one.kind, one.serial, one.room) == ("printer", "SERIAL-1", "E.07")
    assert await cases(town, "duplicate") == []
    gone = left if one.id == right.row.id else right
    assert (await visitor.get(f"/towns/erbach/assets/{gone.row.id}")).headers["location"].endswith(str(one.id))
    assert (await visitor.send_form(f"{BASE}/undo")).status_code == 303
    async with town_tx({town}) as tx:
        assert {row.id for row in (await store.assets(tx, town, now=now())).rows} == before
    assert len(await cases(town, "duplicate")) == 1


async def test_two_devices_of_one_name_stand_side_by_side_and_can_be_told_apart(log_in, towns) -> None:
    await duplicate(towns["erbach"])
    (case,) = await cases(towns["erbach"], "duplicate")
    page = html.unescape((await (await log_in("it_admin")).get(f"{BASE}/{case.id}")).text)
    assert "<del>" not in page
    assert "<ins>" not in page
    main = page.partition("<main")[2]
    links = dict(re.findall(r'<a [^>]*href="/towns/erbach/assets/([^"/?]+)"[^>]*>([^<]+)</a>', main))
    assert set(links) == {str(case.asset), str(case.other)}
    first, second = links[str(case.asset)], links[str(case.other)]
    assert {first, second} == {"eg-01 (Arbeitsplatz-PC, SERIAL-1)", "eg-01 (Drucker, 10.0.0.5)"}
    assert f"Gerät 1: {first}</th>" in page
    assert f"Gerät 2: {second}</th>" in page
    assert f"Vielleicht dasselbe Gerät wie {second}" in page
    table = page.partition('id="sides-table"')[2].partition("</table>")[0]
    marked = {
        row[0] for row in re.findall(r'scope="row">([^<]+)</th>((?:(?!</tr>).)*)', table, re.DOTALL) if "verschieden" in row[1]
    }
    assert "Geräteart" in marked
    assert not marked & {"Seriennummer", "Raum", "Rechnername"}


@pytest.mark.parametrize("kind", ["replaced", "duplicate"])
async def test_what_stays_apart_is_not_asked_about_after_the_next_scan(log_in, towns, kind) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await EVERY[kind](town)
    (case,) = await cases(town, kind)
    before = await names(town)
    await post(visitor, case, choice="different")
    await saw(town, 0.5, host("10.0.0.50", M2, says="pc1"), host("10.0.0.99", "00:1b:21:00:00:09", says="anderer"))
    assert await cases(town, kind) == []
    assert before <= await names(town)


async def test_a_typo_is_confirmed_and_rests(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await typo(town)
    (case,) = await cases(town, "typo")
    page = (await visitor.get(BASE)).text
    assert "FCW1929B86S" in page
    assert "FCW1929B68S" in page
    await post(visitor, case, choice="noted")
    await saw(town, 0.5, walk("10.0.0.5", M1, serials=["FCW1929B68S"]))
    assert await cases(town, "typo") == []


async def test_a_row_that_names_only_a_name_is_given_to_the_device_a_person_picks(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await bearer(town)
    (case,) = await cases(town, "bearer")
    page = (await visitor.get(f"{BASE}/{case.id}")).text
    offered = re.findall(r'name="choice" value="assign"><input type="hidden" name="asset" value="([^"]+)"', page)
    assert len(offered) == 2
    await post(visitor, case, choice="assign", asset=offered[0])
    async with town_tx({town}) as tx:
        sightings = await store.sightings_of(tx, town, UUID(offered[0]))
    assert "list" in {one.source for one in sightings}
    assert await cases(town, "bearer") == []


async def test_a_new_device_is_given_to_a_known_one_after_a_search(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await take(town, LIST, "bestand.csv", now() - timedelta(days=3))
    await new(town)
    case = next(one for one in await cases(town, "new") if one.details["ip"] == "10.20.3.77")
    page = (await visitor.get(f"{BASE}/{case.id}?q=öztürk")).text
    (link,) = re.findall(r'href="([^"]*\?other=[^"]*)"', page)
    assert "Zusammenführen, Feld für Feld" in (await visitor.get(link)).text
    other = link.rpartition("=")[2]
    await post(visitor, case, choice="same", asset=other)
    async with town_tx({town}) as tx:
        device = await store.asset(tx, town, UUID(other))
    assert "10.20.3.77" in device.ips
    assert device.row.inventory_no == "ERB-0002"


async def test_an_ignored_case_rests_for_thirty_days_and_comes_back(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await new(town)
    case = (await cases(town))[0]
    await post(visitor, case, "ignore")
    assert case.id not in {one.id for one in await cases(town)}
    assert f"{BASE}/{case.id}" in (await visitor.get(f"{BASE}?state=ignored")).text
    await take(town, nmap_file(now()), "scan2.xml")
    assert case.id not in {one.id for one in await cases(town)}
    assert case.id in {one.id for one in await cases(town, at=now() + timedelta(days=31))}
    assert (await visitor.send_form(f"{BASE}/undo")).status_code == 303
    assert case.id in {one.id for one in await cases(town)}


async def test_a_selection_is_accepted_as_one_and_undone_as_one(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await new(town)
    await changed(town)
    await duplicate(town)
    everything = await cases(town)
    ids = [str(case.id) for case in everything]
    answer = await visitor.send_form(f"{BASE}/bulk", {"id": ids, "act": "agree", "back": "https://x.example/"})
    assert answer.headers["location"] == BASE
    assert {case.kind for case in await cases(town)} == {"duplicate"}
    assert (await visitor.send_form(f"{BASE}/undo")).status_code == 303
    assert {case.id for case in await cases(town)} == {case.id for case in everything}


async def test_a_selection_gets_one_responsible_person(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await new(town)
    found = await cases(town, "new")
    ids = [str(case.id) for case in found]
    assert (await visitor.send_form(f"{BASE}/bulk", {"id": ids, "act": "user", "user": ""})).status_code == 422
    assert (await visitor.send_form(f"{BASE}/bulk", {"id": ids, "act": "user", "user": "Kim Ahorn"})).status_code == 303
    async with town_tx({town}) as tx:
        assert {(await store.asset(tx, town, case.asset)).row.user_name for case in found} == {"Kim Ahorn"}
    assert (await visitor.send_form(f"{BASE}/bulk", {"act": "ignore", "id": ids[:1]})).status_code == 303
    assert len(await cases(town, "new")) == len(found) - 1
    assert (await visitor.send_form(f"{BASE}/bulk", {"act": "agree"})).status_code == 303


async def test_one_answers_only_what_fits_the_case(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await new(town)
    case = (await cases(town))[0]
    for choice in ("retired", "", "quatsch", "same"):
        assert (await visitor.send_form(f"{BASE}/{case.id}/answer", {"choice": choice})).status_code == 422
    assert (await visitor.send_form(f"{BASE}/undo")).status_code == 422


async def test_only_the_it_administration_of_this_town_decides(log_in, towns) -> None:
    await new(towns["erbach"])
    case = (await cases(towns["erbach"]))[0]
    for role in ("isb", "auditor"):
        visitor = await log_in(role)
        assert (await visitor.get(BASE)).status_code == 200
        for path in (f"{BASE}/{case.id}/answer", f"{BASE}/{case.id}/ignore", f"{BASE}/bulk", f"{BASE}/undo"):
            assert (await visitor.send_form(path, {"choice": "accept"})).status_code == 403
    stranger = await log_in("it_admin", "michelstadt")
    assert (await stranger.send_form(f"/towns/michelstadt/review/{case.id}/answer", {"choice": "accept"})).status_code == 404


async def test_a_serial_typed_at_the_wrong_device_goes_back_where_it_belongs_and_that_can_be_undone(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    head = b"Inventarnummer;Kategorie;Hersteller;Modell;Seriennummer\n"
    await take(town, head + b"YA-1;PC;Dell;O7;YASER0001\nYA-2;PC;Dell;O7;YASER0002\n", "a.csv", now() - timedelta(days=2))
    await take(town, head + b"YA-1;PC;Dell;O7;YASER0002\n", "b.csv", now())
    (case,) = await cases(town, "typo")

    async def serials() -> list[str]:
        async with town_tx({town}) as tx:
            rows = (await store.assets(tx, town, now=now())).rows
        return [row.serial for row in sorted(rows, key=lambda row: row.inventory_no)]

    assert await serials() == ["YASER0002", "YASER0002"]
    assert "Seriennummer gehört zu YA-2: Zeile ist falsch" in (await visitor.get(BASE)).text
    await post(visitor, case, choice="restore")
    assert await serials() == ["YASER0001", "YASER0002"]
    assert (await visitor.send_form(f"{BASE}/undo")).status_code == 303
    assert await serials() == ["YASER0002", "YASER0002"]
    assert [one.id for one in await cases(town, "typo")] == [case.id]
