"""Recorded files of every source beside what we read in them; `--update-goldens` writes anew what is to be read by a person."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from scanners import registry

DATA = Path(__file__).with_name("data")
CASES = sorted(case for source in DATA.iterdir() if source.name != "snmprec" for case in source.iterdir())


def said(case: Path) -> dict[str, object]:
    (file,) = case.glob("input.*")
    collection = registry.parse_file(file)
    seen = []
    for one in collection.observations:
        line = one.as_line()
        line["names"] = [f"{name.value} ({name.origin})" for name in one.names]
        line["services"] = [asdict(service) for service in one.services]
        line["certificates"] = [asdict(certificate) for certificate in one.certificates]
        line |= {
            "ssh_keys": one.ssh_keys,
            "origins": one.origins,
            "agent_id": one.agent_id,
            "learned": [asdict(x) for x in one.learned],
        }
        seen.append({key: value for key, value in line.items() if value not in (None, [], (), {})})
    whole = {
        "complete": collection.complete,
        "problems": [asdict(problem) for problem in collection.problems],
        "observations": seen,
    }
    return json.loads(json.dumps(whole, default=str, ensure_ascii=False))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_a_recorded_file_says_what_it_always_said(case: Path, update_goldens: bool) -> None:
    golden = case / "expected.json"
    if update_goldens:
        golden.write_text(json.dumps(said(case), indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    assert said(case) == json.loads(golden.read_text(encoding="utf-8"))


def test_every_source_that_reads_files_has_a_recording() -> None:
    recorded = {source.name for source in DATA.iterdir() if any(source.iterdir())}
    assert set(registry.scanners()) - recorded == set()
