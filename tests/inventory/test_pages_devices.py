"""The list of devices, one device with all its tabs, what people set by hand, and the search, as people use them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import UUID

import pytest

from scanners import registry
from service.db import town_tx
from service.inventory import store
from service.inventory.store import places
from service.inventory.store import sites as site_store
from service.settings import BERLIN, now
from tests.inventory.estate import BY, LIST, nmap_file, take

BASE = "/towns/erbach/assets"


@pytest.fixture
async def erbach(towns) -> int:
    """A list and, an hour ago, a scan that saw its printer and a stranger."""
    town = towns["erbach"]
    async with town_tx({town}, town) as tx:
        site = await site_store.put(tx, town, "Rathaus", by=BY, now=now())
        await places.put_network(tx, town, "10.20.3.0/24", by=BY, now=now(), name="Rathaus", site=site)
    await take(town, LIST, "bestand.csv", now() - timedelta(days=60))
    await take(town, nmap_file(now() - timedelta(hours=1)), "scan.xml")
    return town


async def asset(town: int, name: str) -> UUID:
    async with town_tx({town}) as tx:
        (row,) = await store.candidates(tx, town, name)
    return row.id


async def shown(visitor, query: str) -> set[str]:
    page = await visitor.get(f"{BASE}{query}")
    assert page.status_code == 200
    return {name for name in ("prn-ordnung", "nb-öztürk", "P2422H", "10.20.3.77") if name in page.text}


async def test_an_empty_town_says_what_to_do_next(log_in, towns) -> None:
    page = await (await log_in("it_admin")).get(BASE)
    assert "Noch keine Geräte." in page.text
    assert "Liste importieren" in page.text


async def test_every_filter_narrows_the_list_and_stands_in_the_address(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    async with town_tx({erbach}) as tx:
        (network,) = await places.networks(tx, erbach)
        (site,) = await site_store.sites(tx, erbach)
    everything = {"prn-ordnung", "nb-öztürk", "P2422H", "10.20.3.77"}
    assert await shown(visitor, "") == everything
    assert await shown(visitor, "?q=vcf1234567") == {"prn-ordnung"}
    assert await shown(visitor, "?kind=monitor") == {"P2422H"}
    assert await shown(visitor, "?source=nmap") == {"prn-ordnung", "10.20.3.77"}
    assert await shown(visitor, "?seen=today") == {"prn-ordnung", "10.20.3.77"}
    assert await shown(visitor, "?seen=never") == {"nb-öztürk", "P2422H"}
    assert await shown(visitor, f"?network={network.id}") == {"prn-ordnung", "10.20.3.77"}
    assert await shown(visitor, f"?site={site.id}&kind=printer") == {"prn-ordnung"}
    assert await shown(visitor, "?status=new") == {"10.20.3.77"}
    page = (await visitor.get(f"{BASE}?q=gibtesnicht&kind=printer")).text
    assert "Kein Gerät passt zu diesem Filter." in page
    assert "Suche: gibtesnicht, Drucker" in page
    assert await shown(visitor, "?network=unsinn&kind=%27&sort=quatsch&page=99999") == set()


@pytest.mark.parametrize("sort", ["name", "kind", "ip", "manufacturer", "room", "last_seen", "status"])
async def test_every_column_sorts_both_ways(log_in, erbach, sort: str) -> None:
    visitor = await log_in("it_admin")
    orders = []
    for sign in ("", "-"):
        page = (await visitor.get(f"{BASE}?sort={sign}{sort}")).text
        assert f'aria-sort="{"descending" if sign else "ascending"}"' in page
        orders.append(re.findall(r"data-open>([^<]+)<", page))
    assert len(orders[0]) == 4
    if sort == "name":
        assert orders[0] == orders[1][::-1]


async def test_a_device_shows_each_value_with_its_source_and_why_its_sightings_belong(log_in, erbach) -> None:
    visitor = await log_in("isb")
    key = await asset(erbach, "prn-ordnung")
    overview = (await visitor.get(f"{BASE}/{key}")).text
    for text in ("VCF1234567", "Quelle: Liste", "10.20.3.20", "00:c0:ee:11:22:33", "1.234,56"):
        assert text in overview
    services = (await visitor.get(f"{BASE}/{key}/services")).text
    assert "9100/tcp" in services
    assert "KM-MFP-http" in services
    assert "unverschlüsselt" in services
    sources = (await visitor.get(f"{BASE}/{key}/sources")).text
    assert "bestand.csv" in sources
    assert "gleiche MAC" in sources
    assert "Abtrennen" not in sources  # an ISB reads
    history = (await visitor.get(f"{BASE}/{key}/history")).text
    assert "Angelegt" in history
    assert (await visitor.get(f"{BASE}/{key}/software")).status_code == 200
    assert (await visitor.get(f"{BASE}/{key}/gibtesnicht")).status_code == 404


async def test_what_a_person_set_holds_against_every_later_scan_until_the_lock_is_taken_back(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    form = (await visitor.get(f"{BASE}/{key}/edit")).text
    assert 'value="1.07"' in form
    refused = await visitor.send_form(f"{BASE}/{key}/edit", {"room": "3.14", "hostname": "prn-bauamt"})
    assert refused.status_code == 422
    assert "Bitte nennen Sie einen Grund" in refused.text
    assert 'value="3.14"' in refused.text
    wrong = await visitor.send_form(f"{BASE}/{key}/edit", {"purchase_date": "gestern", "reason": "Beleg"})
    assert wrong.status_code == 422
    assert "ist kein Datum" in wrong.text
    done = await visitor.send_form(f"{BASE}/{key}/edit", {"room": "3.14", "hostname": "prn-bauamt", "reason": "umgezogen"})
    assert done.status_code == 303
    await take(erbach, nmap_file(now(), printer="10.20.3.21"), "scan2.xml")
    await take(erbach, LIST.replace(b";1.07;", b";1.08;"), "bestand2.csv", now())
    sources = (await visitor.get(f"{BASE}/{key}/sources")).text
    assert "gesperrt von Test it_admin" in sources
    assert "umgezogen" in sources
    overview = (await visitor.get(f"{BASE}/{key}")).text
    assert "3.14" in overview
    assert "prn-bauamt" in overview
    assert "10.20.3.21" in overview  # still the same device
    assert (await visitor.send_form(f"{BASE}/{key}/unlock", {"field": "room"})).status_code == 303
    assert "1.08" in (await visitor.get(f"{BASE}/{key}")).text
    assert (await visitor.send_form("/towns/erbach/review/undo")).status_code == 303
    assert "prn-ordnung" in (await visitor.get(f"{BASE}/{key}")).text


async def test_the_reason_of_a_change_by_hand_stays_in_the_history(log_in, erbach) -> None:
    visitor, key = await log_in("it_admin"), await asset(erbach, "prn-ordnung")
    for room, reason in (("3.01", "Umzug ins Dachgeschoss"), ("3.02", "Büro getauscht")):
        assert (await visitor.send_form(f"{BASE}/{key}/edit", {"room": room, "reason": reason})).status_code == 303
    page = html.unescape((await visitor.get(f"{BASE}/{key}/history")).text)
    assert page.index("Grund: Büro getauscht") < page.index("Grund: Umzug ins Dachgeschoss")


async def loaded(visitor, key: UUID) -> dict[str, str]:
    """What a browser sends when the form is opened and saved without a change."""
    page = (await visitor.get(f"{BASE}/{key}/edit")).text
    fields = dict(re.findall(r'<input [^>]*name="([a-z_-]+)" value="([^"]*)"', page))
    fields |= dict(re.findall(r'<textarea [^>]*name="([a-z_]+)"[^>]*>([^<]*)</textarea>', page))
    for name, options in re.findall(r'<select [^>]*name="([a-z_]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        (fields[name],) = re.findall(r'value="([^"]*)" selected', options)
    return {name: html.unescape(text) for name, text in fields.items() if name != "_csrf_token"}


async def test_a_form_saved_as_it_was_opened_changes_nothing(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    form = await loaded(visitor, key)
    assert form["was-room"] == form["room"] == "1.07"
    assert (await visitor.send_form(f"{BASE}/{key}/edit", form)).status_code == 303
    assert "gesperrt" not in (await visitor.get(f"{BASE}/{key}/sources")).text


async def test_a_person_s_device_shows_days_and_no_time_of_day(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    await visitor.send_form(f"{BASE}/{key}/edit", {"user": "Kim Ahorn", "reason": "Arbeitsplatz"})
    async with town_tx({erbach}) as tx:
        seen = (await store.asset(tx, erbach, key)).row.last_seen
    day = "heute" if seen.astimezone(BERLIN).date() == now().astimezone(BERLIN).date() else "gestern"
    assert (
        f'<time datetime="{seen.astimezone(BERLIN):%Y-%m-%d}">{day}</time>' in (await visitor.get(f"{BASE}?q=prn-ordnung")).text
    )
    for tab in ("", "/sources", "/services"):
        page = (await visitor.get(f"{BASE}/{key}{tab}")).text
        assert f"{seen.astimezone(BERLIN):%Y-%m-%d}" in page
        assert ", 00:00" not in page
    assert f">{seen.astimezone(BERLIN):%d.%m.%Y}</time>" in (await visitor.get(f"{BASE}/{key}")).text


async def test_an_older_form_leaves_what_a_colleague_changed_meanwhile(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    mine, theirs = await loaded(visitor, key), await loaded(visitor, key)
    assert (await visitor.send_form(f"{BASE}/{key}/edit", theirs | {"room": "3.14", "reason": "umgezogen"})).status_code == 303
    assert (await visitor.send_form(f"{BASE}/{key}/edit", mine | {"note": "neu", "reason": "Notiz"})).status_code == 303
    async with town_tx({erbach}) as tx:
        found = await store.asset(tx, erbach, key)
    assert found.row.room == "3.14"
    assert {name: values[0].reason for name, values in found.values.items() if values[0].locked_by} == {
        "room": "umgezogen",
        "note": "Notiz",
    }


async def test_a_field_that_two_people_changed_is_shown_in_both_versions_and_nothing_is_lost(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    mine, theirs = await loaded(visitor, key), await loaded(visitor, key)
    await visitor.send_form(f"{BASE}/{key}/edit", theirs | {"room": "3.14", "unit": "Bauamt", "reason": "umgezogen"})
    answer = await visitor.send_form(f"{BASE}/{key}/edit", mine | {"room": "2.71", "note": "steht links", "reason": "Gang"})
    assert answer.status_code == 409
    table = re.sub(r"<[^>]+>|\s+", " ", answer.text.partition('id="versions-table"')[2].partition("</table>")[0])
    room = table[table.index(" Raum ") :]
    assert [room.index(text) for text in ("1.07", "3.14", "2.71")] == sorted(
        room.index(text) for text in ("1.07", "3.14", "2.71")
    )
    assert "Test it_admin" in table
    assert "Bauamt" in table
    assert "nicht geändert" in table
    for text in ('name="room" value="2.71"', 'name="reason" value="Gang"', "steht links", 'name="was-room" value="3.14"'):
        assert text in answer.text
    async with town_tx({erbach}) as tx:
        assert (await store.asset(tx, erbach, key)).row.room == "3.14"
    again = mine | {"room": "2.71", "was-room": "3.14", "unit": "Bauamt", "was-unit": "Bauamt", "reason": "Gang"}
    assert (await visitor.send_form(f"{BASE}/{key}/edit", again)).status_code == 303
    async with town_tx({erbach}) as tx:
        assert (await store.asset(tx, erbach, key)).row.room == "2.71"


async def test_mistakes_stand_at_their_fields_in_german_and_everything_typed_is_kept(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    form = await loaded(visitor, key)
    typed = form | {"kind": "scanner", "price": "zwölf", "purchase_date": "9999-12-31", "reason": "Inventur"}
    answer = await visitor.send_form(f"{BASE}/{key}/edit", typed)
    assert answer.status_code == 422
    for name, text in (
        ("price", "Preis in Euro: „zwölf“ ist kein Betrag."),
        ("purchase_date", "Kaufdatum: Dieses Datum kann nicht stimmen."),
    ):
        (error,) = re.findall(rf'id="f-{name.replace("_", "-")}-error">(.*?)</p>', answer.text, re.DOTALL)
        assert text in error
        assert name not in re.sub(r"<[^>]+>", "", error)
    assert 'id="f-reason-error"' not in answer.text
    assert 'name="reason" value="Inventur"' in answer.text
    assert 'value="zwölf"' in answer.text
    assert '<option value="scanner" selected>' in answer.text
    bare = await visitor.send_form(f"{BASE}/{key}/edit", form | {"kind": "scanner"})
    assert bare.status_code == 422
    assert "Bitte nennen Sie einen Grund" in bare.text
    assert '<option value="scanner" selected>' in bare.text


async def test_a_sighting_can_be_cut_off_and_that_can_be_undone(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    async with town_tx({erbach}) as tx:
        sightings = await store.sightings_of(tx, erbach, key)
    scan = next(one for one in sightings if one.source == "nmap")
    assert (await visitor.send_form(f"{BASE}/{key}/split", {"record": str(scan.record)})).status_code == 303
    async with town_tx({erbach}) as tx:
        assert {one.source for one in await store.sightings_of(tx, erbach, key)} == {"list"}
    assert (await visitor.send_form("/towns/erbach/review/undo")).status_code == 303
    async with town_tx({erbach}) as tx:
        assert {one.source for one in await store.sightings_of(tx, erbach, key)} == {"list", "nmap"}


@pytest.mark.parametrize("text", ["prn-ordnung", "VCF 1234567", "S/N: vcf1234567", "00-C0-EE-11-22-33", "10.20.3.20", "ERB-0001"])
async def test_an_exact_search_opens_the_device(log_in, erbach, text: str) -> None:
    visitor = await log_in("it_admin")
    answer = await visitor.get("/towns/erbach/search", params={"q": text})
    assert answer.headers["location"] == f"{BASE}/{await asset(erbach, 'prn-ordnung')}"


async def test_any_other_search_filters_the_list(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    answer = await visitor.get("/towns/erbach/search", params={"q": "kyocera"})
    assert answer.headers["location"] == f"{BASE}?q=kyocera"


@pytest.mark.parametrize("form", ["xlsx", "csv"])
async def test_an_export_taken_in_again_changes_nothing(log_in, erbach, form: str) -> None:
    visitor = await log_in("it_admin")
    before = await everything(erbach)
    answer = await visitor.get(f"{BASE}/export?format={form}")
    assert f'filename="geraete-erbach.{form}"' in answer.headers["content-disposition"]
    collection = registry.parse_bytes(answer.content, f"geraete.{form}")
    assert not collection.problems
    assert not [problem for seen in collection.observations for problem in seen.problems]
    taken = await take(erbach, answer.content, f"geraete.{form}", now())
    assert (taken.new, taken.changed, taken.unassigned) == (0, 0, 0)
    assert await everything(erbach) == before


async def exported(visitor) -> list[list[str]]:
    text = (await visitor.get(f"{BASE}/export?format=csv")).content.decode("utf-8-sig")
    return [line.split(";") for line in text.splitlines()]


async def take_back(town: int, rows: list[list[str]], name: str = "geraete.csv"):
    return await take(town, "\n".join(";".join(row) for row in rows).encode("utf-8-sig"), name, now())


async def test_the_id_of_an_exported_row_says_which_device_is_meant(log_in, erbach) -> None:
    """Things without any number stay themselves, and a corrected number stays with its device."""
    await take(
        erbach, b"Kategorie;Hersteller;Modell;Raum\nMonitor;LG;24BN650Y;2. OG 05\nMonitor;LG;24BN650Y;UG 24\n", "ohne.csv", now()
    )
    visitor = await log_in("it_admin")
    before = await everything(erbach)
    rows = await exported(visitor)
    taken = await take_back(erbach, rows)
    assert (taken.new, taken.changed, taken.unassigned) == (0, 0, 0)
    assert await everything(erbach) == before
    head = rows[0]
    printer = next(row for row in rows if "VCF1234567" in row)
    printer[head.index("Seriennummer")] = "VCF9999999"
    printer[head.index("Inventarnummer")] = "ERB-0099"
    taken = await take_back(erbach, rows, "berichtigt.csv")
    assert (taken.new, taken.unassigned) == (0, 0)
    after = {row[0]: row for row in await everything(erbach)}
    assert len(after) == len(before)
    assert {"ERB-0099"} <= {str(cell) for cell in after[UUID(printer[0])]}


async def test_a_slip_in_an_exported_row_does_not_make_one_device_of_two(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    before = len(await everything(erbach))
    rows = await exported(visitor)
    serial = rows[0].index("Seriennummer")
    first, second, *_ = [row for row in rows[1:] if row[serial]]
    first[serial] = second[serial]
    await take_back(erbach, rows)
    assert len(await everything(erbach)) == before


async def test_an_id_of_no_device_of_this_town_is_passed_over(log_in, erbach) -> None:
    rows = await exported(await log_in("it_admin"))
    rows[1][0] = "00000000-0000-4000-8000-000000000000"
    taken = await take_back(erbach, rows)
    assert (taken.new, taken.unassigned) == (0, 0)


async def test_an_export_holds_exactly_what_the_filter_shows(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    text = (await visitor.get(f"{BASE}/export?format=csv&kind=monitor")).content.decode("utf-8-sig")
    head, *lines = text.splitlines()
    assert head.startswith("Geräte-ID;Inventarnummer;Geräteart;")
    assert len(lines) == 1
    assert ";ERB-0003;Monitor;" in lines[0]


async def test_s20_formulas_in_cells_stay_text_in_the_export_and_come_back_unchanged(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    key = await asset(erbach, "prn-ordnung")
    evil = '=HYPERLINK("http://x.example";"y")'
    await visitor.send_form(f"{BASE}/{key}/edit", {"note": evil, "reason": "Test"})
    text = (await visitor.get(f"{BASE}/export?format=csv&q=prn-ordnung")).content.decode("utf-8-sig")
    assert "'=HYPERLINK" in text
    (seen,) = registry.parse_bytes(text.encode("utf-8-sig"), "x.csv").observations
    assert seen.fields["note"] == evil


async def everything(town: int) -> list[tuple[object, ...]]:
    async with town_tx({town}) as tx:
        page = await store.assets(tx, town, now=now(), size=500)
    return [
        (r.id, r.kind, r.name, r.manufacturer, r.model, r.serial, r.hostname, r.status, r.room, r.inventory_no) for r in page.rows
    ]


async def test_a_device_of_another_town_does_not_exist_here(log_in, erbach, towns) -> None:
    key = await asset(erbach, "prn-ordnung")
    visitor = await log_in("it_admin", "michelstadt")
    assert (await visitor.get(f"{BASE}/{key}")).status_code == 404
    assert (await visitor.get(f"/towns/michelstadt/assets/{key}")).status_code == 404
    assert (await visitor.send_form(f"/towns/michelstadt/assets/{key}/edit", {"room": "1", "reason": "x"})).status_code == 404


async def test_only_the_it_administration_changes_devices(log_in, erbach) -> None:
    key = await asset(erbach, "prn-ordnung")
    for role in ("isb", "auditor", "bc_officer"):
        visitor = await log_in(role)
        assert (await visitor.get(f"{BASE}/{key}")).status_code == 200
        assert (await visitor.get(f"{BASE}/{key}/edit")).status_code == 403
        assert (await visitor.send_form(f"{BASE}/{key}/edit", {"room": "1", "reason": "x"})).status_code == 403
    assert (await (await log_in("mayor")).get(BASE)).status_code == 403
