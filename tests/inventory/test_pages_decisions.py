"""Decisions about which records are one device: made with a click, told at the device, taken back from anywhere."""

from __future__ import annotations

import html
import re

from service.db import town_tx
from service.inventory import store
from service.settings import now
from tests.inventory.sightings import row
from tests.inventory.test_pages_review import BASE, cases, duplicate, names, saw


async def test_two_devices_become_one_with_one_click_and_the_decision_is_told_and_undone_anywhere(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await duplicate(town)
    (asked,) = await cases(town, "duplicate")
    page = html.unescape((await visitor.get(f"{BASE}/")).text)
    assert 'value="same"' in page
    await visitor.send_form(f"{BASE}/{asked.id}/answer", {"choice": "same", "reason": "Typenschild verglichen"})
    assert len(await names(town)) == 1
    (decided_case,) = await cases(town, "duplicate", "answered")
    shown = html.unescape((await visitor.get(f"{BASE}/{decided_case.id}")).text)
    assert "zusammengeführt mit eg-01" in shown
    assert "Grund: Typenschild verglichen" in shown
    async with town_tx({town}) as tx:
        (device,) = (await store.assets(tx, town, now=now())).rows
    base = f"/towns/erbach/assets/{device.id}"
    history = html.unescape((await visitor.get(f"{base}/history")).text)
    assert "Entscheidung: zusammengeführt mit eg-01" in history
    sources = (await visitor.get(f"{base}/sources")).text
    batch = re.search(r'name="batch" value="([0-9a-f-]+)"', sources)
    assert batch is not None
    await saw(town, 0.5, row(9, serial="SERIAL-9", inventory_no="Z-9", kind="monitor"))
    back = await visitor.send_form(f"{BASE}/undo", {"batch": batch[1], "back": f"{base}/sources"})
    assert (back.status_code, back.headers["location"]) == (303, f"{base}/sources")
    assert len(await cases(town, "duplicate")) == 1
    async with town_tx({town}) as tx:
        assert (await store.assets(tx, town, now=now())).total == 3


async def test_undoing_what_closed_no_case_leads_to_the_device_and_speaks_of_none(log_in, towns) -> None:
    town, visitor = towns["erbach"], await log_in("it_admin")
    await duplicate(town)
    async with town_tx({town}) as tx:
        device = (await store.assets(tx, town, now=now())).rows[0]
    await visitor.send_form(
        f"/towns/erbach/assets/{device.id}/edit", {"was-room": device.room or "", "room": "E.99", "reason": "umgezogen"}
    )
    back = await visitor.send_form(f"{BASE}/undo", {})
    assert back.headers["location"] == f"/towns/erbach/assets/{device.id}"
    assert "Der Fall ist wieder offen" not in (await visitor.get(back.headers["location"])).text
