"""The probe by itself: its scope file, its jobs, and what it believes of an answer."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import msgspec
import pytest

from scanners import policy, wire
from scanners.observation import Collection, Observation, Source
from scanners.probe import centre, doctor, rules, scope, work
from scanners.probe.home import Home, Identity, Unfit
from scanners.probe.reading import Granted
from scanners.probe.run import Runner, alone
from scanners.probe.work import Desk, Todo
from scanners.snmp.client import Community, User

CENTRE, ME = wire.private(bytes(32)), UUID(int=7)
MONDAY = datetime(2026, 11, 16, 11, tzinfo=UTC)


# --- the scope file


def test_a_scope_file_says_what_may_be_scanned_how_fast_and_when() -> None:
    told = (
        '[[network]]\ncidr = "10.1.0.0/24"\nwindows = ["Mo-Fr 18:00-06:00"]\n[[network]]\ncidr = "10.2.0.0/24"\nmode = "guest"\n'
    )
    first, second = scope.released(told)
    (careful,) = scope.released(
        '[[network]]\ncidr = "10.1.0.0/24"\nexcluded = ["10.1.0.7", "10.1.0.32/28"]\nsnmp_per_second = 5\n'
    )
    assert ([str(one) for one in careful.excluded], careful.snmp_per_second) == (["10.1.0.7/32", "10.1.0.32/28"], 5)
    assert (str(first.network), first.packets_per_second, second.guest) == ("10.1.0.0/24", 300, True)
    assert policy.shut(["10.1.0.0/26"], [first], MONDAY)
    assert not policy.shut(["10.1.0.0/26"], [first], MONDAY.replace(hour=20))
    assert not policy.shut(["10.3.0.0/26"], [first], MONDAY)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("network = 5", "Abschnitte"), ("[[network]]\ncidr = 5", "Netz 1"), ("[[network", "TOML"), ('[[netz]]\ncidr = "10.1.0.0/24"', "Abschnitte"),
        ('[[network]]\ncidr = "10.1.0.5/24"', "10.1.0.0/24"), ('[[network]]\ncidr = "169.254.0.0/24"', "nie gescannt"),
        ('[[network]]\ncidr = "10.1.0.0/24"\nmode = "alles"', "mode"), ('[[network]]\ncidr = "10.1.0.0/24"\npackets_per_second = true', "packets"),
        ('[[network]]\ncidr = "10.1.0.0/24"\nwindow = "Mo"', "Unbekannte"), ('[[network]]\ncidr = "10.1.0.0/24"\nwindows = ["Mo 25:00-26:00"]', "kein Zeitfenster"),
        ('[[network]]\ncidr = "10.1.0.0/24"\nowned = "ja"', "true"), ('[[network]]\ncidr = "8.8.8.0/24"', "kein privates Netz"),
        ('[[network]]\ncidr = "10.1.0.0/24"\nexcluded = ["10.2.0.1"]', "liegt nicht im Netz"), ('[[network]]\ncidr = "10.1.0.0/24"\nexcluded = "10.1.0.1"', "Liste"),
        ('[[network]]\ncidr = "10.1.0.0/24"\nsnmp_per_second = 0', "snmp_per_second"),
    ],
)  # fmt: skip
def test_an_unclear_scope_file_allows_nothing(told, said, tmp_path) -> None:
    with pytest.raises(ValueError, match=said):
        scope.released(told)
    (tmp_path / "scope.toml").write_text(told)
    with pytest.raises(Unfit, match="gilt nicht"):
        work.released(Home(tmp_path, tmp_path / "scope.toml"))


def test_s22_without_a_scope_file_or_with_one_that_others_write_nothing_is_scanned(tmp_path) -> None:
    home = Home(tmp_path, tmp_path / "scope.toml")
    with pytest.raises(Unfit, match="fehlt"):
        work.released(home)
    home.scope_file.write_text('[[network]]\ncidr = "10.1.0.0/24"\n')
    home.scope_file.chmod(0o666)
    with pytest.raises(Unfit, match="änderbar"):
        work.released(home)


@pytest.mark.parametrize(
    "target", ["10.2.0.0/24", "::ffff:10.2.0.1", "64:ff9b::a02:1", "-oN/x", "10.1.0.0/8", "10.1.0.1%eth0", "localhost", ""]
)
async def test_s22_no_job_of_the_centre_reaches_beyond_the_scope_file(target, tmp_path) -> None:
    home = Home(tmp_path, tmp_path / "scope.toml")
    home.scope_file.write_text('[[network]]\ncidr = "10.1.0.0/24"\n')
    with pytest.raises(policy.Denied):
        await work.scan(home, wire.Job(ME, [target], "x", MONDAY), lambda _: asyncio.sleep(0))
    assert not (tmp_path / "scans.log").exists()


def test_snmp_access_is_read_from_a_private_file_only(tmp_path) -> None:
    home = Home(tmp_path, tmp_path / "scope.toml")
    assert work.credentials(home) == []
    home.access_file.write_text('[[access]]\nversion = "2c"\ncommunity = "c"\n[[access]]\nname = "n"\n')
    home.access_file.chmod(0o600)
    assert work.credentials(home) == [Granted(Community("c")), Granted(User("n"))]
    home.access_file.write_text('[[access]]\nversion = "1"\ncommunity = "c"\nnetworks = ["10.1.0.0/24", "fd00::/120"]\n')
    (one,) = work.credentials(home)
    assert [one.holds(address) for address in ("10.1.0.7", "10.2.0.7", "fd00::7")] == [True, False, True]
    assert "lesen" not in repr(Granted(Community("lesen")))
    home.access_file.chmod(0o640)
    with pytest.raises(Unfit, match="chmod 600"):
        work.credentials(home)


# --- jobs and batches


def job(number: int) -> wire.Job:
    return wire.Job(UUID(int=number), ["10.1.0.0/24"], "x", MONDAY)


def test_the_centres_list_of_jobs_is_the_truth(tmp_path) -> None:
    desk = Desk(tmp_path)
    desk.merge([job(1), job(2), job(3)], [])
    desk.note(Todo(job(1), "done", "12 Adressen antworteten."))
    desk.merge([job(1), job(2)], [])  # 3 was withdrawn, 1 is not told yet
    assert [(todo.job.id.int, todo.state) for todo in desk.all()] == [(1, "done"), (2, "open")]
    desk.merge([job(2)], [UUID(int=1)])
    assert [todo.job.id.int for todo in desk.all()] == [2]


def test_a_job_that_waits_is_held_in_its_newest_form(tmp_path) -> None:
    desk = Desk(tmp_path)
    desk.merge([job(1)], [])
    desk.merge([msgspec.structs.replace(job(1), purpose="Ausfall im Rathaus")], [])
    assert [todo.job.purpose for todo in desk.all()] == ["Ausfall im Rathaus"]
    assert desk.names(UUID(int=1))
    assert not desk.names(UUID(int=2))


NETS = [
    wire.Net("10.1.0.0/24", packets_per_second=100, windows=["Mo-Fr 18:00-06:00"], excluded=["10.1.0.2"]),
    wire.Net("10.1.0.4/31", "passive"), wire.Net("10.1.0.6/31", "guest"), wire.Net("10.1.0.8/29", "closed"),
]  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path, tmp_path / "scope.toml")
    made.make()
    made.scope_file.write_text('[[network]]\ncidr = "10.1.0.0/24"\ndisturbing = true\nexcluded = ["10.1.0.16"]\n')
    rules.keep(made, NETS)
    return made


def test_s22_the_towns_networks_hold_beside_the_scope_file(home) -> None:
    known = rules.rules(home)
    scope = known.admit(["10.1.0.0/27"])
    last = {int(str(one).rpartition(".")[2]) for one in scope.addresses()}
    assert last == {*range(1, 32)} - {2, 4, 5, 6, 7, *range(8, 17)}
    assert (scope.packets_per_second, scope.disturbing) == (100, True)
    night = MONDAY.replace(hour=22)
    assert [known.may_ask(f"10.1.0.{one}", night) for one in (1, 2, 4, 6, 8, 16, 255)] == [True] + [False] * 6
    assert not known.may_ask("10.1.0.1", MONDAY)


def test_a_job_waits_for_the_towns_window_unless_a_reason_came_with_it_and_always_for_ours(home) -> None:
    def waits(purpose: str, at: datetime) -> bool:
        return work.waits(home, Todo(msgspec.structs.replace(job(1), purpose=purpose)), at)

    assert waits("", MONDAY)
    assert not waits("", MONDAY.replace(hour=22))
    assert not waits("Ausfall im Rathaus", MONDAY)
    home.scope_file.write_text('[[network]]\ncidr = "10.1.0.0/24"\nwindows = ["Sa 00:00-01:00"]\n')
    assert waits("Ausfall im Rathaus", MONDAY)


async def test_s22_what_the_town_closed_since_is_refused_at_the_probe(home) -> None:
    for target in ("10.1.0.2", "10.1.0.4/31", "10.1.0.6", "10.1.0.8/30", "10.2.0.0/24"):
        with pytest.raises(policy.Denied):
            await work.scan(home, wire.Job(ME, [target], "x", MONDAY), lambda _: asyncio.sleep(0))
    assert not (home.folder / "scans.log").exists()


def test_networks_of_the_centre_that_nobody_understands_stop_all_scans(home) -> None:
    rules.keep(home, None)  # an older centre says nothing: what is known holds on
    assert rules.told(home)
    rules.keep(home, [wire.Net("10.1.0.0/24", "morgens")])
    with pytest.raises(Unfit, match="unlesbar"):
        rules.rules(home)
    home.town_file.unlink()
    assert rules.rules(home).theirs is None


def test_a_job_ends_with_the_window_and_when_it_is_taken_back(home) -> None:
    closed = policy.windows("Mo 03:00-03:00")  # never open
    assert work.Watch([closed], str)()
    watch = work.Watch([()], lambda: "Die Zentrale hat den Auftrag zurückgenommen.")
    assert watch()
    assert "zurückgenommen" in watch.why
    assert not work.Watch([(), ()], str)()


def test_a_large_collection_is_delivered_in_pieces() -> None:
    hosts = tuple(Observation(Source.NMAP, f"10.1.{n // 250}.{n % 250 + 1}", facts={"x": "y" * (n * 40)}) for n in range(1200))
    pieces = list(work.bodies(Collection(Source.NMAP, hosts)))
    assert max(map(len, pieces)) <= work.BATCH_LIMIT
    read = [one.key for piece in pieces for one in msgspec.json.decode(piece, type=Collection).observations]
    assert read == [one.key for one in hosts]
    assert len(list(work.bodies(Collection(Source.NMAP, ())))) == 1


# --- what it believes


class Answers(BaseHTTPRequestHandler):
    """Answers as the test says."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status, said, signature = self.server.answer(self.path, self.headers, body)
        self.send_response(status)
        self.send_header(wire.SIGNATURE, signature)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@contextmanager
