"""Language, numbers and times as people read them.

msgids are German, English is a complete translation read straight from its
.po file: nothing has to be compiled. Knows the locale of the running request
or task by a ContextVar; knows no clock, no HTTP and no database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from babel import Locale, dates, negotiate_locale, numbers
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

SOURCE: Final = "de"
LOCALES: Final = ("de", "en")
NAMES: Final = {"de": "Deutsch", "en": "English"}
ZONE: Final = ZoneInfo("Europe/Berlin")
LOCALE_FOLDER: Final = Path(__file__).parent / "locale"

_current: ContextVar[str] = ContextVar("locale", default=SOURCE)


def locale() -> str:
    """The language of the running request or task: one of `LOCALES`."""
    return _current.get()


def set_locale(wanted: str | None) -> None:
    """From here on in this request or task; an unknown language means German."""
    _current.set(wanted if wanted in LOCALES else SOURCE)


@contextmanager
def use(wanted: str | None) -> Iterator[None]:
    """The receiver's language for an e-mail or a PDF, whatever the sender reads."""
    token = _current.set(wanted if wanted in LOCALES else SOURCE)
    try:
        yield
    finally:
        _current.reset(token)


def choose(*wishes: str | None, accept_language: str = "") -> str:
    """The first known wish, else the best of the Accept-Language header, else German."""
    for wish in wishes:
        if wish in LOCALES:
            return wish
    parts = [part.split(";q=") for part in accept_language.replace(" ", "").split(",") if part]
    ranked = sorted(parts, key=lambda part: -_quality(part))
    return negotiate_locale([part[0].split("-")[0] for part in ranked if _quality(part) > 0], LOCALES) or SOURCE


def _quality(part: list[str]) -> float:
    try:
        return float(part[1]) if len(part) > 1 else 1.0
    except ValueError:
        return 0.0


@cache
def catalog(name: str) -> Catalog | None:
    """The translations into one language; None for the source language."""
    path = LOCALE_FOLDER / name / "LC_MESSAGES" / "messages.po"
    if name == SOURCE or not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=name)


def _translated(text: str, context: str | None = None) -> str | tuple[str, ...]:
    known = catalog(locale())
    message = known.get(text, context) if known else None
    if message is None or not message.string or message.fuzzy:
        return ()
    return message.string if isinstance(message.string, str) else tuple(message.string)


def gettext(text: str, /, **values: object) -> str:
    """The German text in the reader's language; `%(name)s` is filled from `values` if there are any."""
    found = _translated(text)
    chosen = found if isinstance(found, str) else text
    return chosen % values if values else chosen


def pgettext(context: str, text: str, /, **values: object) -> str:
    """Like gettext, for a word with two meanings: the context says which one is meant."""
    found = _translated(text, context)
    chosen = found if isinstance(found, str) else text
    return chosen % values if values else chosen


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Singular for 1, else plural; `%(num)s` is the number, written in the reader's way."""
    return choose_form(singular, plural, number) % {"num": format_number(number), **values}


def npgettext(context: str, singular: str, plural: str, number: int, /, **values: object) -> str:
    """As `ngettext`, with a context."""
    return choose_form(singular, plural, number, context) % {"num": format_number(number), **values}


def choose_form(singular: str, many: str, number: int, context: str | None = None) -> str:
    """The right one of both forms, placeholders not yet filled."""
    found = _translated(singular, context)
    if isinstance(found, tuple) and len(found) > 1 and all(found):
        return found[0 if number == 1 else 1]
    return singular if number == 1 else many


_ = gettext


class Lazy:
    """A text that is translated when it is shown, for labels defined at import time."""

    __slots__ = ("context", "text")

    def __init__(self, text: str, context: str | None = None) -> None:
        self.text, self.context = text, context

    def __str__(self) -> str:
        return pgettext(self.context, self.text) if self.context else gettext(self.text)

    def __repr__(self) -> str:
        return f"Lazy({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lazy) and (self.text, self.context) == (other.text, other.context)

    def __hash__(self) -> int:
        return hash((self.text, self.context))


