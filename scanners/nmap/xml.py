"""Reads nmap's XML while it comes and hands out one host after the other.

Knows nmap's elements and the limits for hostile files (entities, depth, length of text); knows no meaning: what a
host *is* decides `observe.py`. A few megabytes suffice for a scan of any size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.parsers import expat

from scanners.observation import Problem

DEPTH = 100
"""Deepest nesting accepted (S19)."""
TEXT = 256 * 1024
"""Longest text of one element in characters; a PEM certificate has about 2,000, nmap's longest output some 30,000."""
_CHUNK = 65536

SCRIPTS = frozenset(
    (
        "ssh-hostkey",
        "ssl-cert",
        "nbstat",
        "smb-os-discovery",
        "smb-protocols",
        "http-title",
        "html-title",
        "ssl-enum-ciphers",
        "sslv2",
    )
)
"""Scripts whose results are read; whatever else a file holds stays in the raw file only."""

Attributes = dict[str, str]
_Start = Callable[[Attributes], None]


class Refused(ValueError):
    """A file that must not be read at all: its message is a German sentence."""


@dataclass(slots=True)
class Script:
    """Result of one script: its text and its structure (tables as dicts or lists)."""

    id: str
    output: str
    data: Any = None


@dataclass(slots=True)
class Port:
    """An element `port` with all below it."""

    protocol: str
    number: str
    state: str = ""
    service: Attributes = field(default_factory=dict)
    cpes: list[str] = field(default_factory=list)
    scripts: list[Script] = field(default_factory=list)


class Host:
    """An element `host` as nmap wrote it."""

    __slots__ = ("addresses", "distance", "names", "os_classes", "os_match", "ports", "scripts", "state", "times")

    def __init__(self, times: Attributes) -> None:
        self.times = times
        self.state = "up"
        self.addresses: list[Attributes] = []
        self.names: list[Attributes] = []
        self.ports: list[Port] = []
        self.scripts: list[Script] = []
        self.os_match: Attributes | None = None
        self.os_classes: list[Attributes] = []
        self.distance: str | None = None


