"""The page „Zertifikate“ with both its lists, what the device's page and the start pages say of them, and the makers' support."""

from __future__ import annotations

import base64
import csv
import io
import re
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from scanners.observation import Certificate, Collection, Name, Observation, Origin, Service, Software, Source
from service.db import town_tx
from service.inventory.store import certificates as store
from service.inventory.store import intake
from service.settings import now
from tests.inventory.estate import BY

BASE = "/towns/erbach/certificates"
CLONED = "c" * 64


def web(number: int, name: str, ends: datetime | None, **more: object) -> Observation:
    """A host with a page on 443 and SSH."""
    ip, key = f"10.20.3.{number}", f"{number:064x}"
    certificate = Certificate(
        f"{number:02x}" * 32, 443, f"CN={name}", (name, f"www.{name}"), more.get("issuer", "CN=Ausstellende Stelle"),  # type: ignore[arg-type]  # fields by name
        now() - timedelta(days=300), ends, bool(more.get("own")),
    )  # fmt: skip
    shown = str(more.get("key", key))
    facts = {"ssh_host_keys": [{"sha256": shown, "type": "ssh-ed25519", "bits": 256}]}
    return Observation(
        Source.NMAP, ip, observed_at=now() - timedelta(hours=2), kind="server", names=(Name(name, Origin.SMB),), ips=(ip,),
        macs=(f"48:2a:e3:00:00:{number:02x}",), os="Debian", os_version=str(more.get("version", "13")),
        services=(Service("tcp", 443, "https", "nginx", tls=True, facts={"http_title": "hallo"}),
                  Service("tcp", 22, "ssh", "OpenSSH", facts=facts)),
        certificates=(certificate,), ssh_keys=(shown,), origins={"kind": Origin.AGENT, "os": Origin.SYS_DESCR},
    )  # fmt: skip


def told(number: int, kind: str, software: tuple[Software, ...] = (), **facts: object) -> Observation:
    """What a printer or a UPS says over SNMP."""
    ip = f"10.20.3.{number}"
    return Observation(
        Source.SNMP, ip, observed_at=now() - timedelta(hours=2), kind=kind, names=(Name(f"erb-{kind}-{number}", Origin.SYS_NAME),),
        ips=(ip,), macs=(f"48:2a:e3:00:00:{number:02x}",), serials=(f"SER{number}",), software=software, facts=facts,
        origins={"kind": Origin.SYS_OBJECT_ID},
    )  # fmt: skip


@pytest.fixture
async def erbach(towns: dict[str, int]) -> int:
    town = towns["erbach"]
    scanned = (
        web(11, "alt.example", now() - timedelta(days=12, hours=1), version="8"),
        web(12, "bald.example", now() + timedelta(days=12, hours=1), own=True, issuer="CN=bald.example", key=CLONED),
        web(13, "gut.example", now() + timedelta(days=200), key=CLONED),
        web(14, "ohne.example", None),
    )
    asked = (
        told(21, "printer", page_count=4711, supplies=[{"name": "Toner schwarz", "percent": 4}, {"name": "Walze", "some": True}]),
        told(22, "ups", ups_status="low", ups_source="battery", ups_minutes_left=9, ups_charge_percent=41, ups_on_battery_s=340),
        told(23, "server", (Software("LibreOffice", "25.2", "Test"),)),
    )
    for source, found in ((Source.NMAP, scanned), (Source.SNMP, asked)):
        collection = Collection(source, found, scope="10.20.3.0/24", started_at=now(), finished_at=now())
        async with town_tx({town}, town) as tx:
            await intake.take_in(tx, town, collection, by=BY, raw=str(source).encode(), file=f"{source}.json", now=now())
    return town


async def names(visitor, query: str) -> list[str]:
    page = await visitor.get(f"{BASE}{query}")
    assert page.status_code == 200
    return re.findall(r'scope="row">(?:<a[^>]*>)?(?:CN=)?([\w.]+)<', page.text)


async def test_without_certificates_the_page_says_what_to_do(log_in, towns) -> None:
    visitor = await log_in("it_admin")
    page = (await visitor.get(BASE)).text
    assert "Noch kein Zertifikat gesehen." in page
    assert "Netze und Scans" in page
    assert "Noch kein SSH-Schlüssel gesehen." in (await visitor.get(f"{BASE}/keys")).text
    assert "Scan importieren" not in (await (await log_in("bc_officer")).get(BASE)).text


