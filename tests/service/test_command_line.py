"""The `odenwacht` command as users script against it: exit codes, stdout for machines, one German sentence on stderr."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIST = """Inventarnummer;Gerätetyp;Hersteller;Modell;Seriennummer;Raum
ER-001;Notebook;Dell;Latitude 5540;7XK2J93;102
ER-002;Drucker;Kyocera;ECOSYS M3645;VX1234567;Flur
"""


class Command:
    """Runs the command against one database."""

    def __init__(self, database: Any, home: Path) -> None:
        self.environment = {
            **os.environ,
            "ODENWACHT_DATABASE_URL": database.app,
            "ODENWACHT_OWNER_DATABASE_URL": database.owner,
            "ODENWACHT_HOME": str(home),
        }

    def __call__(self, *arguments: str | Path, code: int = 0, **more: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "ignore", "-m", "service", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL, **more
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done


@pytest.fixture
def odenwacht(fresh_database: Any, tmp_path: Path) -> Command:
    return Command(fresh_database, tmp_path)


@pytest.fixture
def erbach(odenwacht: Command) -> Command:
    odenwacht("town", "add", "erbach", "Erbach", "--inhabitants", "14099")
    return odenwacht


def test_a_new_town_looks_after_itself_every_night(erbach: Command, fresh_database: Any) -> None:
    import psycopg

    with psycopg.connect(fresh_database.superuser) as connection:
        (row,) = connection.execute("select task, cron, enabled from schedule").fetchall()
    assert row == ("checks.run", "30 2 * * *", True)


def test_an_auditors_role_has_an_end(erbach: Command, fresh_database: Any) -> None:
    import psycopg

    erbach("user", "add", "edda@pruefung.example", "--role", "auditor", "--town", "erbach")
    erbach("user", "add", "pia@erbach.example", "--role", "it_admin", "--town", "erbach", "--until", "2027-03-31")
    assert (
        "kein Tag" in erbach("user", "add", "x@y.example", "--role", "isb", "--town", "erbach", "--until", "bald", code=1).stderr
    )
    with psycopg.connect(fresh_database.superuser) as connection:
        found = dict(connection.execute("select role, valid_until from membership").fetchall())
    assert timedelta(days=364) < found["auditor"] - datetime.now(UTC) < timedelta(days=367)
    assert found["it_admin"].astimezone(UTC).isoformat() == "2027-03-31T22:00:00+00:00"


def test_a_list_goes_in_and_comes_out_again(erbach: Command, tmp_path: Path) -> None:
    path = tmp_path / "bestand.csv"
    path.write_bytes(LIST.encode("cp1252"))
    plan = erbach("import", path, "--town", "erbach", "--observed-at", "2026-11-02T08:00:00+01:00", "--dry-run")
    assert "2 neu" in plan.stdout
    assert erbach("export", "assets").stdout == ""
    erbach("import", path, "--town", "erbach", "--observed-at", "2026-11-02T08:00:00+01:00")
    assets = [json.loads(line) for line in erbach("export", "assets", "--format", "jsonl").stdout.splitlines()]
    assert {(asset["town"], asset["serial"], asset["kind"]) for asset in assets} == {
        ("erbach", "7XK2J93", "notebook"),
        ("erbach", "VX1234567", "printer"),
    }
    records = [json.loads(line) for line in erbach("export", "records").stdout.splitlines()]
    assert [(record["file"], record["key"]) for record in records] == [("bestand.csv", "row:1"), ("bestand.csv", "row:2")]
    assert {record["asset_id"] for record in records} == {asset["asset_id"] for asset in assets}


def test_what_was_exported_changes_nothing_when_it_comes_back(erbach: Command, tmp_path: Path) -> None:
    path = tmp_path / "bestand.csv"
    path.write_bytes(LIST.encode())
    erbach("import", path, "--town", "erbach", "--observed-at", "2026-11-02T08:00:00+01:00")
    for form in ("csv", "xlsx"):
        out = tmp_path / f"export.{form}"
        erbach("export", "assets", "--format", form, "--out", out)
        plan = erbach("import", out, "--town", "erbach", "--dry-run")
        assert "0 neu, 0 geändert, 2 gleich" in plan.stdout


def test_csv_is_for_german_excel(erbach: Command, tmp_path: Path) -> None:
    path = tmp_path / "bestand.csv"
    path.write_bytes(LIST.encode())
    erbach("import", path, "--town", "erbach")
    out = tmp_path / "export.csv"
    erbach("export", "assets", "--format", "csv", "--out", out)
    text = out.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "/gibt/es/nicht.csv", "--town", "erbach"), "gibt es nicht"),
        (("export", "assets", "--town", "nirgendwo"), "nirgendwo"),
        (("import", "x.csv"), "Stadt"),
        (("scan", "--town", "erbach", "-oN/tmp/x"), ""),
        (("scan", "--town", "erbach", "10.0.0.0/24"), "freigegeben"),
        (("scan", "--town", "erbach", "127.0.0.1"), ""),
        (("network", "add", "erbach", "8.8.8.0/24", "--site", "Rathaus"), "8.8.8.0/24"),
        (("network", "add", "erbach", "10.0.0.0/8", "--site", "Rathaus"), "zu groß"),
        (("report", "gibtesnicht", "--town", "erbach", "--out", "/tmp/x.pdf"), "gibtesnicht"),
    ],
)
def test_wrong_input_is_one_german_sentence_and_exit_code_1_or_2(erbach: Command, arguments: tuple[str, ...], words: str) -> None:
    usage = arguments[0] == "scan" and arguments[-1].startswith("-")
    done = erbach(*arguments, code=2 if usage else 1)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_first_person_gets_in_by_the_command_line(erbach: Command) -> None:
    made = erbach("user", "add", "pia@erbach.example", "--role", "it_admin", "--town", "erbach", "--name", "Pia Eberesche")
    assert "Passwort (wird nur jetzt gezeigt): " in made.stdout
    listed = erbach("user", "list").stdout
    assert "pia@erbach.example\tPia Eberesche\taktiv\tit_admin@erbach" in listed
    erbach("user", "disable", "pia@erbach.example")
    assert "gesperrt" in erbach("user", "list").stdout
    assert "nur für Konten der Vorführung" in erbach("user", "totp", "pia@erbach.example", code=1).stderr


def test_the_audit_chain_is_walked_and_a_checkpoint_kept(erbach: Command, tmp_path: Path, fresh_database: Any) -> None:
    import psycopg

    kept = tmp_path / "checkpoint.json"
    done = erbach("audit", "verify", "--write-checkpoint", kept)
    assert "Verbund: 1 Einträge, unversehrt" in done.stdout
    erbach("audit", "verify", "--checkpoint", kept)
    with psycopg.connect(fresh_database.superuser, autocommit=True) as connection:
        connection.execute("update audit_entry set entry = replace(entry, 'town.add', 'town.xyz')")
    broken = erbach("audit", "verify", code=1)
    assert "Eintrag 1 passt nicht" in broken.stderr


def test_inspect_needs_no_database(tmp_path: Path) -> None:
    path = tmp_path / "bestand.csv"
    path.write_bytes(LIST.encode())
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ODENWACHT")}
    command = [sys.executable, "-W", "ignore", "-m", "service", "inspect", str(path)]
    environment["ODENWACHT_HOME"] = str(tmp_path)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["key"] for line in lines] == ["row:1", "row:2"]
    assert not (tmp_path / "pg18").exists()


def test_openapi_is_printed(erbach: Command) -> None:
    described = json.loads(erbach("openapi").stdout)
    assert described["openapi"].startswith("3.1")


def test_the_doctor_starts_no_database(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("ODENWACHT_")}
    command = [sys.executable, "-W", "ignore", "-m", "service", "doctor"]
    home = tmp_path / "var"
    told = subprocess.run(
        command, cwd=ROOT, env=environment | {"ODENWACHT_HOME": str(home)}, capture_output=True, text=True, check=False
    )
    assert "Datenbank: noch keine" in told.stdout, told.stderr
    assert not list(home.rglob("PG_VERSION"))


def test_a_network_entered_at_the_command_line_says_who_did_not_agree(erbach: Command) -> None:
    told = erbach("network", "add", "erbach", "10.61.20.0/24", "--site", "Rathaus")
    assert "ohne dass ISB und Datenschutz" in told.stderr
    guests = erbach("network", "add", "erbach", "10.61.60.0/24", "--site", "Rathaus", "--purpose", "guest")
    assert "ISB" not in guests.stderr
