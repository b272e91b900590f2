"""From a template and values to a page.

Templates extend `base.html` and use macros as `ui.name(…)`; the macros of all
files in `templates/macros/` are there without an import.
"""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final, Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.runtime import Macro
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.base import csrf_token
from markupsafe import Markup

from service import blocks, charts, i18n
from service.web import navigation
from service.web.answers import Flash, forget_flash, take_flash
from service.web.assets import Assets

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
THEMES: Final = ("auto", "light", "dark")
THEME_COOKIE: Final = "__Host-theme"
SCREEN: Final = 1.4
LOCALE_COOKIE: Final = "__Host-locale"


BLOCK_RULES: Final[tuple[Callable[..., Any], ...]] = (
    blocks.data_table,
    blocks.lamps_table,
    blocks.decision_table,
    blocks.advice,
    blocks.answers,
    blocks.signature_label,
    blocks.note_title,
)


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


class Town(Protocol):
    """What a page says about a town."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...


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


_csrf: ContextVar[str] = ContextVar("csrf", default="")


class Macros:
    """`ui` in templates: every macro of `templates/macros/`, found at first use."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._found: dict[str, Macro] = {}

    def __getattr__(self, name: str) -> Macro:
        if not self._found:
            names = self._environment.list_templates(filter_func=lambda path: path.startswith("macros/"))
            modules = [vars(self._environment.get_template(template).module) for template in names]
            self._found = {key: value for module in modules for key, value in module.items() if isinstance(value, Macro)}
        try:
            return self._found[name]
        except KeyError:
            raise AttributeError(name) from None


def environment(
    assets: Assets, now: Callable[[], datetime], *, demo: bool = False, idle: int = 0, folder: Path = TEMPLATES
) -> Environment:
    """The Jinja environment: escaping on, undefined names are errors, translations by the ContextVar.

    `now` is the clock of „vor 2 Stunden“; `demo` is said in the header of every page; `idle` is
    the number of seconds without a request after which a session ends (0: no warning).
    """
    env = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        gettext=i18n.gettext,
        ngettext=i18n.choose_form,
        newstyle=True,
        pgettext=i18n.pgettext,
    )
    env.globals |= {
        "ngettext": _ngettext,
        "ui": Macros(env),
        "static_url": assets.url,
        "csrf": _csrf.get,
        "unique": _unique,
        "locales": i18n.NAMES,
        "demo": demo,
        "idle": idle,
    }
    env.filters |= {**FILTERS, "ago": lambda value: _time(value, i18n.format_ago(value, now()))}
    return env


def _ngettext(singular: str, many: str, number: int, **values: Any) -> Markup:
    text = Markup(i18n.choose_form(singular, many, number))  # noqa: S704 msgids are ours, values are escaped by %
    return text % {"num": i18n.format_number(number), **values}


def _unique(name: str) -> str:
    """An id made of any text: letters, digits and hyphens."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name).strip("-").lower() or "x"


def _time(value: datetime | None, text: str) -> Markup:
    if value is None:
        return Markup('<span class="none" aria-label="{}">–</span>').format(i18n.gettext("unbekannt"))
    return Markup('<time datetime="{}">{}</time>').format(value.isoformat(timespec="seconds"), text)


def _duration(value: timedelta | float) -> str:
    return i18n.format_duration(value if isinstance(value, timedelta) else timedelta(seconds=value))


def _groups(links: tuple[navigation.Link, ...]) -> list[tuple[i18n.Lazy | None, list[navigation.Link]]]:
    """The navigation by group, in the order of the list."""
    return [(group, list(members)) for group, members in groupby(links, key=lambda link: link.group)]


def _larger(drawing: charts.Drawing, svg: str) -> str:
    """Drawings are measured for paper; on the screen their smallest words get the size of small print."""
    return svg.replace(f'width="{drawing.width:g}"', f'width="{drawing.width * SCREEN:g}"', 1)


def contents(made: Sequence[blocks.Block]) -> list[tuple[str, str]]:
    """A document's table of contents: headings of the first level with the ids they get on the page."""
    return [(block.text, f"b-{i}") for i, block in enumerate(made) if isinstance(block, blocks.Heading) and block.level == 1]


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "groups": _groups,
    "svg": lambda drawing: Markup(_larger(drawing, charts.svg(drawing))),  # noqa: S704 charts.svg escapes every text
    "kind": lambda block: type(block).__name__,
    "contents": contents,
    **{rule.__name__: rule for rule in BLOCK_RULES},
    "datetime": lambda value: _time(value, i18n.format_datetime(value)),
    "date": i18n.format_date,
    "time": i18n.format_time,
    "duration": _duration,
    "number": i18n.format_number,
    "percent": i18n.format_percent,
    "money": i18n.format_money,
}


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
    _csrf.set(csrf_token({"request": request}))
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
    town = here.town or next(iter(here.towns), None)
    return navigation.links(town.slug if town else None, here.roles, request.url.path)
