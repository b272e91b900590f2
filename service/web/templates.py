"""The Jinja environment: macros, filters, translations.

Templates use macros as `ui.name(…)`; the macros of all files in
`templates/macros/` are there without an import.
"""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.runtime import Macro
from markupsafe import Markup, escape

from service import blocks, charts, i18n
from service.names import shown_name
from service.web import navigation
from service.web.assets import Assets

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
SCREEN: Final = 1.4
csrf_value: ContextVar[str] = ContextVar("csrf", default="")
"""The token of the request whose page is being made."""

BLOCK_RULES: Final[tuple[Callable[..., Any], ...]] = (
    blocks.data_table,
    blocks.lamps_table,
    blocks.decision_table,
    blocks.advice,
    blocks.answers,
    blocks.signature_label,
    blocks.note_title,
)


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
        "csrf": csrf_value.get,
        "unique": _unique,
        "locales": i18n.NAMES,
        "demo": demo,
        "idle": idle,
    }
    env.filters |= {**FILTERS, "ago": lambda value: _time(value, i18n.format_ago(value, now()), day=True)}
    return env


def _ngettext(singular: str, many: str, number: int, **values: Any) -> Markup:
    text = Markup(i18n.choose_form(singular, many, number))  # noqa: S704 msgids are ours, values are escaped by %
    return text % {"num": i18n.format_number(number), **values}


def _unique(name: str) -> str:
    """An id made of any text: letters, digits and hyphens."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name).strip("-").lower() or "x"


def _time(value: datetime | None, text: str, *, day: bool = False) -> Markup:
    if value is None:
        return Markup('<span class="none" aria-label="{}">–</span>').format(i18n.gettext("unbekannt"))
    # Made by hand: a list has one in each row, and Markup.format takes ten times as long.
    stamp = (
        value.isoformat(timespec="seconds") if not day or not i18n.day_only(value) else f"{value.astimezone(i18n.ZONE):%Y-%m-%d}"
    )
    return Markup(f'<time datetime="{stamp}">{escape(text)}</time>')  # noqa: S704 text is escaped


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
    "person": shown_name,
    "svg": lambda drawing: Markup(_larger(drawing, charts.svg(drawing))),  # noqa: S704 charts.svg escapes every text
    "kind": lambda block: type(block).__name__,
    "contents": contents,
    "longest_word": lambda text: max(map(len, str(text).split()), default=0),
    "words": lambda labels: {key: str(word) for key, word in labels.items()},
    "picked": lambda words, keys: [words[key] for key in keys],
    **{rule.__name__: rule for rule in BLOCK_RULES},
    "datetime": lambda value: _time(value, i18n.format_datetime(value)),
    "seen": lambda value: _time(value, i18n.format_seen(value), day=True),
    "date": i18n.format_date,
    "month": i18n.format_month,
    "time": i18n.format_time,
    "duration": _duration,
    "number": i18n.format_number,
    "percent": i18n.format_percent,
    "money": i18n.format_money,
    "cents": i18n.format_cents,
}
