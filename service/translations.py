r"""Collects every German text and keeps the English catalogue complete: `python -m service.translations`.

Without arguments it merges new and vanished texts into the .po file and names
what still lacks English; `--fill FILE.json` takes translations from a file
{"German": "English"} or {"German": ["one", "many"]}; a context stands before
"\u0004".
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import write_po

from service.i18n import LOCALE_FOLDER, catalog

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCES: Final = ("service", "isms", "bcm", "scanners", "templates")
SKIPPED: Final = frozenset({"node_modules", "vendor", "piccolo_migrations", "__pycache__", "catalogues"})
KEYWORDS: Final = {
    "_": None,
    "gettext": None,
    "lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "plazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
METHODS: Final = {".py": "python", ".html": "jinja2"}
OPTIONS: Final = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false", "extensions": "jinja2.ext.do"}
ENGLISH: Final = LOCALE_FOLDER / "en" / "LC_MESSAGES" / "messages.po"


def sources() -> Iterator[Path]:
    """Every file that may hold a text."""
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in METHODS and not SKIPPED & set(path.relative_to(ROOT).parts):
                yield path


def extract() -> Catalog:
    """All texts as they stand in the code now."""
    found = Catalog(locale="en", fuzzy=False)
    for path in sources():
        options = OPTIONS if path.suffix == ".html" else {}
        for line, message, comments, context in extract_from_file(METHODS[path.suffix], path, KEYWORDS, (), options):
            if message and message != ("", ""):
                found.add(message, None, [(path.relative_to(ROOT).as_posix(), line)], (), comments, context=context)
    return found


def lacking(known: Catalog) -> list[Message]:
    """The messages that have no, or no complete, English."""
    return [message for message in known if message.id and not _complete(message)]


def _complete(message: Message) -> bool:
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    wanted = 2 if isinstance(message.id, (tuple, list)) else 1
    return not message.fuzzy and len([one for one in strings if one]) == wanted


def merged() -> Catalog:
    """The English catalogue with new texts added and vanished ones dropped."""
    catalog.cache_clear()
    known, found = catalog("en"), extract()
    for message in found:
        old = known.get(_first(message), message.context) if known and message.id else None
        if old is not None and isinstance(old.id, (tuple, list)) == isinstance(message.id, (tuple, list)):
            message.string = old.string
    return found


def _first(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (tuple, list)) else message.id


def write(known: Catalog, path: Path = ENGLISH) -> None:
    """Sorted and without line numbers, so that a change shows what changed."""
    for message in known:
        message.locations = []
    with path.open("wb") as file:
        write_po(file, known, width=120, no_location=True, omit_header=True, sort_output=True)


def fill(known: Catalog, translations: dict[str, str | list[str]]) -> int:
    """Enter translations; returns how many found their text."""
    hits = 0
    for message in known:
        if not message.id:
            continue
        key = f"{message.context}\x04{_first(message)}" if message.context else _first(message)
        english = translations.get(key)
        if english is not None:
            message.string = tuple(english) if isinstance(english, list) else english
            hits += 1
    return hits


def main(arguments: list[str]) -> int:
    """The command; exit code 1 while texts lack their English."""
    known = merged()
    if "--fill" in arguments:
        file = Path(arguments[arguments.index("--fill") + 1])
        print(fill(known, json.loads(file.read_text(encoding="utf-8"))), "entered", file=sys.stderr)
    write(known)
    missing = lacking(known)
    for message in missing:
        print(json.dumps([message.context, message.id], ensure_ascii=False))
    print(f"{len(known)} texts, {len(missing)} without English", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
