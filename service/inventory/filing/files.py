"""Which files may be filed with a device: decided by what is in them, never by their name (security S24). Pure."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

from service.errors import Wrong
from service.i18n import Lazy, lazy
from service.i18n import gettext as _

LARGEST: Final = 10 * 1024 * 1024
"""Bytes of one file."""
MOST: Final = 50
"""Files with one device."""
MOST_BYTES: Final = 100 * 1024 * 1024
"""Bytes of all files with one device."""

KINDS: Final[Mapping[str, tuple[str, str, Lazy]]] = {
    "pdf": ("application/pdf", "pdf", lazy("PDF")),
    "png": ("image/png", "png", lazy("Bild (PNG)")),
    "jpeg": ("image/jpeg", "jpg", lazy("Foto (JPEG)")),
    "webp": ("image/webp", "webp", lazy("Bild (WebP)")),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", lazy("Excel")),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx", lazy("Word")),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", "ods", lazy("OpenDocument-Tabelle")),
    "odt": ("application/vnd.oasis.opendocument.text", "odt", lazy("OpenDocument-Text")),
    "text": ("text/plain; charset=utf-8", "txt", lazy("Text")),
}
"""Kind → media type, ending, word."""

_STARTS: Final = ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"))
_ACTIVE: Final = re.compile(rb"<\s*(?:!doctype|html|svg|script|\?xml)", re.IGNORECASE)
_BINARY: Final = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PARTS: Final = (("xl/workbook.xml", "xlsx"), ("word/document.xml", "docx"))
_ALSO: Final[Mapping[str, tuple[str, ...]]] = {"jpeg": ("jpeg",), "text": ("csv", "log", "md")}
"""Further endings that a kind may keep."""
_CONTROL: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*\u202a-\u202e\u2066-\u2069]')


def kind_of(content: bytes) -> str:
    """What the file is; empty for what may not be filed (programs, web pages, drawings with script, archives, macros)."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if _ACTIVE.search(content[:4096]) or _BINARY.search(content):
        return ""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "text"


def _office(content: bytes) -> str:
    """The kind of an office document by its parts; its content is not unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if any("vbaproject" in name.lower() for name in names):
                return ""
            info = archive.NameToInfo.get("mimetype")
            told = archive.read(info)[:100].decode("ascii", "replace") if info and info.file_size < 100 else ""
    # All that zipfile and zlib raise on damage; NotImplementedError and RuntimeError: unknown compression, encryption;
    # ValueError: names that are no text.
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return ""
    if told:
        return next((kind for kind, (media, *_rest) in KINDS.items() if media == told), "")
    return next((kind for part, kind in _PARTS if part in names), "")


def checked(name: str, content: bytes) -> tuple[str, str]:
    """(name without path, kind) of a file that may be filed; its ending becomes that of its content.

    Raises:
        Wrong: empty, too large, or of a kind that is not filed.
    """
    where = _("Datei")
    if not content:
        raise Wrong(_("Bitte wählen Sie eine Datei, die nicht leer ist."), where)
    if len(content) > LARGEST:
        raise Wrong(_("Die Datei ist zu groß."), where, _("Erlaubt sind 10 MB."))
    kind = kind_of(content)
    if not kind:
        todo = _("Erlaubt sind PDF, Bilder (PNG, JPEG, WebP), Text und Dokumente ohne Makros.")
        raise Wrong(_("Diese Art von Datei wird nicht angenommen."), where, todo)
    plain = _CONTROL.sub("_", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    wanted = KINDS[kind][1]
    if not dot or ending.lower() not in (wanted, *_ALSO.get(kind, ())):
        plain = f"{plain or 'datei'}.{wanted}"
    elif not stem:
        plain = f"datei.{ending}"
    return plain[-200:], kind
