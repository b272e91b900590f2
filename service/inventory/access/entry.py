"""SNMP access as people type it: a form to the fields of its version, with a sentence for each mistake. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from service.i18n import Lazy, lazy
from service.i18n import gettext as _

VERSIONS = ("3", "2c", "1")
AUTH = ("SHA-256", "SHA-512", "SHA-384", "SHA-224", "SHA")
PRIVACY = ("AES", "AES-256")
AUTH_WORDS: Mapping[str, Lazy] = {
    "SHA-256": lazy("SHA-256"),
    "SHA-512": lazy("SHA-512"),
    "SHA-384": lazy("SHA-384"),
    "SHA-224": lazy("SHA-224"),
    "SHA": lazy("SHA-1 (nur für alte Geräte)"),
}
PRIVACY_WORDS: Mapping[str, Lazy] = {"AES": lazy("AES-128"), "AES-256": lazy("AES-256")}
LEVELS: Mapping[str, Lazy] = {
    "authPriv": lazy("angemeldet und verschlüsselt (authPriv)"),
    "authNoPriv": lazy("angemeldet, nicht verschlüsselt (authNoPriv)"),
    "noAuthNoPriv": lazy("nur Benutzername (noAuthNoPriv)"),
}
SHORTEST = 8
"""Characters of a password (RFC 3414, 11.2)."""
LONGEST = 200


def secret(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The fields to be sealed, and sentences by field for what is wrong; one of the two is empty."""
    version = typed.get("version", "")
    if version in ("1", "2c"):
        community = typed.get("community", "")
        errors = {} if community else {"community": _("Bitte geben Sie die Community ein.")}
        if len(community) > LONGEST or not community.isprintable() or community != community.strip():
            errors = {"community": _("Die Community hat Zeichen, die kein Gerät annimmt, oder Leerzeichen am Rand.")}
        return ({}, errors) if errors else ({"community": community}, {})
    if version != "3":
        return {}, {"version": _("Diese Version gibt es nicht. Möglich sind 1, 2c und 3.")}
    return _user(typed)


def _user(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    level, errors = typed.get("level", "authPriv"), dict[str, str]()
    found = {"name": typed.get("user", "").strip()}
    if not 0 < len(found["name"]) <= 32:
        errors["user"] = _("Bitte geben Sie den Benutzernamen ein, höchstens 32 Zeichen.")
    if level not in LEVELS:
        errors["level"] = _("Diese Sicherheitsstufe gibt es nicht.")
    if level in ("authPriv", "authNoPriv"):
        found |= {"auth": typed.get("auth", AUTH[0]), "auth_password": typed.get("auth_password", "")}
        if found["auth"] not in AUTH:
            errors["auth"] = _("Dieses Verfahren gibt es nicht.")
        if not SHORTEST <= len(found["auth_password"]) <= LONGEST:
            errors["auth_password"] = _("Das Kennwort der Anmeldung hat bei SNMPv3 mindestens 8 Zeichen.")
    if level == "authPriv":
        found |= {"privacy": typed.get("privacy", PRIVACY[0]), "privacy_password": typed.get("privacy_password", "")}
        if found["privacy"] not in PRIVACY:
            errors["privacy"] = _("Dieses Verfahren gibt es nicht.")
        if not SHORTEST <= len(found["privacy_password"]) <= LONGEST:
            errors["privacy_password"] = _("Das Kennwort der Verschlüsselung hat bei SNMPv3 mindestens 8 Zeichen.")
    return ({}, errors) if errors else (found, {})
