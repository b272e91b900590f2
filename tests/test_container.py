"""The Containerfile is kept honest without a container engine: its copies exist, its build steps run, its result starts."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def instructions() -> list[tuple[str, str]]:
    """(word, rest) of every instruction, continued lines joined."""
    text = (ROOT / "Containerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def stage(number: int) -> list[tuple[str, str]]:
    """The instructions of one stage."""
    stages: list[list[tuple[str, str]]] = []
    for word, rest in instructions():
        if word == "FROM":
            stages.append([])
        elif stages:
            stages[-1].append((word, rest))
    return stages[number]


def test_everything_that_is_copied_exists() -> None:
    for word, rest in stage(0):
        if word == "COPY":
            *sources, _target = shlex.split(rest)
            for source in sources:
                assert (ROOT / source).exists(), source


def test_the_image_runs_without_root_under_an_init_and_keeps_data_apart() -> None:
    last = dict(stage(1))
    assert last["USER"] not in ("root", "0")
    assert "tini" in last["ENTRYPOINT"]
    assert last["VOLUME"] == "/data"
    assert "ODENWACHT_HOME=/data" in last["ENV"]
    assert last["CMD"] == '["up"]'


@pytest.mark.xdist_group("setup")
def test_the_build_steps_end_in_a_command_that_starts(tmp_path: Path) -> None:
    app = tmp_path / "app"
    app.mkdir()
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("ODENWACHT", "PYTHON", "VIRTUAL"))}
    for word, rest in stage(0):
        if word == "COPY":
            *sources, target = shlex.split(rest)
            for source in sources:
                _copy(ROOT / source, app / target if target != "." else app, source)
        elif word == "RUN":
            command = rest.replace("python3 ", f"{getattr(sys, '_base_executable', sys.executable)} ", 1)
            command = command.replace("&& python3 ", f"&& {getattr(sys, '_base_executable', sys.executable)} ")
            done = subprocess.run(["bash", "-ec", command], cwd=app, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{rest}\n{done.stdout}\n{done.stderr}"
    assert not (app / "templates" / "node_modules").exists()
    assert (app / "templates" / "static" / "vendor" / "kern.min.css").exists()
    odenwacht = app / ".venv" / "bin" / "odenwacht"
    home = tmp_path / "home"
    done = subprocess.run(
        [str(odenwacht), "openapi"],
        env=environment | {"ODENWACHT_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, done.stderr
    assert '"3.1' in done.stdout


def _copy(source: Path, target: Path, name: str) -> None:
    """One COPY: the whole tree as git knows it for `.`, files and folders otherwise."""
    if name == ".":
        listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
        for line in subprocess.run(listed, cwd=source, capture_output=True, text=True, check=True).stdout.splitlines():
            if (source / line).is_file():
                (target / line).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source / line, target / line)
        return
    into = target / source.name if target.is_dir() or str(target).endswith("/") or not target.suffix else target
    into.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, into)
