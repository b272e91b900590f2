"""Is a frozen state what was sealed? Recomputed from its files alone, without database and network. Pure.

A package is a ZIP with the documents `A.0.json` … `A.6.json`, `manifest.json` and `seal.json`.
"""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from isms.snapshots.canonical import START, canonical, digest, seal

MANIFEST, SEAL, RELEASE = "manifest.json", "seal.json", "release.json"
COVER = "cover.json"
"""The one file that only a joint package has."""
MOST = 200 * 1024 * 1024
"""Bytes of all files of a package together; more is refused unread."""
_STAMP = (1980, 1, 1, 0, 0, 0)
"""A ZIP's own clock would differ from time to time; the true moment stands in the manifest."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that does not fit: which file, and why, in German."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out for one package; `previous` and `seal` are hex, empty where they cannot be read."""

    name: str
    snapshot: str = ""
    taken_at: datetime | None = None
    serial: int = 0
    previous: str = ""
    seal: str = ""
    fault: Fault | None = None
    town: str = ""

    @property
    def good(self) -> bool:
        return self.fault is None


def package(documents: Mapping[str, bytes], manifest: bytes, previous: str, *, release: bytes | None = None) -> bytes:
    """A frozen state as one ZIP; the same content has the same bytes."""
    files = {f"{key}.json": data for key, data in sorted(documents.items())}
    files[MANIFEST] = manifest
    files[SEAL] = canonical({"previous": previous, "seal": seal(previous, manifest)})
    if release is not None:
        files[RELEASE] = release
    return zipped(files)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files as a ZIP without a clock: the same content has the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.external_attr, entry.create_system, entry.compress_type = 0o644 << 16, 3, zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()


def check(name: str, data: bytes) -> Verdict:
    """Recompute one town's package; the first fault is named: the earliest document, then manifest, then seal."""
    files = files_of(name, data)
    return Verdict(name, fault=files) if isinstance(files, Fault) else check_files(name, files)


def files_of(name: str, data: bytes) -> dict[str, bytes] | Fault:
    """The files of a package, or why they cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(x.file_size for x in archive.infolist()) > MOST:
                return Fault(name, "Das Paket ist zu groß.")
            names = archive.namelist()
            if len(names) != len(set(names)):
                return Fault(name, "Eine Datei steht doppelt im Paket.")
            return {x: archive.read(x) for x in names}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        return Fault(name, "Das ist kein lesbares Paket eines Prüfstands.")


def check_files(name: str, files: Mapping[str, bytes]) -> Verdict:
    """As `check`, for files that are unpacked already."""
    told = told_in(files.get(MANIFEST))
    sealed = told_in(files.get(SEAL))
    if told is None:
        return Verdict(name, fault=Fault(MANIFEST, "Das Verzeichnis fehlt oder ist nicht lesbar."))
    snapshot, serial = str(told.get("snapshot", "")), told.get("serial")
    previous, value = (str((sealed or {}).get(x, "")) for x in ("previous", "seal"))
    fault = _documents(files, told.get("docs")) or _seal(files[MANIFEST], told, sealed, previous, value)
    return Verdict(
        name, snapshot, time_of(told.get("taken_at")), serial if isinstance(serial, int) else 0, previous, value, fault,
        str(told.get("town", "")),
    )  # fmt: skip


def check_chain(verdicts: Sequence[Verdict]) -> Fault | None:
    """Do a town's packages continue each other? By town and number; a gap is no fault, a wrong predecessor is one."""
    ordered = sorted((x for x in verdicts if x.good and x.serial), key=lambda x: (x.town, x.serial))
    for before, after in pairwise(ordered):
        if before.town != after.town:
            continue
        if before.serial == after.serial and before.seal != after.seal:
            return Fault(after.name, f"{after.snapshot} trägt dieselbe laufende Nummer wie {before.snapshot}.")
        if before.serial + 1 == after.serial and after.previous != before.seal:
            return Fault(after.name, f"{after.snapshot} schließt nicht an {before.snapshot} an.")
    return None


def _documents(files: Mapping[str, bytes], docs: object) -> Fault | None:
    if not isinstance(docs, dict) or not docs:
        return Fault(MANIFEST, "Das Verzeichnis nennt keine Dokumente.")
    for key in sorted(docs):
        data = files.get(f"{key}.json")
        if data is None:
            return Fault(f"{key}.json", "Das Dokument fehlt.")
        if digest(data) != docs[key]:
            return Fault(f"{key}.json", "Der Inhalt ist nicht der, der festgehalten wurde.")
    strange = sorted(set(files) - {f"{key}.json" for key in docs} - {MANIFEST, SEAL, RELEASE})
    return Fault(strange[0], "Diese Datei gehört nicht zum Prüfstand.") if strange else None


def _seal(manifest: bytes, told: Mapping[str, Any], sealed: object, previous: str, value: str) -> Fault | None:
    try:
        if canonical(told) != manifest:
            return Fault(MANIFEST, "Das Verzeichnis ist nicht in der festgelegten Schreibweise.")
    except (TypeError, ValueError):
        return Fault(MANIFEST, "Das Verzeichnis ist nicht in der festgelegten Schreibweise.")
    if sealed is None:
        return Fault(SEAL, "Das Siegel fehlt oder ist nicht lesbar.")
    if len(previous) != len(START) or not previous.isascii() or seal(previous, manifest) != value:
        return Fault(SEAL, "Das Siegel gehört nicht zu diesem Verzeichnis.")
    if told.get("serial") == 1 and previous != START:
        return Fault(SEAL, "Der erste Prüfstand einer Stadt hat keinen Vorgänger.")
    return None


def told_in(data: bytes | None) -> dict[str, Any] | None:
    """What a JSON file says; None where it says no object."""
    if data is None:
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def time_of(value: object) -> datetime | None:
    """A moment written in JSON, in UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        return None
