"""Rules of the tree that a machine can check; what breaks one names the file."""

from __future__ import annotations

import importlib.metadata
import re
import runpy
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from service.migrate import known
from service.settings import VARIABLES

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("service", "scanners", "isms", "bcm")


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would add."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).exists()]


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports"))], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_setting_stands_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [name for name in VARIABLES if name not in readme] == []


def test_every_setting_that_the_code_reads_is_declared() -> None:
    read = set()
    for file in tracked("*.py"):
        if file.parts[len(ROOT.parts)] in PACKAGES:
            read |= set(re.findall(r'"(ODENWACHT_[A-Z_]+)"', file.read_text()))
    assert read - set(VARIABLES) == set()


@pytest.mark.parametrize(
    "folder", sorted(ROOT.glob("*/piccolo_migrations")) + sorted(ROOT.glob("*/*/piccolo_migrations")), ids=str
)
def test_each_folder_of_migrations_names_its_newest(folder: Path) -> None:
    newest = max(
        (re.search(r'^ID = "(.+)"', file.read_text(), re.MULTILINE).group(1), file.name) for file in folder.glob("*_20*.py")
    )
    assert (folder / ".head").read_text().strip() == newest[1]


async def test_tables_and_migrations_agree(db) -> None:
    """What Piccolo declares is what the migrations built: every column is there, with its nullability."""
    from piccolo.conf.apps import Finder

    rows = await db.fetch(
        "select table_name, column_name, is_nullable from information_schema.columns where table_schema = 'public'"
    )
    built = {(row["table_name"], row["column_name"]): row["is_nullable"] == "YES" for row in rows}
    wrong = []
    for table in Finder().get_table_classes():
        for column in table._meta.columns:
            place = (table._meta.tablename, column._meta.db_column_name)
            if place not in built or built[place] != column._meta.null:
                wrong.append(place)
    assert wrong == []
    assert known()


async def test_the_maker_of_migrations_finds_nothing_to_change(capsys: pytest.CaptureFixture[str]) -> None:
    """What tables say and what migrations wrote down agree to the last default, so that `--auto` proposes only what is new."""
    from piccolo.apps.migrations.commands.new import AutoMigrationManager

    from service.piccolo_conf import APP_REGISTRY

    found = {
        app.app_name: [line for alter in await AutoMigrationManager().get_alter_statements(app) for line in alter.statements]
        for app in APP_REGISTRY.app_configs.values()
    }
    capsys.readouterr()
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_no_other_distribution_brings_our_package_names() -> None:
    taken = [
        f"{distribution.name}: {line}"
        for distribution in importlib.metadata.distributions()
        for line in (distribution.read_text("top_level.txt") or "").split()
        if line in PACKAGES
    ]
    assert taken == []


def test_locks_hold_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-test.lock", "requirements-setup.lock", "templates/package-lock.json"):
        text = (ROOT / name).read_text()
        assert "://" not in re.sub(r'"(funding|url)":.*', "", text), name
        assert "sha256:" in text or "sha512-" in text, name


def test_no_path_of_a_developers_machine_stands_in_the_tree() -> None:
    home = re.compile(r"/(?:root|home/[a-z]+|work)/")
    wrong = [
        str(file.relative_to(ROOT))
        for file in tracked("*.py", "*.md", "*.html", "*.toml", "*.json", "*.yaml", "*.css", "*.js")
        if home.search(file.read_text(errors="replace"))
    ]
    assert wrong == []


def test_modules_have_one_subject() -> None:
    """400 lines are the limit; a longer module has a second subject."""
    long = [f"{file.relative_to(ROOT)}: {lines}" for file in tracked("*.py") if "piccolo_migrations" not in file.parts
            if (lines := len(file.read_text().splitlines())) > 400]  # fmt: skip
    assert long == []


def test_the_installed_command_does_nothing_when_a_process_of_its_own_reads_it_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pools and web processes are spawned: each reads the main script anew, under another name."""
    monkeypatch.setattr(sys, "argv", ["odenwacht", "--version"])
    command = Path(sys.executable).with_name("odenwacht")
    with pytest.raises(SystemExit):
        runpy.run_path(str(command), run_name="__main__")
    runpy.run_path(str(command), run_name="__mp_main__")


def test_the_version_is_one() -> None:
    """Known without an installed package: probe and centre tell it each other."""
    from scanners.version import VERSION

    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
    assert f'softwareVersion: "{VERSION}"' in (ROOT / "publiccode.yml").read_text()
