"""A list of certificates and VPN accesses as people take it in; and what the export says, comes back."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from scanners.lists import table
from service import exports, i18n
from service.contracts import words
from service.contracts.certificates import VPN, Certificate
from service.contracts.pages import certificates, importing
from service.db import town_tx
from service.inventory import registers
from service.settings import now
from tests.inventory.estate import take
from tests.software.test_import import TEXTS, check, columns, hand_in

LISTED = "/towns/erbach/certificates/registered"
BASE = f"{LISTED}/import"
TODAY = date(2026, 11, 16)
PRINT = "ab" * 32
LIST = f"""Zertifikat;Zweck;Gerät;Amt;Mobile Arbeit;Läuft ab;Fingerprint;Nachfolger
vpn-17;VPN;ERB-NB-17;Bauamt;ja;31.12.2027;;vpn-17 (31.12.2029)
vpn-17;VPN;ERB-NB-17;Bauamt;ja;31.12.2029;;
mail.example;E-Mail;NB-99;;ja;30.06.2027;{":".join(re.findall("..", PRINT.upper()))};
ohne Tag;VPN;;Bauamt;;;;
server.example;Server;;IT;nein;01.02.2028;kaputt;
"""
DEVICES = b"Inventarnummer;Hostname;Modell;Seriennummer\nE-17;ERB-NB-17;Notebook T14;PF4X17\n"


async def stored(town: int) -> list[tuple[Any, ...]]:
    async with town_tx({town}) as tx:
        rows = await tx.connection.fetch(
            "select c.subject, c.not_after, c.purpose, a.name, c.holder, c.mobile_work, c.fingerprint, s.not_after"
            " from registered_certificate c left join asset a on a.town_id = c.town_id and a.id = c.asset_id"
            " left join registered_certificate s on s.town_id = c.town_id and s.id = c.successor_id"
            " where c.town_id = $1 and c.removed_at is null order by c.not_after", town
        )  # fmt: skip
    return [tuple(row) for row in rows]


async def test_a_list_goes_all_the_way_a_second_time_without_duplicates_and_back(log_in: Any, towns: dict[str, int]) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await take(town, DEVICES, "geraete.csv", now())
    there = await hand_in(visitor, LIST.encode(), "vpn.csv", BASE)
    page = await check(visitor, there)
    assert " → " not in page  # nothing was there before
    for said in (
        "Zu „NB-99“ gibt es kein Gerät",
        "nur Zertifikate für VPN",
        "Bitte nennen Sie den letzten Tag",
        "kein Fingerabdruck",
    ):
        assert said in page, said
    assert (await visitor.send_form(f"{there}/take")).status_code == 303
    found = await stored(town)
    assert found == [
        ("mail.example", date(2027, 6, 30), "mail", None, "", False, PRINT, None),
        ("vpn-17", date(2027, 12, 31), "vpn_user", "ERB-NB-17", "Bauamt", True, "", date(2029, 12, 31)),
        ("server.example", date(2028, 2, 1), "tls_server", None, "IT", False, "", None),
        ("vpn-17", date(2029, 12, 31), "vpn_user", "ERB-NB-17", "Bauamt", True, "", None),
    ]
    for form in ("csv", "xlsx"):
        told = (await visitor.get(f"{LISTED}/export?format={form}&state=valid")).content
        back = await hand_in(visitor, told, f"zurueck.{form}", BASE)
        assert "Die Liste ändert nichts" in await check(visitor, back)
    again = await hand_in(
        visitor, LIST.replace("Bauamt", "Hochbau").replace("mail.example", "post.example").encode(), "b.csv", BASE
    )
    assert "Bauamt → Hochbau" in await check(visitor, again)
    await visitor.send_form(f"{again}/take")
    changed = await stored(town)
    assert len(changed) == 4
    assert (changed[0][0], changed[1][4]) == ("post.example", "Hochbau")
    await visitor.send_form(f"{again}/undo")
    assert await stored(town) == found
    await visitor.send_form(f"{again}/undo")
    assert await stored(town) == found


async def test_headings_of_offices_are_understood_and_an_unknown_purpose_is_refused(log_in: Any, towns: dict[str, int]) -> None:
    visitor = await log_in("it_admin")
    said = "Bezeichnung;Zweck;Gültig bis;Inhaber;Aussteller;Seriennummer\nwww.example;Webseite;31.12.2027;IT;CA;00:AF\n"
    said += "x.example;Kaffee;31.12.2027;Frau Öder;CA;01\nBezeichnung;Zweck;Gültig bis;Inhaber;Aussteller;Seriennummer\n3 Zertifikate\n"
    there = await hand_in(visitor, said.encode(), "z.csv", BASE)
    page = (await visitor.get(there)).text
    assert list(columns(page).values()) == ["subject", "purpose", "not_after", "holder", "issuer", ""]
    page = await check(visitor, there)
    assert "Ohne bekannten Zweck wird kein neues Zertifikat eingetragen." in page
    await visitor.send_form(f"{there}/take")
    assert [row[:5] for row in await stored(towns["erbach"])] == [("www.example", date(2027, 12, 31), "tls_server", None, "IT")]


async def test_undoing_takes_new_certificates_off_the_list_and_keeps_those_that_changed(
    log_in: Any, towns: dict[str, int]
) -> None:
    visitor = await log_in("it_admin")
    there = await hand_in(
        visitor, b"Zertifikat;Zweck;Amt;Ablauf\neins;VPN;Bauamt;2027-01-01\nzwei;VPN;Bauamt;2028-01-01\n", "x.csv", BASE
    )
    await check(visitor, there)
    await visitor.send_form(f"{there}/take")
    key = re.findall(r"registered/([0-9a-f-]{36})/edit", (await visitor.get(f"{LISTED}?q=zwei")).text)[0]
    fields = {"subject": "zwei", "purpose": "vpn_user", "holder": "Hochbau", "not_after": "2028-01-01", "version": "1"}
    assert (await visitor.send_form(f"{LISTED}/{key}/edit", fields)).status_code == 303
    answer = await visitor.send_form(f"{there}/undo")
    assert "„zwei“" in (await visitor.get(answer.headers["location"])).text
    assert [row[0] for row in await stored(towns["erbach"])] == ["zwei"]


def some(dice: random.Random, devices: list[Any]) -> Certificate:
    """A certificate as somebody may have entered it; several alike on purpose."""

    def text() -> str:
        return " ".join(dice.choice(("", *TEXTS)).split())

    purpose = dice.choice(list(words.PURPOSES))
    return Certificate(
        uuid4(), purpose, dice.choice(("vpn-1", "mail.example", "ä (x)", "=cmd")), TODAY + timedelta(days=dice.randrange(-3, 3)),
        dice.choice((None, *devices)), "Bauamt" if purpose in VPN else text(), purpose in VPN and dice.random() < 0.5, text(),
        dice.choice(("", "", f"{dice.getrandbits(256):064x}")), dice.choice((None, TODAY)), None, dice.choice(TEXTS), 1,
    )  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("language", i18n.LOCALES)
@pytest.mark.parametrize("ids", [True, False])
def test_the_export_comes_back_and_changes_nothing(form: str, language: str, ids: bool) -> None:
    """With the ids of its rows always; without them as long as no two certificates are alike."""
    dice = random.Random(f"{form} {language} {ids}")
    devices = {uuid4(): f"ERB-NB-{n}" for n in range(5)}
    known = [some(dice, list(devices)) for _n in range(80)]
    if not ids:
        known = list({(x.subject, x.purpose, x.not_after): x for x in known}.values())
    labels = {x.id: certificates.label(x) for x in known}
    with i18n.use(language):
        lines = certificates.lines(known, labels, {**devices, None: ""}, {}, TODAY)
        heads = [x for x in certificates.heads() if ids or x != str(importing.FIELDS["id"].label)]
        (data,) = exports.write(lines, heads, form)
        layout = registers.layout(sheet := table.read(data), importing.REGISTER)
        assert set(layout.fields.values()) == set(importing.FIELDS) - (set() if ids else {"id"})
        rows = registers.rows(sheet, layout, importing.REGISTER)
        book = importing.Certificates(known, rows, devices, {})
        plan = registers.plan(importing.REGISTER, rows, book, TODAY)
    assert [(x.name, x.outcome, x.changes, x.hints) for x in plan if x.outcome != "unchanged" or x.hints] == []
    assert sorted(str(x.key) for x in plan) == sorted(str(x.id) for x in known)