class Reader:
    """Feed bytes, take `hosts` away; `run`, `finished` and `progress` fill while the file goes by.

    `nameless` are hosts without a usable address. `feed` raises `Refused` for files that attack the reader or are
    not from nmap; broken XML after a good beginning is a `Problem` and ends the reading (`broken`).
    """

    def __init__(self, on_progress: Callable[[Attributes], None] | None = None) -> None:
        self.hosts: list[Host] = []
        self.run: Attributes = {}
        self.finished: Attributes | None = None
        self.counted: Attributes = {}
        self.all_ports = False
        """Whether the run looked at every TCP port of its hosts."""
        self.broken: Problem | None = None
        self.nameless: list[Problem] = []
        self._progress = on_progress
        self._depth = 0
        self._ended = False
        self._host: Host | None = None
        self._port: Port | None = None
        self._script: Script | None = None
        self._tables: list[tuple[str | None, list[tuple[str | None, Any]]]] = []
        self._key: str | None = None
        self._text: list[str] = []
        self._length = 0
        self._first_match = False
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.EntityDeclHandler = self._entity
        self._starts: dict[str, _Start] = {
            "host": self._host_start,
            "status": self._status,
            "address": self._address,
            "hostname": self._hostname,
            "port": self._port_start,
            "state": self._state,
            "service": self._service,
            "cpe": self._listen,
            "script": self._script_start,
            "table": self._table_start,
            "elem": self._elem_start,
            "osmatch": self._os_match,
            "osclass": self._os_class,
            "distance": self._distance,
            "taskprogress": self._task,
            "taskbegin": self._task,
            "taskend": self._task,
            "finished": self._finish,
            "hosts": self._count,
            "scaninfo": self._scope,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "host": self._host_end,
            "port": self._port_end,
            "cpe": self._cpe_end,
            "script": self._script_end,
            "table": self._table_end,
            "elem": self._elem_end,
        }

    def feed(self, chunk: bytes, final: bool = False) -> None:
        """Read on; after broken XML further bytes are ignored."""
        if self.broken:
            return
        try:
            self._parser.Parse(chunk, final)
        except expat.ExpatError as error:
            if not self.run:
                raise Refused("Das ist keine XML-Datei von nmap.") from error
            if self._ended:
                return  # rubbish behind the closing element costs nothing
            where = f"Zeile {error.lineno}"
            text = "Die Datei bricht hier ab." if final else "Ab hier ist die Datei kein gültiges XML."
            self.broken = Problem(where, f"{text} Alles davor wurde gelesen.")

    def close(self) -> None:
        """The end of the input; a file that stops too early becomes `broken`."""
        self.feed(b"", final=True)

    def take(self) -> list[Host]:
        """Hosts complete since the last call."""
        hosts, self.hosts = self.hosts, []
        return hosts

    # expat's side

    def _entity(self, *_: object) -> None:
        raise Refused("Die XML-Datei vereinbart eigene Entitäten. Solche Dateien werden nicht gelesen.")

    def _start(self, tag: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise Refused(f"Die XML-Datei ist tiefer als {DEPTH} Ebenen verschachtelt und wird nicht gelesen.")
        start = self._starts.get(tag)
        if start:
            start(attributes)
        elif self._depth == 1:
            if tag != "nmaprun":
                raise Refused("Das ist keine XML-Datei von nmap: das Wurzelelement „nmaprun“ fehlt.")
            self.run = attributes or {"scanner": "nmap"}

    def _end(self, tag: str) -> None:
        self._depth -= 1
        end = self._ends.get(tag)
        if end:
            end()
        elif tag == "nmaprun":
            self._ended = True

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > TEXT:
            raise Refused("Die XML-Datei enthält einen überlangen Text und wird nicht gelesen.")
        self._text.append(text)

    def _listen(self, _: Attributes) -> None:
        self._text, self._length = [], 0
        self._parser.CharacterDataHandler = self._characters

    def _heard(self) -> str:
        self._parser.CharacterDataHandler = None
        return "".join(self._text)

    # elements of a host

    def _host_start(self, attributes: Attributes) -> None:
        if self._depth == 2:
            self._host = Host(attributes)

    def _host_end(self) -> None:
        if self._host is not None and self._depth == 1:
            self.hosts.append(self._host)
            self._host = self._port = self._script = None

    def _status(self, attributes: Attributes) -> None:
        if self._host:
            self._host.state = attributes.get("state", "up")

    def _address(self, attributes: Attributes) -> None:
        if self._host:
            self._host.addresses.append(attributes)

    def _hostname(self, attributes: Attributes) -> None:
        if self._host:
            self._host.names.append(attributes)

    def _distance(self, attributes: Attributes) -> None:
        if self._host:
            self._host.distance = attributes.get("value")

    def _port_start(self, attributes: Attributes) -> None:
        if self._host:
            self._port = Port(attributes.get("protocol", ""), attributes.get("portid", ""))

    def _port_end(self) -> None:
        if self._host and self._port and self._port.state.startswith("open"):
            self._host.ports.append(self._port)
        self._port = None

    def _state(self, attributes: Attributes) -> None:
        if self._port:
            self._port.state = attributes.get("state", "")

    def _service(self, attributes: Attributes) -> None:
        if self._port:
            self._port.service = attributes

    def _cpe_end(self) -> None:
        text = self._heard()
        if self._port:
            self._port.cpes.append(text)

    def _os_match(self, attributes: Attributes) -> None:
        if self._host:  # nmap lists its guesses best first
            self._first_match = self._host.os_match is None
            if self._first_match:
                self._host.os_match = attributes

    def _os_class(self, attributes: Attributes) -> None:
        if self._host and (self._first_match or self._host.os_match is None):
            self._host.os_classes.append(attributes)

    # results of scripts

    def _script_start(self, attributes: Attributes) -> None:
        if self._host and attributes.get("id") in SCRIPTS:
            self._script = Script(attributes["id"], attributes.get("output", ""))
            self._tables = [(None, [])]

    def _script_end(self) -> None:
        if self._script and self._host and self._tables:
            self._script.data = _shape(self._tables[0][1])
            (self._port.scripts if self._port else self._host.scripts).append(self._script)
        self._script = None

    def _table_start(self, attributes: Attributes) -> None:
        if self._script:
            self._tables.append((attributes.get("key"), []))

    def _table_end(self) -> None:
        if self._script and len(self._tables) > 1:
            key, rows = self._tables.pop()
            self._tables[-1][1].append((key, _shape(rows)))

    def _elem_start(self, attributes: Attributes) -> None:
        if self._script:
            self._key = attributes.get("key")
            self._listen(attributes)

    def _elem_end(self) -> None:
        if self._script:
            self._tables[-1][1].append((self._key, self._heard()))

    # the run

    def _task(self, attributes: Attributes) -> None:
        if self._progress:
            self._progress(attributes)

    def _finish(self, attributes: Attributes) -> None:
        self.finished = attributes

    def _count(self, attributes: Attributes) -> None:
        self.counted = attributes

    def _scope(self, attributes: Attributes) -> None:
        if attributes.get("protocol") == "tcp" and attributes.get("services") in ("1-65535", "0-65535"):
            self.all_ports = True


def _shape(rows: list[tuple[str | None, Any]]) -> Any:
    """Rows of a table as dict where any has a key, else as list."""
    if any(key is not None for key, _ in rows):
        return {key: value for key, value in rows if key is not None}
    return [value for _, value in rows]


def iter_raw(file: BinaryIO, reader: Reader) -> Iterator[Host]:
    """Hosts of a file while it is read; afterwards `reader` knows how the run ended. Raises `Refused`."""
    while chunk := file.read(_CHUNK):
        reader.feed(chunk)
        if reader.hosts:
            yield from reader.take()
        if reader.broken:
            return
    reader.close()
    yield from reader.take()