async def test_what_ends_first_stands_first_with_its_lamp(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    assert await names(visitor, "") == ["alt.example", "bald.example", "gut.example", "ohne.example"]
    page = (await visitor.get(BASE)).text
    for word in ("abgelaufen", "noch 12 Tage", "gültig", "Ende unbekannt", "vom Gerät selbst", "www.bald.example", "Port 443"):
        assert word in page
    assert await names(visitor, "?sort=-subject") == ["ohne.example", "gut.example", "bald.example", "alt.example"]
    for sort in store.SORTS:
        assert len(await names(visitor, f"?sort={sort}")) == 4
        assert len(await names(visitor, f"?sort=-{sort}")) == 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=expired", ["alt.example"]),
        ("?state=soon", ["bald.example"]),
        ("?state=due", ["alt.example", "bald.example"]),
        ("?state=valid", ["gut.example"]),
        ("?state=unknown", ["ohne.example"]),
        ("?state=early", []),
        ("?issuer=own", ["bald.example"]),
        ("?issuer=other", ["alt.example", "gut.example", "ohne.example"]),
        ("?q=WWW.gut", ["gut.example"]),
        ("?q=10.20.3.11", ["alt.example"]),
        ("?q=%25", []),
        ("?shared=1", []),
        ("?state=quatsch&issuer=%27&page=99&sort=x", ["alt.example", "bald.example", "gut.example", "ohne.example"]),
    ],
)
async def test_every_filter_narrows_the_certificates(log_in, erbach, query: str, found: list[str]) -> None:
    visitor = await log_in("isb")
    assert await names(visitor, query) == found
    if not found:
        assert "Kein Zertifikat passt zu diesem Filter." in (await visitor.get(f"{BASE}{query}")).text


