"""No page, export, error or suggestion shows a foreign town's words; and whatever a device says is shown as text."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scanners.registry import parse_bytes
from service.audit.chain import Actor
from service.auth.roles import ROLES
from service.db import town_tx
from service.inventory.store import intake
from service.settings import now

MACHINE = Actor("Test")
HOSTILE = '<script>alert("x")</script><img src=x onerror=alert(1)>'
LINK = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)')
MOST = 60


def canary(slug: str) -> str:
    return f"KANARIE{slug.upper()}"


async def fill(towns: dict[str, int]) -> None:
    """A list in each town, with the town's canary in every field that lists have."""
    for slug, town in towns.items():
        word = canary(slug)
        text = (
            "Inventarnummer;Gerätetyp;Hersteller;Modell;Seriennummer;Hostname;IP-Adresse;Standort;Raum;Nutzer;Bemerkung\n"
            f"{word}-1;Notebook;Dell;{word}-Modell;{word}A1;{word}pc;10.1.1.1;{word}-Haus;{word}-Raum;{word} Person;{word} {HOSTILE}\n"
            f"{word}-2;Server;HP;{word}-Modell;{word}A2;{word}srv;10.1.1.2;{word}-Haus;{word}-Raum;;{word}\n"
        )
        raw = text.encode()
        async with town_tx({town}, town) as tx:
            await intake.take_in(tx, town, parse_bytes(raw, f"{word}.csv"), by=MACHINE, raw=raw, file=f"{word}.csv", now=now())


async def crawl(visitor: Any, start: str) -> dict[str, str]:
    """Every page that links lead to, up to a limit."""
    seen: dict[str, str] = {}
    waiting = [start]
    while waiting and len(seen) < MOST:
        url = waiting.pop(0)
        if url in seen or url.startswith(("/static", "/logout")) or url.endswith("/events"):
            continue
        answer = await visitor.get(url)
        if answer.headers.get("content-disposition", "").startswith("attachment"):
            assert "sandbox" in answer.headers["content-security-policy"], url
            continue
        seen[url] = answer.text + str(answer.headers)
        assert answer.status_code < 500, f"{url}: {answer.status_code}"
        if answer.status_code in (302, 303, 307):
            waiting.append(answer.headers["location"])
        waiting += [found.replace("&amp;", "&") for found in LINK.findall(answer.text)]
    return seen


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"group_admin"}))
async def test_s05_no_page_shows_another_towns_words(role: str, towns: dict[str, int], log_in: Any) -> None:
    await fill(towns)
    visitor = await log_in(role, "erbach")
    pages = await crawl(visitor, "/")
    searched = {}
    for slug in towns:
        for url in (f"/towns/erbach/search?q={canary(slug)}", f"/towns/erbach/assets?q={canary(slug)}", f"/towns/{slug}/assets"):
            answer = await visitor.get(url)
            searched[url] = (
                answer.text.replace(canary(slug), "", 0) if slug == "erbach" else _without_own_question(answer.text, slug)
            )
    for url, text in {**pages, **searched}.items():
        for slug in set(towns) - {"erbach"}:
            assert canary(slug) not in text, f"{role}: {url}"
    if role in ("it_admin", "isb", "auditor"):
        assert any(canary("erbach") in text for text in pages.values()), "the own town's words are there"


def _without_own_question(text: str, slug: str) -> str:
    """A search may repeat what was typed."""
    return re.sub(rf'value="{canary(slug)}"|{canary(slug)}(?=[“"<])|q={canary(slug)}', "", text)


async def test_s05_an_export_holds_the_own_town_only(towns: dict[str, int], log_in: Any) -> None:
    await fill(towns)
    visitor = await log_in("it_admin", "erbach")
    answer = await visitor.get("/towns/erbach/assets/export?format=csv")
    assert answer.status_code == 200
    assert canary("erbach") in answer.text
    assert not any(canary(slug) in answer.text for slug in set(towns) - {"erbach"})
    assert (await visitor.get("/towns/oberzent/assets/export?format=csv")).status_code == 404


async def test_s26_what_a_list_says_is_shown_as_text(towns: dict[str, int], log_in: Any) -> None:
    await fill(towns)
    visitor = await log_in("it_admin", "erbach")
    pages = await crawl(visitor, "/towns/erbach/assets")
    assert any("&lt;script&gt;" in text for text in pages.values())
    for url, text in pages.items():
        assert "<script>alert" not in text, url
        assert "<img src=x" not in text, url


async def test_s16_a_body_without_end_is_refused(visitor: Any) -> None:
    token = await visitor.token()
    answer = await visitor.post(
        "/login",
        content=b"mail=" + b"a" * 3_000_000,
        headers={"x-csrftoken": token, "content-type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 413
    assert "zu groß" in answer.text


async def test_s32_no_change_without_its_audit_entry(db: Any, towns: dict[str, int], database: Any) -> None:
    """Where the entry cannot be written, the change is not there either."""
    from service.audit import store as audit

    town = towns["erbach"]
    before = await db.fetchval("select count(*) from town")
    raw = "Inventarnummer;Gerätetyp\nX-1;Notebook\n".encode()

    async def broken(*_args: Any, **_more: Any) -> None:
        raise OSError("no audit")

    kept, audit.record = audit.record, broken
    try:
        with pytest.raises(OSError, match="no audit"):
            async with town_tx({town}, town) as tx:
                await intake.take_in(tx, town, parse_bytes(raw, "x.csv"), by=MACHINE, raw=raw, file="x.csv", now=now())
    finally:
        audit.record = kept
    async with town_tx({town}) as tx:
        assert await tx.connection.fetchval("select count(*) from asset") == 0
        assert await tx.connection.fetchval("select count(*) from collection") == 0
    assert before == await db.fetchval("select count(*) from town")
