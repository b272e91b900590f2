"""What every page is made with: answers, errors, headers, tokens, files, languages."""

import asyncio
import itertools
import re
from collections.abc import AsyncIterator
from urllib.parse import unquote

import httpx
import pytest

from service import i18n, plain, web
from service.web import Event, listing, navigation, streams
from service.web.answers import FLASH, is_local
from service.web.headers import HEADERS, is_this_machine
from tests.browser.sample_app import DOCUMENT, build

TOWN = "/towns/musterstadt"
app = build()


@pytest.fixture
async def visitor() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://odenwacht.example", headers={"Accept-Language": "de"}
    ) as client:
        yield client


async def token(visitor: httpx.AsyncClient) -> str:
    answer = await visitor.get("/login")
    found = re.search(r'name="_csrf_token" value="(\w+)"', answer.text)
    assert found
    return found[1]


SAME = {"Sec-Fetch-Site": "same-origin"}

# --- headers (S9)


@pytest.mark.parametrize("path", [TOWN, "/login", "/fail/500", "/fail/422", "/nowhere/at/all", "/static/nothing.css"])
async def test_s09_every_answer_carries_the_security_headers(visitor: httpx.AsyncClient, path: str) -> None:
    answer = await visitor.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


async def test_s09_the_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "http" not in HEADERS["Content-Security-Policy"]