async def test_a_key_on_several_devices_is_flagged(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    assert await names(visitor, "/keys") == ["alt.example", "bald.example", "gut.example", "ohne.example"]
    assert await names(visitor, "/keys?state=shared") == ["bald.example", "gut.example"]
    assert await names(visitor, "/keys?state=single") == ["alt.example", "ohne.example"]
    assert await names(visitor, "/keys?state=former") == []
    assert await names(visitor, f"/keys?q={CLONED}") == ["bald.example", "gut.example"]
    assert len(await names(visitor, "/keys?type=ssh-ed25519")) == 4
    for sort in store.KEY_SORTS:
        assert len(await names(visitor, f"/keys?sort=-{sort}")) == 4
    page = (await visitor.get(f"{BASE}/keys")).text
    assert "ssh-ed25519, 256 Bit" in page
    assert "auf mehreren Geräten" in page


async def test_a_key_that_is_no_longer_shown_is_former(log_in, erbach) -> None:
    later = web(11, "alt.example", now() + timedelta(days=400), key="d" * 64)
    collection = Collection(Source.NMAP, (later,), scope="10.20.3.0/24", started_at=now(), finished_at=now())
    async with town_tx({erbach}, erbach) as tx:
        await intake.take_in(tx, erbach, collection, by=BY, raw=b"spaeter", file="spaeter.json", now=now(), observed_at=now())
    visitor = await log_in("it_admin")
    assert await names(visitor, "/keys?state=former") == ["alt.example"]
    assert await names(visitor, "/keys?q=" + "d" * 64) == ["alt.example"]
    printed = "SHA256:" + base64.b64encode(bytes.fromhex("d" * 64)).decode().rstrip("=")
    assert printed in (await visitor.get(f"{BASE}/keys")).text  # as ssh shows it to who connects
    assert await names(visitor, "/keys?q=" + quote(printed)) == ["alt.example"]
    assert await names(visitor, "/keys?q=" + quote("SHA256:kein Fingerabdruck")) == []


async def test_files_hold_exactly_the_filter(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    answer = await visitor.get(f"{BASE}/export?format=csv&state=due")
    assert answer.headers["content-disposition"] == 'attachment; filename="zertifikate-erbach.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Gerät"], row["Zustand"]) for row in rows] == [("alt.example", "abgelaufen"), ("bald.example", "läuft bald ab")]
    assert rows[1]["Selbst ausgestellt"] == "ja"
    assert rows[1]["Fingerabdruck (SHA-256)"] == "0c" * 32
    book = load_workbook(io.BytesIO((await visitor.get(f"{BASE}/keys/export?state=shared")).content))
    lines = list(book.active.values)
    assert lines[0][0] == "Gerät"
    assert [(line[0], line[6], line[7]) for line in lines[1:]] == [
        ("bald.example", "auf mehreren Geräten", 2), ("gut.example", "auf mehreren Geräten", 2),
    ]  # fmt: skip


async def test_the_page_of_a_device_shows_its_certificate_its_keys_and_who_shares_them(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    found = re.search(r'href="(/towns/erbach/assets/[^"]+/services)">bald', (await visitor.get(BASE)).text)
    assert found
    page = (await visitor.get(found[1])).text
    assert "noch 12 Tage" in page
    assert "Ein Schlüssel dieses Geräts liegt auch auf anderen" in page
    assert "Zertifikate" in page


async def test_start_pages_remind_of_what_ends(log_in, erbach) -> None:
    page = (await (await log_in("it_admin")).get("/towns/erbach")).text
    section = page[page.index('id="ends"') :]
    assert section.index("alt.example") < section.index("bald.example")
    assert "noch 12 Tage" in section
    assert "gut.example" not in section
    assert "1 SSH-Schlüssel auf mehreren Geräten" in section
    assert "1 Gerät ohne Herstellerpflege" in section
    isb = (await (await log_in("isb")).get("/towns/erbach")).text
    assert "1 abgelaufen, 1 enden in 60 Tagen" in isb
    assert "Ohne Herstellerpflege" in isb
    cockpit = (await (await log_in("isb", "erbach", "michelstadt")).get("/")).text
    assert re.search(r'erbach/certificates\?state=due">2 Zertifikate<', cockpit)
    assert "michelstadt/certificates" not in cockpit


async def test_devices_are_filtered_by_the_end_of_their_makers_support(log_in, erbach) -> None:
    visitor = await log_in("it_admin")

    async def shown(state: str) -> set[str]:
        page = (await visitor.get(f"/towns/erbach/assets?support={state}")).text
        return {name for name in ("alt.example", "gut.example", "erb-printer-21") if name in page}

    assert await shown("ended") == {"alt.example"}
    assert await shown("supported") == {"gut.example"}
    assert await shown("unknown") == {"erb-printer-21"}
    assert await shown("soon") == set()
    assert await shown("quatsch") == {"alt.example", "gut.example", "erb-printer-21"}
    link = re.search(r'href="(/towns/erbach/assets/[0-9a-f-]+)"[^>]*>alt', (await visitor.get("/towns/erbach/assets")).text)
    assert link
    key = link[1]
    page = (await visitor.get(key)).text
    assert "Debian 8: bis 30.06.2020" in page
    assert "Tabelle vom" in page
    form = {"extended_support_until": "2031-06-30", "reason": "Vertrag"}
    assert (await visitor.send_form(f"{key}/edit", form)).status_code == 303
    assert "Bezahlte Verlängerung bis 30.06.2031" in (await visitor.get(key)).text
    wrong = await visitor.send_form(f"{key}/edit", {"extended_support_until": "bald", "reason": "Vertrag"})
    assert "ist kein Datum" in wrong.text


async def test_counters_of_printers_and_the_state_of_a_ups_stand_on_the_page_with_source_and_age(log_in, erbach) -> None:
    visitor = await log_in("it_admin")
    listed = (await visitor.get("/towns/erbach/assets")).text

    async def page(name: str, tab: str = "") -> str:
        found = re.search(rf'href="(/towns/erbach/assets/[0-9a-f-]+)"[^>]*>{name}<', listed)
        assert found
        return re.sub("<[^>]+>", "", (await visitor.get(found[1] + tab)).text)

    printer = await page("erb-printer-21")
    for text in ("4.711", "Toner schwarz", "bald leer", "etwas ist da", "Quelle: SNMP, vor 2 Stunden"):
        assert text in printer
    ups = await page("erb-ups-22")
    for text in ("schwach", "Stromquelle", "9 Minuten", "41\u00a0%", "6 Minuten"):
        assert text in ups
    software = await page("erb-server-23", "/software")
    for text in ("LibreOffice", "25.2", "Quelle: SNMP, vor 2 Stunden"):
        assert text in software
