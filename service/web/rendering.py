"""From a template and values to a page, in the reader's theme and language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from litestar import Request, Response
from litestar.enums import MediaType
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.base import csrf_token

from service import i18n
from service.web import navigation
from service.web.answers import Flash, forget_flash, take_flash
from service.web.templates import csrf_value

THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "__Host-theme"
LOCALE_COOKIE: Final = "__Host-locale"
SEARCHING: Final = navigation.INVENTORY | navigation.RISKS | navigation.DOCUMENTS
"""Roles for whom the search finds something."""


class Account(Protocol):
    """What a page says about the person in front of it."""

    @property
    def name(self) -> str: ...
    @property
    def mail(self) -> str: ...
    @property
    def theme(self) -> str: ...
    @property
    def locale(self) -> str | None: ...


class Place(Protocol):
    """Who is where: `service.auth.guards.Here` as far as pages show it."""

    @property
    def account(self) -> Any: ...
    @property
    def town(self) -> Any: ...
    @property
    def towns(self) -> Any: ...
    @property
    def roles(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Shell:
    """What the frame around a page needs; `base.html` reads it as `shell`."""

    here: Place | None
    nav: tuple[navigation.Link, ...]
    theme: str
    locale: str
    path: str
    flash: Flash | None
    shortcuts: bool

    @property
    def searches(self) -> bool:
        """Whether the person may search the estate; nobody is offered what the guard refuses."""
        return self.here is not None and bool(SEARCHING & frozenset(self.here.roles))

    @property
    def sought(self) -> str:
        """What the search finds for this person."""
        if self.here is not None and navigation.INVENTORY & frozenset(self.here.roles):
            return i18n.gettext("Name, IP, MAC, Seriennummer, Anforderung")
        if self.here is not None and navigation.RISKS & frozenset(self.here.roles):
            return i18n.gettext("Risiko, Maßnahme oder Dokument")
        return i18n.gettext("Dokument")


def is_htmx(request: Request[Any, Any, Any]) -> bool:
    """Whether htmx asks and will swap the answer into a page that is already there."""
    return request.headers.get("hx-request") == "true"


def wishes(request: Request[Any, Any, Any], here: Place | None) -> tuple[str, str]:
    """Theme and language: of the account, else of the cookie, else of the browser."""
    account = here.account if here is not None else None
    theme = (account.theme if account is not None else None) or request.cookies.get(THEME_COOKIE) or "auto"
    return theme if theme in THEMES else "auto", language(request, account)


def language(request: Request[Any, Any, Any], account: Account | None = None) -> str:
    """The language for this request: account, cookie, Accept-Language, German."""
    return i18n.choose(
        account.locale if account is not None else None,
        request.cookies.get(LOCALE_COOKIE),
        accept_language=request.headers.get("accept-language", ""),
    )


def page(
    request: Request[Any, Any, Any],
    here: Place | None,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """Render a template in the frame. `here` is None for pages that everybody may see.

    The template gets `context`, `here`, `request` and `shell`.
    """
    theme, locale = wishes(request, here)
    i18n.set_locale(locale)
    csrf_value.set(csrf_token({"request": request}))
    flash = take_flash(request)
    shell = Shell(here, _nav(request, here), theme, locale, request.url.path, flash, shortcuts=_shortcuts(here))
    engine = request.app.template_engine
    if not isinstance(engine, JinjaTemplateEngine):
        raise TypeError("the application has no Jinja templates: pass configure().template_config to Litestar")
    body = engine.get_template(template).render({**context, "request": request, "here": here, "shell": shell})
    answer = Response(body, status_code=status, media_type=MediaType.HTML, headers=dict(headers or {}))
    if flash is not None:
        forget_flash(answer)
    return answer


def _shortcuts(here: Place | None) -> bool:
    """Single-key shortcuts can be switched off in the profile (WCAG 2.1.4)."""
    return bool(getattr(here.account, "shortcuts", True)) if here is not None else True


def _nav(request: Request[Any, Any, Any], here: Place | None) -> tuple[navigation.Link, ...]:
    if here is None or here.account is None:
        return ()
    towns = [one for one in here.towns if one.id]
    town = here.town or (towns[0] if len(towns) == 1 else None)
    return navigation.links(town.slug if town else None, here.roles, request.url.path)
