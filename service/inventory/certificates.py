"""Certificates and SSH host keys as lists and files show them: plain values and their words. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from service.i18n import Lazy, lazy, ngettext
from service.i18n import gettext as _
from service.inventory import labels
from service.inventory.expiry import Expiry, days_left, stage
from service.settings import BERLIN

OPENSSH = "SHA256:"
"""What stands before a fingerprint as OpenSSH prints it."""

EXPIRY: Mapping[str, tuple[Lazy, str]] = {
    Expiry.EXPIRED: (lazy("abgelaufen"), "danger"),
    Expiry.SOON: (lazy("läuft bald ab"), "warning"),
    Expiry.VALID: (lazy("gültig"), "success"),
    Expiry.EARLY: (lazy("gilt noch nicht"), "warning"),
    Expiry.UNKNOWN: (lazy("Ende unbekannt"), "unknown"),
}
DUE = "due"
"""Filter: ended, or ends within the time of reminders."""
STATES: Mapping[str, Lazy] = {DUE: lazy("abgelaufen oder bald"), **{str(key): word for key, (word, _tone) in EXPIRY.items()}}
ISSUERS: Mapping[str, Lazy] = {"own": lazy("vom Gerät selbst"), "other": lazy("von einer anderen Stelle")}
KEY_STATES: Mapping[str, tuple[Lazy, str]] = {
    "shared": (lazy("auf mehreren Geräten"), "danger"),
    "single": (lazy("nur hier"), "success"),
    "former": (lazy("früher gesehen"), "neutral"),
}


def common_name(subject: str | None) -> str | None:
    """The common name in a distinguished name like `CN=web01,O=Stadt`; commas within it are escaped by a backslash."""
    found = re.search(r"(?:^|[,/]\s*)(?:CN|commonName)=((?:\\.|[^,/\\])+)", subject or "")
    return re.sub(r"\\(.)", r"\1", found[1]).strip() or None if found else None


@dataclass(frozen=True, slots=True)
class CertificateFilter:
    """What the list of certificates may be narrowed to; `state` is a key of `STATES`, `issuer` one of `ISSUERS`."""

    q: str = ""
    state: str = ""
    issuer: str = ""
    shared: bool = False
    asset: UUID | None = None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate at a port of a device; `own` where the device issued it itself, `holders` count devices that show it."""

    asset: UUID
    asset_name: str
    asset_kind: str
    port: int
    ips: tuple[str, ...]
    fingerprint: str
    subject: str | None
    issuer: str | None
    names: tuple[str, ...]
    not_before: datetime | None
    not_after: datetime | None
    own: bool
    holders: int
    state: str
    first_seen: datetime
    last_seen: datetime

    @property
    def name(self) -> str | None:
        """Whom it is for in short: the common name, else its first other name, else the whole subject."""
        return common_name(self.subject) or next(iter(self.names), None) or self.subject

    @property
    def others(self) -> tuple[str, ...]:
        """Its other names."""
        return tuple(name for name in self.names if name != self.name)

    @property
    def issued_by(self) -> str | None:
        """Who issued it, in short."""
        return common_name(self.issuer) or self.issuer

    def lamp(self, now: datetime) -> tuple[str, str]:
        """Words and tone of its state; what ends soon says in how many days."""
        word, tone = EXPIRY[self.state]
        left = days_left(self.not_after, now)
        if self.state == Expiry.SOON and left is not None:
            return ngettext("noch %(num)s Tag", "noch %(num)s Tage", left), "danger" if stage(left) <= 14 else tone
        return str(word), tone


@dataclass(frozen=True, slots=True)
class CertificatePage:
    """One page of certificates, of `total` lines in all."""

    rows: tuple[CertificateRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class KeyFilter:
    """What the list of SSH host keys may be narrowed to; `state` is a key of `KEY_STATES`."""

    q: str = ""
    state: str = ""
    type: str = ""
    asset: UUID | None = None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An SSH host key of a device; `current` while a port or the agent shows it, `holders` count devices that do."""

    asset: UUID
    asset_name: str
    asset_kind: str
    fingerprint: str
    type: str | None
    bits: int | None
    ports: tuple[int, ...]
    ips: tuple[str, ...]
    current: bool
    holders: int
    first_seen: datetime
    last_seen: datetime

    @property
    def state(self) -> str:
        """Shared: several devices show it, as clones do."""
        if not self.current:
            return "former"
        return "shared" if self.holders > 1 else "single"

    @property
    def openssh(self) -> str:
        """The fingerprint as `ssh` and `ssh-keygen -l` print it, to be compared with what they ask."""
        return OPENSSH + base64.b64encode(bytes.fromhex(self.fingerprint)).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class KeyPage:
    """One page of keys, of `total` lines in all."""

    rows: tuple[KeyRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Due:
    """Certificates and keys of a town, and those that people have to look at.

    `expired`: ended; `soon`: ends within the time of reminders; `shared_keys`: keys that several devices show.
    """

    certificates: int
    expired: int
    soon: int
    keys: int
    shared_keys: int


CERTIFICATE_COLUMNS = (
    "Gerät", "Geräteart", "IP-Adressen", "Port", "Ausgestellt für", "Namen", "Ausgestellt von", "Selbst ausgestellt", "Gültig ab",
    "Gültig bis", "Zustand", "Geräte mit diesem Zertifikat", "Fingerabdruck (SHA-256)", "Zuerst gesehen", "Zuletzt gesehen",
)  # fmt: skip
KEY_COLUMNS = (
    "Gerät", "Geräteart", "IP-Adressen", "Ports", "Verfahren", "Länge in Bit", "Zustand", "Geräte mit diesem Schlüssel",
    "Fingerabdruck (SHA-256)", "Zuerst gesehen", "Zuletzt gesehen",
)  # fmt: skip
"""Heads of the files; they stay German in every language, for they are a file format."""


def certificate_line(row: CertificateRow) -> dict[str, Any]:
    """A row of the export."""
    cells = (
        row.asset_name, labels.KINDS[row.asset_kind].text, list(row.ips), row.port, row.subject, list(row.names), row.issuer,
        row.own, _day(row.not_before), _day(row.not_after), EXPIRY[row.state][0].text, row.holders, row.fingerprint,
        _day(row.first_seen), _day(row.last_seen),
    )  # fmt: skip
    return dict(zip(CERTIFICATE_COLUMNS, cells, strict=True))


def key_line(row: KeyRow) -> dict[str, Any]:
    """A row of the export."""
    cells = (
        row.asset_name, labels.KINDS[row.asset_kind].text, list(row.ips), [str(port) for port in row.ports], row.type, row.bits,
        KEY_STATES[row.state][0].text, row.holders, row.openssh, _day(row.first_seen), _day(row.last_seen),
    )  # fmt: skip
    return dict(zip(KEY_COLUMNS, cells, strict=True))


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(BERLIN):%d.%m.%Y}" if at else ""


def searched(text: str) -> str:
    """What to look for: a fingerprint as OpenSSH prints it is stored in hex."""
    said = text.strip()
    try:
        return base64.b64decode(said.removeprefix(OPENSSH) + "=", validate=True).hex() if said.startswith(OPENSSH) else said
    except binascii.Error:
        return said


def key_name(row: KeyRow) -> str:
    """Algorithm and length, e.g. „ssh-rsa, 2048 Bit“."""
    if not row.type:
        return _("unbekanntes Verfahren")
    return f"{row.type}, {_('%(bits)s Bit', bits=row.bits)}" if row.bits else row.type
