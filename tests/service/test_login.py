"""Logging in: two factors, limits, sessions that end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service.auth import passwords, sessions, store, totp
from service.db import service_tx
from service.errors import Wrong
from service.settings import real_now

PASSWORD = "vier blaue Regenschirme am Bach"
MAIL = "pia.eberesche@michelstadt.example"


@pytest.fixture
async def pia(towns):
    async with service_tx() as tx:
        key = await store.add_account(tx, MAIL, "Pia Eberesche", await passwords.hashed(PASSWORD), real_now())
        await store.grant(tx, key, "it_admin", towns["michelstadt"])
        secret = totp.new_secret()
        await store.set_totp(tx, key, secret)
    sessions.forget()
    return key, secret


async def log_in(visitor, secret, password=PASSWORD, code=None):
    first = await visitor.send_form("/login", {"mail": MAIL, "password": password})
    if first.status_code != 303:
        return first
    return await visitor.send_form("/login/code", {"code": code or totp.code(secret, real_now())})


async def test_password_and_code_open_the_service(visitor, pia) -> None:
    answer = await log_in(visitor, pia[1])
    assert answer.status_code == 303
    page = await visitor.get("/account")
    assert page.status_code == 200
    assert "Pia Eberesche" in page.text


async def test_s10_the_password_alone_opens_nothing(visitor, pia) -> None:
    await visitor.send_form("/login", {"mail": MAIL, "password": PASSWORD})
    answer = await visitor.get("/account")
    assert answer.status_code in (302, 303, 401)


async def test_s10_a_code_works_once(visitor, pia, app) -> None:
    from tests.visitor import Visitor

    code = totp.code(pia[1], real_now())
    assert (await log_in(visitor, pia[1], code=code)).status_code == 303
    again = await log_in(Visitor(app), pia[1], code=code)
    assert again.status_code == 422
    assert "schon benutzt" in again.text


async def test_s08_the_second_factor_gives_a_new_session(visitor, pia) -> None:
    await visitor.send_form("/login", {"mail": MAIL, "password": PASSWORD})
    first = visitor.cookies[sessions.COOKIE]
    await visitor.send_form("/login/code", {"code": totp.code(pia[1], real_now())})
    assert visitor.cookies[sessions.COOKIE] != first
    async with service_tx() as tx:
        assert await store.session(tx, first) is None


async def test_s08_a_token_chosen_by_the_client_is_nobody(visitor, pia) -> None:
    visitor.cookies.set(sessions.COOKIE, "A" * 43, domain="localhost.local", path="/")
    assert (await visitor.get("/account")).status_code in (302, 303, 401)


async def test_s08_visitors_get_no_session_and_no_row(visitor, db) -> None:
    answer = await visitor.get("/login")
    assert sessions.COOKIE not in answer.cookies
    assert await db.fetchval("select count(*) from session") == 0


async def test_s08_a_session_ends_after_rest_and_after_a_working_day(pia) -> None:
    now = real_now()
    async with service_tx() as tx:
        found = await store.session(tx, await store.open_session(tx, pia[0], 2, "test", now))
    assert found is not None
    assert not sessions.expired(found, now + timedelta(minutes=29))
    assert sessions.expired(found, now + timedelta(minutes=31))
    assert sessions.expired(found, now + timedelta(hours=10, minutes=1))


async def test_s08_logging_out_ends_it_at_once(visitor, pia) -> None:
    await log_in(visitor, pia[1])
    token = visitor.cookies[sessions.COOKIE]
    answer = await visitor.send_form("/logout")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    visitor.cookies.set(sessions.COOKIE, token, domain="localhost.local", path="/")
    assert (await visitor.get("/account")).status_code in (302, 303, 401)


async def test_s09_cookies_are_for_this_host_and_not_for_scripts(visitor, pia) -> None:
    answer = await visitor.send_form("/login", {"mail": MAIL, "password": PASSWORD})
    cookies = [value for name, value in answer.headers.multi_items() if name == "set-cookie"]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for word in ("Secure", "HttpOnly", "Path=/"):
            assert word.lower() in cookie.lower()
        assert "samesite=lax" in cookie.lower() or "samesite=strict" in cookie.lower()


async def test_unknown_account_and_wrong_password_look_the_same(visitor, pia) -> None:
    unknown = await visitor.send_form("/login", {"mail": "wer@anders.example", "password": PASSWORD})
    wrong = await visitor.send_form("/login", {"mail": MAIL, "password": "falsch falsch falsch"})
    assert unknown.status_code == wrong.status_code == 422
    assert "Adresse oder Passwort stimmen nicht" in unknown.text
    assert "Adresse oder Passwort stimmen nicht" in wrong.text


async def test_s13_of_many_tries_few_are_evaluated(visitor, pia, monkeypatch) -> None:
    evaluated = 0
    verified = passwords.verified

    async def counted(stored, password):
        nonlocal evaluated
        evaluated += 1
        return await verified(stored, password)

    monkeypatch.setattr(passwords, "verified", counted)
    for number in range(60):
        answer = await visitor.post(
            "/login",
            data={"mail": MAIL, "password": "x", "_csrf_token": await visitor.token()},
            headers={"x-csrftoken": await visitor.token(), "x-forwarded-for": f"10.0.0.{number}"},
        )
    assert evaluated <= 10
    assert answer.status_code == 429
    assert "Bitte warten Sie" in answer.text


@pytest.mark.parametrize(
    "password",
    [
        *("zu kurz", "passwort123456", "MICHELSTADT2026", "a" * 200, "aaaaaaaaaaaaaa", "Pia Eberesche 1"),
        *("1q2w3e4r5t6y", "Hallo Hallo Hallo", "BUNDESLIGA12"),  # stolen and published long ago
    ],
)
def test_s41_guessable_passwords_are_refused(password) -> None:
    with pytest.raises(Wrong):
        passwords.check(password, known=("Pia Eberesche", MAIL))


def test_s41_a_sentence_is_a_good_password() -> None:
    passwords.check(PASSWORD, known=("Pia Eberesche", MAIL))


async def test_a_new_person_sets_the_second_factor_up(visitor, towns, db) -> None:
    async with service_tx() as tx:
        key = await store.add_account(tx, "neu@erbach.example", "Neu Hier", await passwords.hashed(PASSWORD), real_now())
        await store.grant(tx, key, "employee", towns["erbach"])
    await visitor.send_form("/login", {"mail": "neu@erbach.example", "password": PASSWORD})
    page = await visitor.get("/login/code")
    assert "QR-Code" in page.text
    async with service_tx() as tx:
        secret = await store.pending_totp(tx, key)
    answer = await visitor.send_form("/login/code", {"code": totp.code(str(secret), real_now())})
    assert answer.status_code == 303
    assert (await visitor.get("/account")).status_code == 200


async def test_s40_a_seed_moved_to_another_account_does_not_open(db, towns, pia) -> None:
    from service.vault import Sealed

    async with service_tx() as tx:
        other = await store.add_account(tx, "x@erbach.example", "X", "-", real_now())
        await tx.connection.execute(
            "update account set totp_secret = (select totp_secret from account where id = $1) where id = $2", pia[0], other
        )
        with pytest.raises(Sealed):
            await store.totp_secret(tx, other)
