"""Offers and templates between towns: what is shared is seen, what is not is not, and answers are seen by two."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from service.db import town_tx, uuid7
from service.settings import now

OFFERS, TEMPLATES = "/towns/{}/offers", "/towns/{}/templates"
OFFER = {"kind": "device", "title": "Beamer für Sitzungen", "text": "Mit Koffer.", "contact": "IT-Administration"}
GUIDE = {"kind": "guide", "title": "Anleitung Beamer", "text": "Einschalten.\n\nAusschalten.", "version": "0"}


def until(days: int) -> str:
    return (now().date() + timedelta(days=days)).isoformat()


async def offered(visitor: Any, town: str = "erbach", **change: str) -> str:
    answer = await visitor.send_form(OFFERS.format(town) + "/new", OFFER | {"valid_until": until(30)} | change)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).rsplit("/", 1)[1]


async def kept(visitor: Any, town: str = "erbach", **change: str) -> str:
    answer = await visitor.send_form(TEMPLATES.format(town) + "/new", GUIDE | change, files={"x": ("", b"")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_an_open_offer_is_seen_by_all_towns_and_gone_when_it_is_withdrawn(log_in: Any) -> None:
    mine, other = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    key = await offered(mine)
    assert "Beamer für Sitzungen" in (await other.get(OFFERS.format("michelstadt"))).text
    assert (await other.get(f"{OFFERS.format('michelstadt')}/{key}")).status_code == 404
    there = f"{OFFERS.format('michelstadt')}/others/{key}"
    assert "Mit Koffer." in (await other.get(there)).text
    assert (await mine.send_form(f"{OFFERS.format('erbach')}/{key}/withdraw")).status_code == 303
    assert (await other.get(there)).status_code == 404
    assert (await other.send_form(f"{there}/answer", {"contact": "Hauptamt"})).status_code == 404
    assert (await mine.send_form(f"{OFFERS.format('erbach')}/{key}/withdraw")).status_code == 422


async def test_an_answer_is_seen_by_two_towns_alone_and_so_is_what_was_given(log_in: Any, towns: dict[str, int]) -> None:
    mine, asks, third = [await log_in("it_admin", slug) for slug in ("erbach", "michelstadt", "oberzent")]
    key = await offered(mine)
    there = f"{OFFERS.format('michelstadt')}/others/{key}"
    refused = await asks.send_form(f"{there}/answer", {"note": "Kanarienvogel-Wunsch", "contact": ""})
    assert (refused.status_code, "Kanarienvogel-Wunsch" in refused.text) == (422, True)
    assert (await asks.send_form(f"{there}/answer", {"note": "Kanarienvogel-Wunsch", "contact": "Hauptamt"})).status_code == 303
    twice = await asks.send_form(f"{there}/answer", {"note": "noch einmal", "contact": "Hauptamt"})
    assert "schon geantwortet" in twice.text
    assert "Kanarienvogel-Wunsch" in (await mine.get(f"{OFFERS.format('erbach')}/{key}")).text
    for path in ("", f"/others/{key}"):
        assert "Kanarienvogel" not in (await third.get(OFFERS.format("oberzent") + path)).text
    for slug, seen in (("erbach", 1), ("michelstadt", 1), ("oberzent", 0)):
        async with town_tx({towns[slug], 0}) as tx:
            assert await tx.connection.fetchval("select count(*) from shared_answer") == seen, slug
    wrong = await mine.send_form(f"{OFFERS.format('erbach')}/{key}/give", {"town": str(towns["oberzent"])})
    assert wrong.status_code == 404, "only a town that answered gets it"
    given = await mine.send_form(f"{OFFERS.format('erbach')}/{key}/give", {"town": str(towns["michelstadt"])})
    assert given.status_code == 303
    assert "an uns vergeben" in (await asks.get(OFFERS.format("michelstadt"))).text
    assert "Beamer" not in (await third.get(OFFERS.format("oberzent"))).text
    async with town_tx({towns["oberzent"], 0}) as tx:
        assert await tx.connection.fetchval("select count(*) from shared_offer") == 0


async def test_an_answer_can_be_taken_back(log_in: Any) -> None:
    mine, asks = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    key = await offered(mine)
    there = f"{OFFERS.format('michelstadt')}/others/{key}"
    await asks.send_form(f"{there}/answer", {"note": "Kanarienvogel", "contact": "Hauptamt"})
    assert (await asks.send_form(f"{there}/retract")).status_code == 303
    assert "Kanarienvogel" not in (await mine.get(f"{OFFERS.format('erbach')}/{key}")).text
    assert (await asks.send_form(f"{there}/retract")).status_code == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [({"title": ""}, "was Sie anbieten"), ({"valid_until": ""}, "letzten Tag"), ({"valid_until": until(-1)}, "Vergangenheit"),
     ({"kind": "x"}, "Auswahl"), ({"contact": ""}, "Auskunft")],
)  # fmt: skip
async def test_a_mistake_in_an_offer_keeps_what_was_typed(log_in: Any, change: dict[str, str], said: str) -> None:
    mine = await log_in("it_admin", "erbach")
    answer = await mine.send_form(OFFERS.format("erbach") + "/new", OFFER | {"valid_until": until(3)} | change)
    assert answer.status_code == 422
    assert said in answer.text
    assert "Mit Koffer." in answer.text


async def test_who_was_overtaken_sees_both_versions(log_in: Any) -> None:
    mine = await log_in("it_admin", "erbach")
    key = await offered(mine)
    edit, values = f"{OFFERS.format('erbach')}/{key}/edit", OFFER | {"valid_until": until(9), "version": "1"}
    assert (await mine.send_form(edit, values | {"title": "Zwei Beamer"})).status_code == 303
    late = await mine.send_form(edit, values | {"title": "Drei Beamer"})
    assert late.status_code == 409
    assert "Zwei Beamer" in late.text
    assert "Drei Beamer" in late.text


async def test_a_template_taken_over_twice_stands_once_and_a_newer_edition_has_its_own_title(log_in: Any) -> None:
    mine, other = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    url = await kept(mine)
    await mine.send_form(f"{url}/share")
    there = f"{TEMPLATES.format('michelstadt')}/others/{url.rsplit('/', 1)[1]}"
    first, second = [await other.send_form(f"{there}/adopt") for _ in range(2)]
    assert second.headers["location"] == first.headers["location"]
    assert "schon übernommen; hier ist sie" in (await other.get(second.headers["location"])).text
    changed = GUIDE | {"text": "Stecker prüfen.", "version": "2"}
    await mine.send_form(f"{url}/edit", changed, files={"x": ("", b"")})
    await other.send_form(f"{there}/adopt")
    page = (await other.get(TEMPLATES.format("michelstadt"))).text
    assert sorted(re.findall(r">(Anleitung Beamer[^<]*)</a>", page)) == [
        "Anleitung Beamer", "Anleitung Beamer (Erbach)", "Anleitung Beamer (Fassung 2)",
    ]  # fmt: skip


async def test_a_template_is_seen_only_while_it_is_shared_and_copies_stay(log_in: Any) -> None:
    mine, other = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    url = await kept(mine)
    there = f"{TEMPLATES.format('michelstadt')}/others/{url.rsplit('/', 1)[1]}"
    assert "Anleitung Beamer" not in (await other.get(TEMPLATES.format("michelstadt"))).text
    assert (await other.get(there)).status_code == 404
    assert (await mine.send_form(f"{url}/share")).status_code == 303
    assert "Einschalten." in (await other.get(there)).text
    copy = str((await other.send_form(f"{there}/adopt")).headers["location"])
    assert "Erbach, Fassung 1" in (await other.get(copy)).text
    changed = GUIDE | {"text": "Stecker prüfen.", "version": "2"}
    assert (await mine.send_form(f"{url}/edit", changed, files={"x": ("", b"")})).status_code == 303
    assert "neuere Fassung" in (await other.get(copy)).text
    assert "neuere Fassung in Erbach" in (await other.get(TEMPLATES.format("michelstadt"))).text
    assert (await mine.send_form(f"{url}/unshare")).status_code == 303
    assert (await other.get(there)).status_code == 404
    assert (await other.send_form(f"{there}/adopt")).status_code == 404
    assert "Einschalten." in (await other.get(copy)).text
    assert (await other.get(url.replace("erbach", "michelstadt"))).status_code == 404
    assert (await mine.send_form(f"{url}/delete")).status_code == 303
    assert (await mine.get(url)).status_code == 404


async def test_a_file_goes_along_and_a_program_is_refused(log_in: Any) -> None:
    mine, other = await log_in("it_admin", "erbach"), await log_in("it_admin", "michelstadt")
    new = TEMPLATES.format("erbach") + "/new"
    bad = await mine.send_form(new, GUIDE, files={"file": ("a.pdf", b"MZ\x00\x01")})
    assert (bad.status_code, "nicht angenommen" in bad.text, "Ausschalten." in bad.text) == (422, True, True)
    answer = await mine.send_form(new, GUIDE | {"text": ""}, files={"file": ("Anleitung.exe", b"%PDF-1.7")})
    url = str(answer.headers["location"])
    await mine.send_form(f"{url}/share")
    there = f"{TEMPLATES.format('michelstadt')}/others/{url.rsplit('/', 1)[1]}"
    file = await other.get(f"{there}/file")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert re.search(r'attachment; filename="Anleitung.exe.pdf"', file.headers["content-disposition"])
    copy = str((await other.send_form(f"{there}/adopt")).headers["location"])
    assert (await other.get(f"{copy}/file")).content == b"%PDF-1.7"


async def test_whoever_may_only_read_gets_no_button_and_no_form(log_in: Any) -> None:
    mine, mayor = await log_in("it_admin", "erbach"), await log_in("mayor", "erbach")
    url = await kept(mine)
    page = (await mayor.get(url)).text
    assert "/share" not in page
    assert (await mayor.send_form(f"{url}/share")).status_code == 403
    assert (await mayor.get(OFFERS.format("erbach") + "/new")).status_code == 403


async def test_no_town_writes_in_the_name_of_another(towns: dict[str, int]) -> None:
    """Row security itself refuses, whatever a handler would do."""
    row = "insert into shared_template (town_id, id, of_town, kind, title, shared_at) values (0, $1, $2, 'guide', 'x', now())"
    for for_town in ("", str(towns["erbach"])):
        async with town_tx({towns["erbach"], 0}, 0) as tx:
            await tx.connection.execute("select set_config('app.for_town', $1, true)", for_town)
            part = await tx.savepoint()
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await tx.connection.execute(row, uuid7(), towns["michelstadt"])
            await part.rollback_to()
