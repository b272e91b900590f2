"""Home pages: each role finds its first answer, nobody's page is empty, and no page shows what the role must not meet."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from service.auth.roles import ROLES
from service.blocks import Asked
from service.home.views import first_role
from tests.conftest import LogInAs
from tests.service.test_reports import filled

__all__ = ["filled"]


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_every_role_has_a_home_page_in_an_empty_town(log_in: LogInAs, role: str) -> None:
    visitor = await log_in(role)
    start = await visitor.get("/")
    assert (start.status_code, start.headers.get("location")) == (303, "/towns/erbach")
    page = await visitor.get("/towns/erbach")
    assert page.status_code == 200, page.text[:500]
    assert "<h1" in page.text


@pytest.mark.parametrize("role", sorted(ROLES))
async def test_every_role_has_a_home_page_in_a_town_with_data(filled: Asked, log_in: LogInAs, role: str) -> None:
    page = await (await log_in(role)).get("/towns/erbach")
    assert page.status_code == 200, page.text[:500]


async def test_the_mayor_reads_lamps_words_and_decisions_without_a_table(filled: Asked, log_in: LogInAs) -> None:
    page = (await (await log_in("mayor")).get("/towns/erbach")).text
    assert "<table" not in page
    assert "Risiko übernehmen oder ablehnen: Serverraum im Keller" in page
    assert "Geld bereitstellen: Rechner ersetzen" in page
    assert "keine Angaben" in page
    assert 'href="/towns/erbach/reports/mayor"' in page
    assert 'href="/towns/erbach/reports/mayor/pdf"' in page


async def test_the_mayor_of_an_empty_town_sees_grey_and_the_reason(log_in: LogInAs) -> None:
    page = (await (await log_in("mayor")).get("/towns/erbach")).text
    assert "lamp--unknown lamp--large" in page
    assert "5 Themen ohne aktuelle Daten" in page


async def test_the_security_officer_of_several_towns_starts_with_the_comparison(filled: Asked, log_in: LogInAs) -> None:
    visitor = await log_in("isb", "erbach", "oberzent")
    page = await visitor.get("/")
    assert page.status_code == 200
    assert "Stand der Städte" in page.text
    for town in ("erbach", "oberzent"):
        for place in ("controls", "controls/overdue", "controls/contradictions", "review", "runs"):
            assert f'href="/towns/{town}/{place}"' in page.text
    assert "Michelstadt" not in page.text


async def test_the_administrator_sees_differences_scans_and_own_measures_first(filled: Asked, log_in: LogInAs) -> None:
    page = (await (await log_in("it_admin")).get("/towns/erbach")).text
    first = [page.index(words) for words in ("Offene Abweichungen", "Neueste Scandaten", "Meine Maßnahmen")]
    assert first == sorted(first)
    assert "Erste Schritte" in page


async def test_the_staff_council_reads_what_is_scanned_and_no_device(filled: Asked, log_in: LogInAs) -> None:
    page = (await (await log_in("staff_council")).get("/towns/erbach")).text
    assert "Was nie gelesen wird" in page
    assert "10.61.20.0/24" in page
    assert "nb-01" not in page


async def test_who_has_no_role_learns_whom_to_ask(app: Any, log_in: LogInAs, without_role: Callable[[], Awaitable[Any]]) -> None:
    await log_in("group_admin", "verbund")
    page = (await (await without_role()).get("/")).text
    assert "Für Sie ist noch keine Rolle eingerichtet." in page
    assert "Test group_admin" in page


@pytest.fixture
def without_role(app: Any, towns: dict[str, int]) -> Callable[[], Awaitable[Any]]:
    """A person who may log in and has no role anywhere."""
    from service.auth import sessions, store
    from service.db import service_tx
    from service.settings import real_now
    from tests.visitor import Visitor

    async def enter() -> Visitor:
        visitor = Visitor(app)
        async with service_tx() as tx:
            key = await store.add_account(tx, "neu@test.example", "Neu", "-", real_now())
            token = await store.open_session(tx, key, 2, "test", real_now())
        visitor.cookies.set(sessions.COOKIE, token, domain="localhost.local", path="/")
        return visitor

    return enter


def test_of_several_roles_the_leaders_page_comes_first_and_another_can_be_chosen() -> None:
    assert first_role(frozenset({"it_admin", "mayor"})) == "mayor"
    assert first_role(frozenset({"it_admin", "mayor"}), "it_admin") == "it_admin"
    assert first_role(frozenset({"it_admin"}), "mayor") == "it_admin"
    assert first_role(frozenset()) == ""