def answering(answer: Any, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.answer = answer
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def probe(folder: Path, port: int, scheme: str = "http") -> Runner:
    home = Home(folder, folder / "scope.toml")
    home.make()
    mine, centre_key = wire.text(wire.raw_private(wire.new_key())), wire.text(wire.public(CENTRE))
    home.keep(Identity(f"{scheme}://127.0.0.1:{port}", 1, "Erbach", ME, "Rathaus", mine, centre_key))
    return Runner(home, "0.1.0", lambda _: None)


def good(path: str, headers: Any, body: bytes) -> tuple[int, bytes, str]:
    batch, counter = UUID(headers["Odenwacht-Batch"]), int(headers["Odenwacht-Counter"])
    if path == wire.JOBS:
        said = msgspec.json.encode(wire.Orders(counter, "9.9", []))
        return 200, said, wire.stamp("orders", ME.bytes, said, CENTRE)
    said = msgspec.json.encode(wire.Receipt(ME, batch, counter, "x", MONDAY))
    return 200, said, wire.stamp("receipt", batch.bytes, said, CENTRE)


def problem(status: int) -> Any:
    return lambda *_: (status, json.dumps({"detail": "So nicht."}).encode(), "")


async def delivered(runner: Runner) -> tuple[str, int, int]:
    """What came of one delivery: the trouble, what waits, what was put aside."""
    runner.spool.put(b"{}")
    trouble = ""
    try:
        await runner._deliver(runner.spool.entries()[0])
    except (centre.Unreachable, centre.Denied) as why:
        trouble = str(why)
    return trouble, len(runner.spool.entries()), len(list(runner.spool.refused.iterdir()))


async def test_a_receipt_of_the_centre_lets_a_batch_go(tmp_path) -> None:
    with answering(good) as port:
        assert await delivered(probe(tmp_path, port)) == ("", 0, 0)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda *a: (*good(*a)[:2], ""), "Unterschrift"),
        (lambda *a: (*good(*a)[:2], wire.stamp("receipt", b"", good(*a)[1], wire.new_key())), "Unterschrift"),
        (lambda p, h, b: good(p, {**dict(h), "Odenwacht-Batch": str(UUID(int=1))}, b), "Unterschrift"),
        (lambda p, h, b: good(p, {**dict(h), "Odenwacht-Counter": "1"}, b), "anderen Lieferung"),
        (lambda *_: (200, b"<html>Bitte anmelden</html>", ""), "Unterschrift"),
        (lambda *_: (502, b"<html>Bad gateway</html>", ""), "etwas anderes"),
        (problem(503), "So nicht"), (problem(429), "So nicht"), (problem(401), "So nicht"), (problem(403), "So nicht"),
    ],
)  # fmt: skip
async def test_s28_nothing_goes_on_the_word_of_somebody_else(answer, said, tmp_path) -> None:
    with answering(answer) as port:
        trouble, waiting, aside = await delivered(probe(tmp_path, port))
    assert said in trouble
    assert (waiting, aside) == (1, 0)