def lazy(text: str) -> Lazy:
    """Mark and keep the label of a constant."""
    return Lazy(text)


def plazy(context: str, text: str) -> Lazy:
    """A lazy text with a context."""
    return Lazy(text, context)


def _babel() -> Locale:
    return _parsed("de_DE" if locale() == "de" else "en_GB")


@cache
def _parsed(name: str) -> Locale:
    return Locale.parse(name)


def format_number(value: float | Decimal, digits: int | None = None) -> str:
    """1.284.567,5; with `digits` exactly so many decimals."""
    form = None if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return numbers.format_decimal(value, format=form, locale=_babel())


def format_percent(share: float | Decimal, digits: int = 0) -> str:
    """A share of 1 as percent, in German with a no-break space: 0.62 → „62 %“."""
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return numbers.format_percent(share, format=pattern + ("\xa0%" if locale() == "de" else "%"), locale=_babel())


def format_money(amount: float | Decimal) -> str:
    """Whole euros: 14.000 €."""
    return numbers.format_currency(amount, "EUR", format="#,##0\xa0¤", locale=_babel(), currency_digits=False)


def format_cents(cents: int) -> str:
    """A sum of whole cents in euros: 104900 → „1.049,00 €“."""
    return numbers.format_currency(Decimal(cents) / 100, "EUR", locale=_babel())


def parse_number(text: str) -> Decimal:
    """What a person typed, strictly in the reader's way.

    Raises:
        ValueError: "1,284.5" in German, with a suggestion in the text.
    """
    return numbers.parse_decimal(text.strip(), locale=_babel(), strict=True)


def format_date(value: date | datetime | None) -> str:
    """21.11.2026 in Berlin; „–“ for nothing."""
    if value is None:
        return "–"
    day = value.astimezone(ZONE).date() if isinstance(value, datetime) else value
    return dates.format_date(day, format="dd.MM.yyyy" if locale() == "de" else "d MMM yyyy", locale=_babel())


def format_month(value: date) -> str:
    """„März 2027“."""
    return str(dates.format_date(value, "MMMM yyyy", locale=_babel()))


def format_datetime(value: datetime | None) -> str:
    """21.11.2026, 08:05 in Berlin; „–“ for nothing."""
    if value is None:
        return "–"
    return f"{format_date(value)}, {format_time(value)}"


def format_time(value: datetime) -> str:
    """08:05 in Berlin."""
    return dates.format_time(value, format="HH:mm", tzinfo=ZONE, locale=_babel())


def day_only(value: datetime) -> bool:
    """Whether only the day is known: midnight sharp in Berlin, to which times are rounded that may be known by day only."""
    local = value.astimezone(ZONE)
    return (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)


def format_seen(value: datetime | None) -> str:
    """When something was observed: as `format_datetime`, without a time of day where only the day is known."""
    return format_date(value) if value is None or day_only(value) else format_datetime(value)


def format_ago(value: datetime | None, now: datetime) -> str:
    """„vor 2 Stunden“, „in 3 Tagen“; below a minute „gerade eben“, „–“ for nothing.

    Where only the day is known: „heute“, „gestern“ or the date.
    """
    if value is None:
        return "–"
    if day_only(value):
        days = (now.astimezone(ZONE).date() - value.astimezone(ZONE).date()).days
        return gettext("heute") if days == 0 else gettext("gestern") if days == 1 else format_date(value)
    delta = value - now
    if abs(delta) < timedelta(minutes=1):
        return gettext("gerade eben")
    return _distance(round(delta.total_seconds()), _babel())


@lru_cache(maxsize=4096)
def _distance(seconds: int, locale: Locale) -> str:
    """Lists show many distances, most of them again and again."""
    return dates.format_timedelta(
        timedelta(seconds=seconds), granularity="minute", add_direction=True, threshold=1.5, locale=locale
    )


def format_duration(value: timedelta) -> str:
    """„3 Minuten“: the largest unit that says enough."""
    return dates.format_timedelta(value, threshold=1.5, locale=_babel())
