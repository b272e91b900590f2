"""Dates of a town: in order, with the feed that says no more than it must and ends at once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from scanners.observation import Collection, Source
from service.auth import store as accounts
from service.db import service_tx, town_tx
from service.deadlines.calendar import Deadline, ical, ordered
from service.deadlines.store import dates, reminders
from service.i18n import ZONE
from service.inventory.store import intake
from service.settings import now
from tests.inventory.estate import BY, take
from tests.inventory.test_pages_certificates import web

TODAY = date(2026, 11, 16)
AT = datetime(2026, 11, 16, 9, tzinfo=UTC)
BASE = "/towns/erbach/calendar"


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


def unfolded(feed: bytes) -> list[str]:
    """The lines of a feed as RFC 5545 reads them."""
    assert feed.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in feed.split(b"\r\n"))
    return feed.decode().replace("\r\n ", "").split("\r\n")[:-1]


def events(feed: bytes) -> list[dict[str, str]]:
    text = "\n".join(unfolded(feed))
    blocks = re.findall(r"BEGIN:VEVENT\n(.*?)\nEND:VEVENT", text, re.DOTALL)
    return [dict(line.split(":", 1) for line in block.splitlines()) for block in blocks]


def test_dates_stand_by_day_and_notice_before_the_contract_of_the_same_day() -> None:
    dates = [Deadline(day(9), "contract", "B", ""), Deadline(day(9), "notice", "B", ""), Deadline(day(1), "licence", "A", "")]
    assert [(x.day, x.kind) for x in ordered(dates, TODAY)] == [(day(1), "licence"), (day(9), "notice"), (day(9), "contract")]
    assert [x.kind for x in ordered(dates, TODAY, "notice")] == ["notice"]


@pytest.mark.parametrize(("number", "shown"), [(-31, False), (-30, True), (0, True), (732, True), (733, False)])
def test_what_has_passed_stays_for_a_month_and_two_years_are_ahead(number: int, shown: bool) -> None:
    assert bool(ordered([Deadline(day(number), "contract", "A", "")], TODAY)) is shown


@pytest.mark.parametrize(("number", "state"), [(-1, "over"), (0, "soon"), (60, "soon"), (61, "later")])
def test_states_of_a_date(number: int, state: str) -> None:
    assert Deadline(day(number), "contract", "A", "").state(TODAY) == state


def test_the_feed_names_day_kind_and_number_and_nothing_else() -> None:
    dates = [Deadline(day(1), "contract", "Geheimes Produkt", "/geheim"), Deadline(day(1), "contract", "Noch eins", "/x"),
             Deadline(day(2), "warranty", "ERB-PC-007", "/y", 12)]  # fmt: skip
    feed = ical(dates, town="erbach", name="Termine, Erbach; Rathaus\\1", page="https://x.example/" + "ö" * 60, at=AT)
    assert b"eheim" not in feed
    assert b"ERB-PC" not in feed
    first, second = events(feed)
    assert (first["SUMMARY"], first["DTSTART;VALUE=DATE"], first["DTEND;VALUE=DATE"]) == (
        "Vertrag endet (2)",
        "20261117",
        "20261118",
    )
    assert (second["SUMMARY"], second["UID"]) == ("Garantie endet (12)", "20261118-warranty-erbach@odenwacht")
    assert "X-WR-CALNAME:Termine\\, Erbach\\; Rathaus\\\\1" in unfolded(feed)
    assert first["DTSTAMP"] == "20261116T090000Z"


def test_fetching_twice_gives_the_same_events() -> None:
    dates = [Deadline(day(n), kind, "A", "") for n in range(5) for kind in ("contract", "notice")]
    again = ical(list(reversed(dates)), town="erbach", name="A", page="p", at=AT)
    assert ical(dates, town="erbach", name="A", page="p", at=AT) == again
    assert len({x["UID"] for x in events(again)}) == 10


LIST = (
    "Name;Seriennummer;Garantie bis\r\n"
    + "".join(f"ERB-G{n};SNGAR{n};{(now() + timedelta(days=40)):%d.%m.%Y}\r\n" for n in range(5))
).encode()


@pytest.fixture
async def erbach(towns, log_in) -> Any:
    await take(towns["erbach"], LIST, "garantie.csv", now() - timedelta(days=2))
    visitor = await log_in("it_admin")
    ends = (now() + timedelta(days=50)).date()
    data = {"name": "Grabweg", "contract_end": ends.isoformat(), "notice_on": (ends - timedelta(days=30)).isoformat()}
    assert (await visitor.send_form("/towns/erbach/software/new", data)).status_code == 303
    return visitor


async def address(visitor: Any) -> str:
    answer = await visitor.send_form(f"{BASE}/feeds")
    assert answer.status_code == 200
    return re.findall(r"https?://[^<\s\"]+(/towns/erbach/calendar/feed/[^<\s\"]+)", answer.text)[0]


async def test_contracts_notices_and_warranties_stand_on_one_page(erbach) -> None:
    page = (await erbach.get(BASE)).text
    assert "3 Termine" in page
    for text in ("Grabweg", "Vertrag endet", "Kündigung spätestens", "ERB-G0, ERB-G1, ERB-G2 und 2 weitere", "5 Geräte"):
        assert text in page
    only = (await erbach.get(f"{BASE}?kind=warranty")).text.split('id="list"')[1]
    assert "ERB-G0" in only
    assert "Grabweg" not in only


async def test_certificates_that_ports_show_stand_on_their_last_day_each_once(erbach, towns) -> None:
    ends = now() + timedelta(days=200)
    hosts = (web(13, "gut.example", ends), web(14, "auch.example", ends), web(15, "alt.example", now() - timedelta(days=31)),
             web(16, "ohne.example", None), web(17, "fern.example", now() + timedelta(days=3650)))  # fmt: skip
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        collection = Collection(Source.NMAP, hosts, scope="10.20.3.0/24", started_at=now(), finished_at=now())
        await intake.take_in(tx, town, collection, by=BY, raw=b"scan", file="scan.json", now=now())
    page = (await erbach.get(f"{BASE}?kind=certificate")).text.split('id="list"')[1]
    assert "auch.example, gut.example" in page
    assert "2 Zertifikate" in page
    assert f"{ends.astimezone(ZONE):%d.%m.%Y}" in page
    assert not any(name in page for name in ("alt.example", "ohne.example", "fern.example"))


async def test_the_end_of_a_telephone_line_stands_at_its_site(erbach) -> None:
    ends = now().date() + timedelta(days=40)
    form = {"name": "Bauhof", "phone_contract_end": ends.isoformat()}
    assert (await erbach.send_form("/towns/erbach/sites/new", form)).status_code == 303
    page = (await erbach.get(BASE)).text
    assert "Anschlussvertrag endet" in page
    assert "Bauhof" in page


async def test_the_feed_opens_without_log_in_and_ends_when_it_is_revoked(erbach, visitor) -> None:
    url = await address(erbach)
    answer = await visitor.get(url)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/calendar")
    assert sorted(x["SUMMARY"] for x in events(answer.content)) == ["Garantie endet (5)", "Kündigung spätestens", "Vertrag endet"]
    assert url.split("/")[-2] not in (await erbach.get(BASE)).text
    revoke = re.findall(r'action="([^"]+/revoke)"', (await erbach.get(BASE)).text)[0]
    assert (await erbach.send_form(revoke)).status_code == 303
    assert (await visitor.get(url)).status_code == 404


async def test_a_secret_opens_one_town_only_and_a_guess_opens_nothing(erbach, visitor) -> None:
    url = await address(erbach)
    assert (await visitor.get(url.replace("erbach", "michelstadt"))).status_code == 404
    assert (await visitor.get(url.replace("erbach", "gibtesnicht"))).status_code == 404
    assert (await visitor.get(f"{BASE}/feed/{'A' * 43}/termine.ics")).status_code == 404


async def test_whoever_lost_the_role_has_lost_the_feed_and_nobody_ends_anothers(erbach, visitor, log_in, towns) -> None:
    url = await address(erbach)
    revoke = re.findall(r'action="([^"]+/revoke)"', (await erbach.get(BASE)).text)[0]
    other = await log_in("isb", "erbach")
    assert (await other.send_form(revoke)).status_code == 404
    assert (await visitor.get(url)).status_code == 200
    async with service_tx() as tx:
        await tx.connection.execute("update membership set valid_until = $1", now() - timedelta(minutes=1))
    assert (await visitor.get(url)).status_code == 404


async def test_another_towns_dates_stay_there_even_if_the_contract_end_is_shared(erbach, log_in, towns) -> None:
    ends = (now() + timedelta(days=70)).date().isoformat()
    data = {"name": "Ruheplan", "contract_end": ends, "facets": ["use", "contract_end"]}
    assert (await erbach.send_form("/towns/erbach/software/new", data)).status_code == 303
    other = await log_in("it_admin", "michelstadt")
    page = (await other.get("/towns/michelstadt/calendar")).text
    assert "Noch keine Termine." in page
    async with town_tx({towns["michelstadt"], 0}) as tx:
        assert await tx.connection.fetchval("select count(*) from calendar_feed") == 0
    async with service_tx() as tx:
        assert await accounts.town(tx, "michelstadt") is not None


async def test_the_feed_says_its_kind_once_and_sets_no_cookie(erbach, visitor) -> None:
    answer = await visitor.get(await address(erbach))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "set-cookie" not in answer.headers


async def test_the_start_page_names_dates_of_contracts_that_passed_or_come_near_until_somebody_settles_them(
    erbach, towns
) -> None:
    past, near = (now() - timedelta(days=3)).date(), (now() + timedelta(days=27)).date()
    data = {"name": "Altfach", "contract_end": near.isoformat(), "notice_on": past.isoformat()}
    assert (await erbach.send_form("/towns/erbach/software/new", data)).status_code == 303
    ends = (await erbach.get("/towns/erbach")).text.split('id="ends"')[1].split("</ul>")[0]
    assert re.search(r"vorbei.*?Kündigung spätestens.*?Altfach", ends, re.DOTALL)
    assert re.search(r"bald.*?Vertrag endet.*?Altfach", ends, re.DOTALL)
    async with town_tx({towns["erbach"], 0}, towns["erbach"]) as tx:
        known = await dates.deadlines(tx, towns["erbach"], "erbach", now())
        made = await reminders.make(tx, towns["erbach"], known, now())
        for key, one in made:
            if one.kind == "notice" and one.title == "Altfach":
                await reminders.settle(tx, towns["erbach"], key, {"it_admin"}, BY, now())
    ends = (await erbach.get("/towns/erbach")).text.split('id="ends"')[1].split("</ul>")[0]
    assert "vorbei" not in ends
    assert "Altfach" in ends