@pytest.mark.parametrize("status", [409, 413, 422])
async def test_what_the_centre_will_never_take_is_put_aside_not_deleted(status, tmp_path) -> None:
    with answering(problem(status)) as port:
        assert await delivered(probe(tmp_path, port)) == ("", 0, 1)


async def test_s28_an_old_answer_brings_no_jobs(tmp_path) -> None:
    old = []

    def answer(path: str, headers: Any, body: bytes) -> tuple[int, bytes, str]:
        old.append(good(path, headers, body))
        return old[0]

    with answering(answer) as port:
        runner = probe(tmp_path, port)
        await runner._ask()
        assert runner.state.newest == "9.9"
        with pytest.raises(centre.Unreachable, match="frühere Anfrage"):
            await runner._ask()


@pytest.mark.parametrize(
    "url", ["http://odenwacht.example", "http://10.0.0.1", "ftp://x", "https://", "https://a:b@c", "https://a:port"]
)
def test_there_is_no_way_to_the_centre_without_encryption(url) -> None:
    with pytest.raises(ValueError, match=r"https://"):
        centre.base(url)


def self_signed(folder: Path) -> tuple[Path, Path]:
    key, certificate = folder / "key.pem", folder / "ca.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "9", "-subj",
         "/CN=Stadt", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True,
    )  # fmt: skip
    return key, certificate