async def test_style_and_script_have_their_hash_in_the_name_and_stay_cached(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/login")).text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
    assert any("app." in address for address in addresses)
    for address in addresses:
        answer = await visitor.get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"


async def test_only_listed_files_are_served(visitor: httpx.AsyncClient) -> None:
    for path in ("/static/app.css", "/static/../base.html", "/static/%2e%2e/base.html", "/static/", "/static/vendor"):
        assert (await visitor.get(path)).status_code == 404, path


async def test_a_page_first_seen_costs_less_than_400_kb(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get(TOWN)).text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', text)
    bodies = [(await visitor.get(file)).text for file in files]
    fonts = {font for body in bodies for font in re.findall(r'url\("(/static/[^"]+woff2)"\)', body)}
    assert fonts, "set-up fetches the front-end files"
    total = 0
    for address in {TOWN, *files, *fonts}:
        async with visitor.stream("GET", address) as answer:
            total += sum([len(part) async for part in answer.aiter_raw()])
    assert total <= 400_000, total


# --- who may change something (S14)


async def test_s14_a_change_without_token_is_refused(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/save", data={"a": "b"}, headers=SAME)
    assert answer.status_code == 403
    assert "Diese Seite war zu lange offen" in answer.text


async def test_s14_a_change_with_token_from_our_own_page_is_done(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/save", data={"_csrf_token": await token(visitor)}, headers=SAME)
    assert (answer.status_code, answer.headers["Location"]) == (303, TOWN)


async def test_s14_htmx_sends_the_token_as_a_header(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.post("/save", headers={**SAME, "X-CSRFToken": await token(visitor), "HX-Request": "true"})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://odenwacht.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_s14_a_change_asked_for_by_another_site_is_refused_even_with_token(
    visitor: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    answer = await visitor.post("/save", data={"_csrf_token": await token(visitor)}, headers=headers)
    assert answer.status_code == 403
    assert "fremden Seite" in answer.text


async def test_s14_an_old_browser_that_sends_only_origin_may_change_things(visitor: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://odenwacht.example"}
    assert (await visitor.post("/save", data={"_csrf_token": await token(visitor)}, headers=headers)).status_code == 303


async def test_the_token_cookie_is_bound_to_this_host(visitor: httpx.AsyncClient) -> None:
    cookie = (await visitor.get("/login")).headers["Set-Cookie"]
    assert cookie.startswith("__Host-csrf=")
    assert {"secure", "httponly", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}


async def test_plain_http_from_elsewhere_is_asked_to_use_https() -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://odenwacht.example") as client:
        answer = await client.get(TOWN)
        assert answer.status_code == 403
        assert "https" in answer.text
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        assert (await client.get(TOWN)).status_code == 200


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost:8000", True),
        ("127.0.0.1", True),
        ("[::1]:8000", True),
        ("demo.localhost", True),
        ("10.0.0.1", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_what_counts_as_this_machine(host: str, own: bool) -> None:
    assert is_this_machine(host) is own


# --- failures in words

TOLD = {
    400: "Das hat nicht geklappt",
    403: "Dafür fehlt Ihnen die Berechtigung",
    404: "Diese Seite gibt es nicht, oder Sie haben keinen Zugriff.",
    409: "Jemand war schneller",
    413: "Die Datei ist zu groß",
    422: "Jede der vier Zahlen darf höchstens 255 sein.",
    429: "Zu viele Versuche",
    500: "Es wurde nichts geändert.",
    503: "Die Datenbank startet gerade neu.",
}


@pytest.mark.parametrize("status", TOLD)
async def test_a_failure_is_told_in_german_as_page_fragment_and_problem(visitor: httpx.AsyncClient, status: int) -> None:
    address = f"/fail/{status}"
    full = await visitor.get(address)
    assert full.status_code == status
    assert "<!doctype html>" in full.text
    assert TOLD[status] in full.text
    fragment = await visitor.get(address, headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert "<html" not in fragment.text
    assert TOLD[status] in fragment.text
    assert (fragment.headers["HX-Retarget"], fragment.headers["HX-Reselect"]) == ("#messages", "#error")
    problem = await visitor.get(address, headers={"Accept": "application/json"})
    assert problem.headers["Content-Type"].startswith("application/problem+json")
    assert problem.json()["status"] == status
    for answer in (full, fragment, problem):
        assert "English detail" not in answer.text
        assert "secret" not in answer.text


async def test_an_unexpected_error_shows_the_number_that_stands_in_the_log(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await visitor.get("/fail/500")
    number = re.search(r"Nr\. ([0-9A-Z]{4}-[0-9A-Z]{2})", answer.text)
    assert number
    assert number[1] in caplog.text


async def test_a_missing_database_tells_browser_and_probe_when_to_come_back(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/fail/503")
    assert (answer.headers["Retry-After"], answer.headers["Refresh"]) == ("10", "10")


async def test_whoever_is_not_logged_in_is_led_to_the_log_in_and_back(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/fail/401?a=1")
    assert answer.status_code == 303
    assert unquote(answer.headers["Location"]) == "/login?next=/fail/401?a=1"
    fragment = await visitor.get("/fail/401", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.headers["HX-Redirect"]) == (401, "/login")
    machine = await visitor.get("/fail/401", headers={"Accept": "application/json"})
    assert (machine.status_code, machine.headers["WWW-Authenticate"]) == (401, "Bearer")


# --- messages and preferences


async def test_a_message_is_shown_once_after_the_change(visitor: httpx.AsyncClient) -> None:
    done = await visitor.post("/save", data={"_csrf_token": await token(visitor)}, headers=SAME)
    first = await visitor.get(done.headers["Location"])
    assert "Gespeichert. 14:02 Uhr" in first.text
    assert "Rückgängig" in first.text
    assert "Gespeichert. 14:02 Uhr" not in (await visitor.get(TOWN)).text


@pytest.mark.parametrize(
    "value", ["nonsense", "e30=", "WzFd", "eyJ0ZXh0IjogIjxiPiIsICJraW5kIjogIngiLCAidW5kbyI6ICIvL2V2aWwifQ=="]
)
async def test_a_forged_message_does_no_harm(visitor: httpx.AsyncClient, value: str) -> None:
    visitor.cookies.set(FLASH, value, domain="odenwacht.example")
    answer = await visitor.get(TOWN)
    assert answer.status_code == 200
    assert "//evil" not in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize("url", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/a\nb", ""])
def test_a_redirect_never_leaves_the_host(url: str) -> None:
    assert not is_local(url)
    with pytest.raises(ValueError, match="not an address"):
        web.redirect(url, message="x")


async def test_theme_and_language_are_remembered_without_an_account(visitor: httpx.AsyncClient) -> None:
    data = {"_csrf_token": await token(visitor), "theme": "dark", "locale": "en", "back": "/login"}
    answer = await visitor.post("/preferences", data=data, headers=SAME)
    assert answer.headers["Location"] == "/login"
    page = (await visitor.get("/login")).text
    assert '<html lang="en" data-kern-theme="dark">' in page
    assert "Skip to content" in page


async def test_nonsense_as_preference_is_ignored(visitor: httpx.AsyncClient) -> None:
    data = {"_csrf_token": await token(visitor), "theme": '"><b>', "locale": "xx", "back": "//evil.example"}
    answer = await visitor.post("/preferences", data=data, headers=SAME)
    assert answer.headers["Location"] == "/"
    assert '<html lang="de">' in (await visitor.get("/login")).text


# --- lists and navigation


def test_a_list_reads_its_state_from_the_address() -> None:
    state = listing("/assets", [("kind", "server"), ("q", ""), ("page", "3"), ("sort", "-name")], total=1284, sortable=("name",))
    assert (state.page, state.pages, state.offset, state.shown, state.sort) == (3, 26, 100, 50, "-name")
    assert state.url(4) == "/assets?kind=server&sort=-name&page=4"
    assert state.sort_url("name") == "/assets?kind=server&sort=name"
    assert (state.direction("name"), state.direction("kind")) == ("descending", None)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "99999999999", "1e3", ""])
def test_nonsense_in_the_address_shows_a_page_that_exists(page: str) -> None:
    state = listing("/assets", {"page": page, "sort": "password; drop"}, total=120, sortable=("name",), default_sort="name")
    assert 1 <= state.page <= 3
    assert state.sort == "name"


def test_an_empty_list_has_one_page() -> None:
    state = listing("/assets", {}, total=0)
    assert (state.pages, state.shown, state.url()) == (1, 0, "/assets")


def test_navigation_shows_what_the_role_needs_and_marks_one_place() -> None:
    shown = navigation.links("musterstadt", {"mayor"}, f"{TOWN}/risks/7")
    labels = ["Übersicht", "Beschaffung", "Was wird gescannt?", "Risiken", "Vorfälle", "Maßnahmen"]
    labels += ["Prüfstände", "Dokumente", "Audits", "Schulungen", "Berichte"]
    together = ["Hilfsangebote", "Vorlagen", "Beitritt", "Konto"]
    assert [str(link.label) for link in shown] == labels + together
    assert [str(link.label) for link in shown if link.current] == ["Risiken"]


def test_each_group_of_the_navigation_stands_together() -> None:
    """A reader meets every heading once."""
    groups = [str(entry.group) for entry in navigation.ENTRIES]
    assert len(list(itertools.groupby(groups))) == len(set(groups))


# --- streams and reports


async def test_an_open_stream_ends_when_the_service_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "_stopping", asyncio.Event())

    async def endless() -> AsyncIterator[Event]:
        yield Event("<p>1</p>")
        await asyncio.sleep(3600)

    messages = streams._messages(endless())
    assert (await anext(messages)).data == "<p>1</p>"
    asyncio.get_running_loop().call_later(0.05, web.stop_streams)
    with pytest.raises(StopAsyncIteration):
        await asyncio.wait_for(anext(messages), 1)


async def test_a_stream_keeps_its_language_from_one_event_to_the_next() -> None:
    async def told() -> AsyncIterator[Event]:
        with i18n.use("en"):
            for _ in range(3):
                yield Event(i18n.gettext("Geräte"))
                await asyncio.sleep(0)

    assert [message.data async for message in streams._messages(told())] == ["Devices"] * 3


async def test_an_error_in_a_stream_is_not_swallowed() -> None:
    async def broken() -> AsyncIterator[Event]:
        yield Event("a")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        [message async for message in streams._messages(broken())]


async def test_a_stream_ends_with_its_events() -> None:
    async def two() -> AsyncIterator[Event]:
        yield Event("a")
        yield Event("", name="done")

    assert [message.event async for message in streams._messages(two())] == [None, "done"]


def words(html: str) -> str:
    text = re.sub(r"<(svg|style|head|nav)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL)
    return " ".join(text.replace("☐", " ").split())


def in_order(found: str, texts: list[str]) -> str | None:
    """The first text that does not follow the ones before it."""
    place = 0
    for text in texts:
        wanted = " ".join(re.sub("[●▲■◌]", "", text).split())
        at = found.find(wanted, place)
        if at < 0:
            return wanted
        place = at
    return None


async def test_a_report_shows_all_texts_of_its_blocks_in_order_as_page_and_as_file(visitor: httpx.AsyncClient) -> None:
    texts = [text for block in DOCUMENT.blocks for text in plain.texts(block)]
    page = re.sub("[●▲■◌]", "", words((await visitor.get(f"{TOWN}/report")).text))
    file = re.sub("[●▲■◌]", "", words(web.report_file(DOCUMENT)))
    for found in (page, file):
        assert in_order(" ".join(found.split()), texts) is None


def test_a_report_file_needs_nothing_from_elsewhere() -> None:
    file = web.report_file(DOCUMENT)
    assert re.findall(r"<(?:link|script|img)\b|url\(|@import", file) == []
