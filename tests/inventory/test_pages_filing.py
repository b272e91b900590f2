"""Notes and attachments on a device's page: filed, downloaded safely, deleted, taken back, gone after 30 days."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest

from service.audit.chain import Actor
from service.db import town_tx
from service.inventory import store
from service.inventory.store import filing, retention
from service.settings import now
from tests.inventory.estate import BY, LIST, take

PDF = b"%PDF-1.7\nRechnung"


@pytest.fixture
async def printer(towns) -> UUID:
    await take(towns["erbach"], LIST, "bestand.csv", now() - timedelta(days=60))
    async with town_tx({towns["erbach"]}) as tx:
        (row,) = await store.candidates(tx, towns["erbach"], "prn-ordnung")
    return row.id


def base(key: UUID, town: str = "erbach") -> str:
    return f"/towns/{town}/assets/{key}"


async def attach(visitor, key: UUID, name: str = "Rechnung Ö.pdf", content: bytes = PDF):
    return await visitor.send_form(f"{base(key)}/attachment", files={"file": (name, content, "text/html")})


async def test_a_note_stands_with_person_and_time_and_is_text_only(log_in, printer) -> None:
    visitor = await log_in("it_admin")
    assert (await visitor.send_form(f"{base(printer)}/note", {"text": "Toner <b>Schwarz</b>\r\nbestellt"})).status_code == 303
    page = (await (await log_in("isb")).get(f"{base(printer)}/notes")).text
    assert "Toner &lt;b&gt;Schwarz&lt;/b&gt;<br>" in page
    assert "Test it_admin" in page
    assert "Neue Notiz" not in page  # an ISB reads
    assert (await visitor.send_form(f"{base(printer)}/note", {"text": "  "})).status_code == 422
    assert (await visitor.send_form(f"{base(printer)}/note", {"text": "x" * 4001})).status_code == 422


async def test_a_file_comes_back_as_it_was_and_never_opens_in_the_browser(log_in, printer) -> None:
    visitor = await log_in("it_admin")
    assert (await attach(visitor, printer)).status_code == 303
    page = (await visitor.get(f"{base(printer)}/notes")).text
    (address,) = re.findall(r'href="([^"]*/attachment/[^"]*)"', page)
    answer = await (await log_in("isb")).get(address)
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/pdf"  # by its content, not by what the browser claimed
    assert (
        answer.headers["content-disposition"] == "attachment; filename=\"Rechnung _.pdf\"; filename*=UTF-8''Rechnung%20%C3%96.pdf"
    )
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content"), [("a.html", b"<html><script>"), ("a.pdf", b"MZ\x00"), ("a.svg", b"<svg/>"), ("a.txt", b"")]
)
async def test_what_could_run_is_refused(log_in, printer, name, content) -> None:
    visitor = await log_in("it_admin")
    answer = await attach(visitor, printer, name, content)
    assert answer.status_code == 422
    assert f"{base(printer)}/notes" in answer.text
    assert "Noch kein Anhang" in (await visitor.get(f"{base(printer)}/notes")).text


async def test_a_file_that_is_too_large_is_not_read(log_in, printer) -> None:
    answer = await attach(await log_in("it_admin"), printer, "foto.jpg", b"x" * (30 * 1024 * 1024))
    assert answer.status_code == 413
    assert "Erlaubt sind 10 MB" in answer.text
    assert "Tabelle" not in answer.text
    assert f"{base(printer)}/notes" in answer.text


async def test_the_bin_keeps_for_thirty_days_and_then_nothing_is_left(log_in, printer, towns) -> None:
    visitor, town = await log_in("it_admin"), towns["erbach"]
    await attach(visitor, printer)
    await visitor.send_form(f"{base(printer)}/note", {"text": "Kurz"})
    async with town_tx({town}) as tx:
        (file,), (note,) = await filing.attachments(tx, town, printer), await filing.notes(tx, town, printer)
    for what, key in (("attachment", file.id), ("note", note.id)):
        assert (await visitor.send_form(f"{base(printer)}/filed/{what}/{key}/delete")).status_code == 303
        assert (await visitor.send_form(f"{base(printer)}/filed/{what}/{key}/delete")).status_code == 404
    assert (await visitor.get(f"{base(printer)}/attachment/{file.id}")).status_code == 404
    assert "Papierkorb" in (await visitor.get(f"{base(printer)}/notes")).text
    assert (await visitor.send_form(f"{base(printer)}/filed/note/{note.id}/restore")).status_code == 303
    night = Actor("Nacht")
    async with town_tx({town}, town) as tx:
        early = await retention.apply(tx, town, by=night, now=now() + timedelta(days=29))
        late = await retention.apply(tx, town, by=night, now=now() + timedelta(days=31))
        assert (early.attachments, late.attachments, late.notes) == (0, 1, 0)
        assert await tx.connection.fetchval("select count(*) from attachment") == 0
        assert await tx.connection.fetchval("select count(*) from device_note") == 1


async def test_readers_file_nothing_and_other_towns_see_nothing(log_in, printer, towns) -> None:
    reader, foreign = await log_in("isb"), await log_in("it_admin", "michelstadt")
    assert (await reader.send_form(f"{base(printer)}/note", {"text": "x"})).status_code in (403, 404)
    await attach(await log_in("it_admin"), printer)
    async with town_tx({towns["erbach"]}) as tx:
        (file,) = await filing.attachments(tx, towns["erbach"], printer)
    assert (await foreign.get(f"{base(printer)}/attachment/{file.id}")).status_code == 404
    assert (await foreign.get(f"{base(printer, 'michelstadt')}/attachment/{file.id}")).status_code == 404
    answer = await foreign.send_form(f"{base(printer, 'michelstadt')}/note", {"text": "x"})
    assert answer.status_code == 404


async def test_what_hung_on_a_device_that_was_merged_is_found_on_the_one_that_stays(log_in, printer, towns) -> None:
    visitor, town = await log_in("it_admin"), towns["erbach"]
    async with town_tx({town}) as tx:
        (other,) = await store.candidates(tx, town, "P2422H")
    await visitor.send_form(f"{base(other.id)}/note", {"text": "Vom aufgegangenen Gerät"})
    async with town_tx({town}, town) as tx:
        await store.merge(tx, town, printer, other.id, by=BY, now=now())
    pages = [(await visitor.get(f"{base(key)}/notes")) for key in (printer, other.id)]
    shown = next(page for page in pages if page.status_code == 200)
    assert "Vom aufgegangenen Gerät" in shown.text