@pytest.mark.system("openssl")
async def test_s39_only_a_known_certificate_and_a_modern_tls_will_do(tmp_path) -> None:
    key, certificate = self_signed(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with answering(good, tls) as port:
        assert "Zertifikat" in (await delivered(probe(tmp_path / "a", port, "https")))[0]
        trusting = probe(tmp_path / "b", port, "https")
        trusting.centre.authority = certificate
        assert (await delivered(trusting))[1] == 0
    assert centre.context(None).minimum_version == ssl.TLSVersion.TLSv1_2


# --- the command


async def test_halves_of_files_that_a_killed_process_left_are_gone_after_the_next_start(tmp_path) -> None:
    with answering(good) as port:
        runner = probe(tmp_path, port)
        runner.spool.put(b"{}")
        halves = [folder / "state.json.4711.part" for folder in (tmp_path, tmp_path / "jobs", runner.spool.folder)]
        for half in halves:
            half.write_bytes(b"{")
        await runner.once()
    assert [half for half in halves if half.exists()] == []
    assert runner.home.identity_file.exists()


def test_only_one_probe_runs_in_a_folder(tmp_path) -> None:
    home = Home(tmp_path, tmp_path / "scope.toml")
    with alone(home), pytest.raises(Unfit, match="läuft schon"), alone(home):
        pass


def test_the_command_needs_neither_web_nor_database(tmp_path) -> None:
    program = (
        "import sys; from service.cli import main; code = main(['probe', 'doctor']);"
        "sys.exit(code if not {'litestar', 'piccolo', 'asyncpg', 'procrastinate'} & set(sys.modules) else 9)"
    )
    environment = os.environ | {"ODENWACHT_PROBE_HOME": str(tmp_path / "sonde")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert "FEHLT  Anmeldung" in done.stdout
    assert "odenwacht probe enrol CODE URL" in done.stdout


def test_doctor_finds_nothing_wrong_with_a_good_probe_and_advises(tmp_path) -> None:
    runner = probe(tmp_path, 9)
    runner.home.scope_file.write_text('[[network]]\ncidr = "10.1.0.0/24"\n')
    found = {check.what.split(":")[0]: check for check in doctor.checks(runner.home)}
    assert found["Scanbereich"].good
    assert not found["Scanbereich ist für die Sonde nur lesbar"].needed
    assert "Noch nie" in found["Zentrale erreicht"].remedy
    wide = ("10.0.0.0/8", "fd00::/64")
    runner.home.scope_file.write_text("".join(f'[[network]]\ncidr = "{cidr}"\n' for cidr in wide))
    said = {check.what: check for check in doctor.checks(runner.home)}
    for cidr in wide:
        assert not said[f"Scanbereich: {cidr} ist zu groß für einen Scan"].good
    runner.home.identity_file.chmod(0o644)
    assert "chmod 600" in next(doctor.checks(runner.home)).remedy
