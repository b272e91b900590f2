"""Every failure in words: what happened, why, what to do.

One table of sentences, three forms: full page, htmx fragment, problem details
(RFC 9457) for the API. Never a stack trace; an unexpected error gets a number
that stands in the log beside it.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.response import Redirect

from service.errors import Missing, Outdated, Wrong
from service.i18n import Lazy, format_datetime, gettext, lazy, set_locale
from service.web.rendering import is_htmx, language, page

_logger = logging.getLogger("service.web")
PROBLEM: Final = "application/problem+json"
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Text:
    """How one kind of failure is told."""

    title: Lazy
    text: Lazy


TEXTS: Final[Mapping[int, Text]] = {
    400: Text(
        lazy("Das hat nicht geklappt"),
        lazy("Die Anfrage war unvollständig. Bitte laden Sie die Seite neu und versuchen Sie es noch einmal."),
    ),
    401: Text(
        lazy("Bitte melden Sie sich an"),
        lazy("Ihre Sitzung ist abgelaufen. Bitte melden Sie sich erneut an. Ihre Eingaben bleiben erhalten."),
    ),
    403: Text(
        lazy("Dafür fehlt Ihnen die Berechtigung"),
        lazy("Bitte wenden Sie sich an die Person, die in Ihrer Stadt die Rollen vergibt."),
    ),
    404: Text(
        lazy("Seite nicht gefunden"),
        lazy("Diese Seite gibt es nicht, oder Sie haben keinen Zugriff."),
    ),
    405: Text(
        lazy("Seite nicht gefunden"),
        lazy("Diese Adresse lässt sich so nicht aufrufen. Bitte gehen Sie zurück zur Übersicht."),
    ),
    409: Text(
        lazy("Jemand war schneller"),
        lazy("Dieser Eintrag wurde inzwischen geändert. Bitte vergleichen Sie beide Fassungen und speichern Sie noch einmal."),
    ),
    413: Text(
        lazy("Die Datei ist zu groß"),
        lazy("Es wurde nichts gespeichert. Verkleinern Sie die Datei; eine Tabelle lässt sich in mehrere Dateien teilen."),
    ),
    422: Text(
        lazy("Bitte prüfen Sie Ihre Eingaben"),
        lazy("Mindestens eine Angabe fehlt oder passt nicht. Es wurde nichts geändert."),
    ),
    429: Text(
        lazy("Zu viele Versuche"),
        lazy("Bitte warten Sie 30 Sekunden und versuchen Sie es dann noch einmal."),
    ),
    500: Text(
        lazy("Das hat nicht geklappt"),
        lazy("Der Fehler ist gespeichert. Es wurde nichts geändert."),
    ),
    503: Text(
        lazy("Gleich geht es weiter"),
        lazy("Die Datenbank startet gerade neu. Diese Seite versucht es in 10 Sekunden wieder."),
    ),
}
STALE_FORM: Final = Text(
    lazy("Diese Seite war zu lange offen"),
    lazy("Bitte laden Sie sie neu und senden Sie noch einmal."),
)
FOREIGN: Final = Text(
    lazy("Diese Anfrage kam von einer fremden Seite"),
    lazy("Zu Ihrem Schutz wurde nichts geändert. Bitte öffnen Sie Odenwacht direkt und versuchen Sie es dort noch einmal."),
)
PLAIN_HTTP: Final = Text(
    lazy("Bitte nutzen Sie die sichere Adresse"),
    lazy("Odenwacht ist nur verschlüsselt zu erreichen. Bitte ersetzen Sie in der Adresse „http“ durch „https“."),
)


class Refused(HTTPException):
    """An answer that says in the reader's words why something is not done: raise it with a German sentence.

    Litestar's own exceptions carry English details; those are never shown.
    """

    def __init__(self, status: int, text: str | Lazy, title: str | Lazy | None = None) -> None:
        super().__init__(detail=str(text), status_code=status)
        self.text, self.title = text, title


def handlers(login: str, unavailable: tuple[type[Exception], ...]) -> dict[int | type[Exception], Callable[..., Response[Any]]]:
    """For `Litestar(exception_handlers=…)`.

    `unavailable` are the exceptions that mean "the database is not there": they become 503.
    """

    def http(request: Asked, error: HTTPException) -> Response[Any]:
        if isinstance(error, NotAuthorizedException):
            return _log_in(request, login)
        if isinstance(error, Refused):
            title = error.title or _text(error.status_code).title
            return answer(request, error.status_code, str(title), str(error.text), headers=error.headers)
        if "CSRF" in error.detail and error.status_code == 403:
            return _told(request, 403, STALE_FORM)
        if error.status_code >= 500:
            return unexpected(request, error)
        return _told(request, error.status_code, _text(error.status_code), headers=error.headers)

    def no_database(request: Asked, error: Exception) -> Response[Any]:
        _logger.error("database not available: %s", type(error).__name__)
        return _told(request, 503, TEXTS[503], headers={"Retry-After": "10", "Refresh": "10"})

    table: dict[int | type[Exception], Callable[..., Response[Any]]] = dict.fromkeys(unavailable, no_database)
    return {
        **table,
        HTTPException: http,
        Wrong: wrong,
        Missing: missing,
        Outdated: outdated,
        **dict.fromkeys(NO_TEXT, no_text),
        Exception: unexpected,
    }


def wrong(request: Asked, error: Wrong) -> Response[Any]:
    """Bad input that a page did not show beside its field: 422 with what, where and what to do."""
    set_locale(language(request))
    return answer(request, 422, str(TEXTS[422].title), str(error))


NO_TEXT = (asyncpg.CharacterNotInRepertoireError, asyncpg.UntranslatableCharacterError)
"""What the database says to a NUL or half a character, wherever it came from."""


def no_text(request: Asked, error: Exception) -> Response[Any]:
    """A field holds what no text may hold: 422, nothing was written."""
    set_locale(language(request))
    text = gettext("Die Eingabe enthält ein Steuerzeichen, das kein Text ist. Bitte entfernen Sie es.")
    return answer(request, 422, str(TEXTS[422].title), text)


def missing(request: Asked, error: Missing) -> Response[Any]:
    """Not there, or not for this person: the same page."""
    return _told(request, 404, TEXTS[404])


def outdated(request: Asked, error: Outdated) -> Response[Any]:
    """Somebody was faster; pages that can show both versions catch it themselves."""
    set_locale(language(request))
    text = str(TEXTS[409].text)
    if error.by and error.at:
        text = gettext(
            "%(name)s hat diesen Eintrag am %(time)s Uhr geändert. Bitte vergleichen Sie beide Fassungen.",
            name=error.by,
            time=format_datetime(error.at),
        )
    return answer(request, 409, str(TEXTS[409].title), text)


def unexpected(request: Asked, error: Exception) -> Response[Any]:
    """We were wrong: log it under a number and show the number."""
    number = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(size)) for size in (4, 2))
    _logger.error("error %s in %s %s", number, request.method, _route(request), exc_info=error)
    set_locale(language(request))
    text = gettext("Der Fehler ist gespeichert (Nr. %(number)s). Es wurde nichts geändert.", number=number)
    return answer(request, 500, str(TEXTS[500].title), text)


def answer(
    request: Asked, status: int, title: str, text: str, headers: Mapping[str, str] | None = None, link: str | None = None
) -> Response[Any]:
    """One failure in the form that the caller can show."""
    if wants_json(request):
        body = {"type": "about:blank", "title": title, "status": status, "detail": text}
        return Response(msgspec.json.encode(body), status_code=status, media_type=PROBLEM, headers=dict(headers or {}))
    more = dict(headers or {})
    fragment = is_htmx(request)
    if fragment:
        more |= {"HX-Retarget": "#messages", "HX-Reswap": "innerHTML", "HX-Reselect": "#error"}
    # The frame's guard leaves who is where in the state; without it the page has no navigation.
    here = getattr(request.state, "here", None)
    told = {"status_code": status, "title": title, "text": text, "fragment": fragment, "link": link}
    return page(request, here, "error.html", status=status, headers=more, **told)


def wants_json(request: Asked) -> bool:
    """The API speaks JSON; so does whoever asks for it and not for HTML."""
    accept = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accept and "text/html" not in accept)


def _text(status: int) -> Text:
    return TEXTS.get(status, TEXTS[400])


def _told(request: Asked, status: int, text: Text, headers: Mapping[str, str] | None = None) -> Response[Any]:
    set_locale(language(request))
    return answer(request, status, str(text.title), str(text.text), headers)


def _log_in(request: Asked, login: str) -> Response[Any]:
    set_locale(language(request))
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if wants_json(request):
        return answer(request, 401, str(TEXTS[401].title), str(TEXTS[401].text), {"WWW-Authenticate": "Bearer"})
    if request.method in {"GET", "HEAD"} and not is_htmx(request):
        return Redirect(f"{login}?next={quote(back, safe='')}" if back != "/" else login, status_code=303)
    headers = {"HX-Redirect": login} if is_htmx(request) else None
    return answer(request, 401, str(TEXTS[401].title), str(TEXTS[401].text), headers, link=login)


def _route(request: Asked) -> str:
    """The route's template, never the address: that may hold names."""
    return str(request.scope.get("path_template") or getattr(request.scope.get("route_handler"), "handler_name", "?"))
