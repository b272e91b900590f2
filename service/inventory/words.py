"""The reasons of linking in people's words."""

from __future__ import annotations

from service.i18n import gettext as _
from service.i18n import lazy
from service.inventory.asset import IdentifierKind
from service.inventory.linking import Join, Rule

SAME = (
    (
        lazy("gleiche %(what)s"),
        {
            IdentifierKind.SERIAL: lazy("Seriennummer"),
            IdentifierKind.UUID: lazy("UUID"),
            IdentifierKind.AGENT: lazy("Agent-Kennung"),
            IdentifierKind.ENGINE: lazy("SNMP-Kennung"),
            IdentifierKind.INVENTORY: lazy("Inventarnummer"),
            IdentifierKind.MAC: lazy("MAC"),
            IdentifierKind.ROW: lazy("Listenzeile"),
        },
    ),
    (
        lazy("gleicher %(what)s"),
        {IdentifierKind.NAME: lazy("Name"), IdentifierKind.PTR: lazy("DNS-Name"), IdentifierKind.SSH_KEY: lazy("SSH-Schlüssel")},
    ),
    (lazy("gleiches %(what)s"), {IdentifierKind.CERTIFICATE: lazy("Zertifikat")}),
)
"""Sentences by grammatical gender, each with the words that it takes."""

CHANGES = {
    "name": (lazy("Name geändert"), IdentifierKind.NAME),
    "mac": (lazy("andere MAC"), IdentifierKind.MAC),
    "address": (lazy("andere Adresse"), None),
}

SENTENCES = {
    Rule.FIRST: lazy("erste Sichtung"),
    Rule.CONTINUITY: lazy("dieselbe Adresse vorher und nachher beim selben Gerät"),
    Rule.NEIGHBOURHOOD: lazy("dieselbe Adresse und derselbe DNS-Name wie bei der nächsten Sichtung"),
    Rule.VIRTUAL: lazy("virtuelle Adresse eines Verbunds"),
    Rule.PERSON: lazy("von Hand zugeordnet"),
}


def explain(join: Join) -> str:
    """Why a record belongs, e.g. „gleiche Seriennummer und MAC, Name geändert“."""
    if join.rule is not Rule.IDENTIFIER:
        return str(SENTENCES[join.rule])
    agreed = {identifier.kind for identifier in join.agreed}
    parts = []
    for sentence, words in SAME:
        these = [str(word) for kind, word in words.items() if kind in agreed]
        if these:
            parts.append(str(sentence) % {"what": _and(these)})
    if not parts:
        return _("über andere Datensätze verbunden")
    if join.heard:
        parts.append(_("MAC aus der ARP-Tabelle eines Routers"))
    parts += [str(text) for what, (text, kind) in CHANGES.items() if what in join.differs and kind not in agreed]
    return ", ".join(parts)


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else _("%(these)s und %(last)s", these=", ".join(words[:-1]), last=words[-1])
