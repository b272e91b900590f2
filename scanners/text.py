"""Cleaning of text that devices and strangers wrote: shortened, without control and direction characters.

Knows no source. What a device says is shown to people, so it must not be able to move the cursor, turn the
direction of writing or fill the page (`security.md` section 8). Raw bytes are kept elsewhere.
"""

from __future__ import annotations

import contextlib
import re

LIMIT = 4096
"""Longest text of a device that is kept, in bytes of UTF-8."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_ESCAPED = re.compile(r"\\x([0-9A-Fa-f]{2})")
_NOT_HEX = re.compile(r"[^0-9a-f]")
_SERIAL_PREFIX = re.compile(r"^(?:S/?N\s*:|S/N|SNR\s*:)\s*", re.IGNORECASE)


def clean(text: str, limit: int = LIMIT) -> str:
    """`text` without surrounding space, unsafe characters replaced by U+FFFD, cut at `limit` bytes of UTF-8."""
    text = text.strip()
    if text.isascii() and text.isprintable() and len(text) <= limit:
        return text
    text = _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text[:limit])
    if len(text) * 4 > limit:
        text = text.encode()[:limit].decode(errors="ignore")
    return text


def line(text: str, limit: int = LIMIT) -> str:
    """Like `clean`, as a single line: every run of white space becomes one blank."""
    return clean(" ".join(text.split()), limit)


def unescape(text: str) -> str:
    r"""Bytes that nmap wrote as `\xHH` back to text: UTF-8 where it is, else Latin-1; a closing `\x00` is dropped."""
    if "\\x" not in text:
        return text
    raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    with contextlib.suppress(UnicodeError):  # no UTF-8: the Latin-1 reading stands
        raw = raw.encode("latin-1").decode()
    return raw.rstrip("\x00")


def mac(text: str) -> str | None:
    """A MAC in any of the usual spellings as `aa:bb:cc:dd:ee:ff`; None if it is none, all zeros or all ones."""
    plain = _NOT_HEX.sub("", text.lower())
    if len(plain) != 12 or plain in ("000000000000", "ffffffffffff") or not _mac_shaped(text):
        return None
    return ":".join(plain[at : at + 2] for at in range(0, 12, 2))


def _mac_shaped(text: str) -> bool:
    return not set(text.strip().lower()) - set("0123456789abcdef:-. ")


def serial(text: str) -> str | None:
    """A serial number as printed on the device: trimmed, without the words `S/N:`, `SN:`, `SNR:`; None when empty."""
    return line(_SERIAL_PREFIX.sub("", text.strip()), 128) or None
