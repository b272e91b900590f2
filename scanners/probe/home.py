"""The folder of a probe: who it is, what it may do, what waits.

`identity.json` and `access.toml` are secrets (mode 0600); `scope.toml` belongs to the town's administrator, who is the only
one to write it: the centre cannot, and the probe's own account should not.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanners import sealing, wire
from scanners.spool import Spool, write


class Unfit(Exception):
    """The folder is not what it must be; a German sentence that says what to do."""


class Identity(msgspec.Struct, frozen=True):
    """Who the probe is and whom it believes; keys in base64."""

    url: str
    town: int
    town_name: str
    probe: UUID
    name: str
    private_key: str
    centre_key: str

    @property
    def key(self) -> Ed25519PrivateKey:
        """What the probe signs with."""
        return wire.private(wire.data(self.private_key))

    @property
    def centre(self) -> bytes:
        """What answers are checked with."""
        return wire.public_key(self.centre_key)

    @property
    def fingerprint(self) -> str:
        """The key in letters that two people compare."""
        return wire.fingerprint(wire.public(self.key))


class State(msgspec.Struct):
    """What `status` tells of a running probe; times ISO 8601."""

    heard_at: str = ""
    trouble: str = ""
    doing: str = ""
    newest: str = ""
    unheard: str = ""
    """Whose traps could not be read."""


@dataclass(frozen=True, slots=True)
class Home:
    """The folder, and where the scope file lies (inside it unless the administrator keeps it elsewhere)."""

    folder: Path
    scope_file: Path

    @property
    def identity_file(self) -> Path:
        return self.folder / "identity.json"

    @property
    def access_file(self) -> Path:
        return self.folder / "access.toml"

    @property
    def town_file(self) -> Path:
        """The town's networks as the centre last told them."""
        return self.folder / "town.json"

    @property
    def authority(self) -> Path | None:
        """A certificate authority of the town's own, where one was given at enrolment."""
        path = self.folder / "ca.pem"
        return path if path.exists() else None

    def make(self) -> None:
        """Make the folder, for its owner only."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.folder / "jobs").mkdir(mode=0o700, exist_ok=True)

    def spool(self) -> Spool:
        """What waits."""
        return Spool(self.folder / "spool")

    def tidy(self) -> None:
        """Remove what a process left that was killed while writing; only for the one that holds the lock."""
        self.spool().tidy()
        for left in (*self.folder.glob("*.part"), *(self.folder / "jobs").glob("*.part")):
            left.unlink(missing_ok=True)

    def identity(self) -> Identity:
        """Who we are. Raises `Unfit`."""
        if not self.identity_file.exists():
            raise Unfit(
                f"Diese Sonde ist noch nicht angemeldet ({self.folder}). Holen Sie auf der Seite „Sonden“ einen Einmalcode"
                " und führen Sie aus: odenwacht probe enrol CODE URL"
            )
        private(self.identity_file)
        try:
            return msgspec.json.decode(self.identity_file.read_bytes(), type=Identity)
        except msgspec.MsgspecError:
            raise Unfit(f"{self.identity_file} ist beschädigt. Legen Sie die Sonde neu an und melden Sie sie neu an.") from None

    def keep(self, identity: Identity) -> None:
        """Remember who we are."""
        write(self.identity_file, msgspec.json.encode(identity), 0o600)

    def seal_key(self) -> bytes:
        """The private key that the centre seals secrets for; made when first asked for. Raises `Unfit`, `Full`."""
        path = self.folder / "seal.key"
        if not path.exists():
            write(path, sealing.new_key(), 0o600)
        private(path)
        return path.read_bytes()

    def state(self) -> State:
        """What the running probe last noted."""
        try:
            return msgspec.json.decode((self.folder / "state.json").read_bytes(), type=State)
        except (OSError, msgspec.MsgspecError):
            return State()


def private(path: Path) -> None:
    """Raise `Unfit` for a secret that others can read."""
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Unfit(f"{path} ist für andere lesbar. Abhilfe: chmod 600 {path}")


def administered(path: Path) -> None:
    """Raise `Unfit` for a scope file that anybody but its owner can change."""
    if path.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise Unfit(f"{path} ist für andere änderbar und gilt deshalb nicht. Abhilfe: chmod 644 {path}")


def ours(home: Home) -> bool:
    """Whether the account that owns the probe's folder could change the scope file or put another in its place."""
    account = home.folder.stat().st_uid
    return account in (home.scope_file.stat().st_uid, home.scope_file.parent.stat().st_uid)
