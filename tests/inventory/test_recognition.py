"""A device's page says what it is taken for, how sure that is, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from scanners.observation import Origin
from service.db import town_tx
from service.inventory import recognition, store
from service.inventory.recognition import recognised
from service.inventory.views import ValueRow
from service.settings import now
from tests.inventory.estate import nmap_file, take

AT = datetime(2026, 11, 1, tzinfo=UTC)
RECORD = uuid4()


def row(
    value: str, origin: Origin, *, visible: bool = False, field: str = "kind", days: int = 0, by: str | None = None
) -> ValueRow:
    at = AT + timedelta(days=days)
    return ValueRow(field, value, "nmap", str(origin), at, at, at, RECORD, visible, by)


def test_every_way_has_words() -> None:
    assert set(recognition.WAYS) == set(Origin)


def test_reasons_stand_with_the_strongest_words_of_the_device() -> None:
    words = {RECORD: {"kind": "FortiSSH 2.0", "sys_object_id": "1.3.6.1.4.1.12356.101"}}
    (found,) = recognised({"kind": (row("firewall", Origin.SYS_OBJECT_ID, visible=True), row("firewall", Origin.BANNER))}, words)
    assert (found.value, found.level) == ("Firewall", "sure")
    assert [reason.words for reason in found.reasons] == ["1.3.6.1.4.1.12356.101", "FortiSSH 2.0"]
    assert found.percent > 92


def test_another_word_weakens_and_is_shown() -> None:
    alone = recognised({"kind": (row("printer", Origin.PORTS, visible=True),)}, {})[0]
    (found,) = recognised({"kind": (row("printer", Origin.PORTS, visible=True), row("router", Origin.OUI))}, {})
    assert found.percent < alone.percent
    assert [value for value, _ in found.against] == ["Router"]
    assert found.level == "possible"


def test_what_the_same_way_said_earlier_is_no_doubt() -> None:
    (found,) = recognised(
        {"os": (row("Debian", Origin.BANNER, visible=True, field="os", days=9), row("Ubuntu", Origin.BANNER, field="os"))}, {}
    )
    assert found.against == ()


def test_a_guess_counts_with_its_accuracy() -> None:
    words = {RECORD: {"os_guess": "Linux 5.3 - 5.4", "os_guess_percent": "90"}}
    (found,) = recognised({"os": (row("Linux", Origin.OS_GUESS, visible=True, field="os"),)}, words)
    assert (found.percent, found.level) == (60, "possible")
    assert found.reasons[0].words == "Linux 5.3 - 5.4, 90 %"


def test_what_a_person_set_needs_no_reason() -> None:
    assert recognised({"kind": (row("server", Origin.MANUAL, visible=True, by="Test"),)}, {}) == []


async def test_the_page_shows_confidence_and_reason(log_in, towns) -> None:
    town = towns["erbach"]
    banner = nmap_file(now() - timedelta(hours=1)).replace(b"KM-MFP-http", b"KYOCERA ECOSYS P3055dn")
    await take(town, banner, "scan.xml")
    async with town_tx({town}) as tx:
        (device,) = await store.candidates(tx, town, "prn-ordnung")
    page = await (await log_in("it_admin")).get(f"/towns/erbach/assets/{device.id}")
    assert "Wofür das Gerät gehalten wird" in page.text
    assert "KYOCERA ECOSYS P3055dn" in page.text
    assert "wahrscheinlich" in page.text
    assert "75\xa0%" in page.text or "75 %" in page.text
