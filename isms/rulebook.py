"""The rules of all automatic checks as a table for `docs/checks.md`. Pure; a test compares the file with the code."""

from __future__ import annotations

from collections.abc import Iterable

from isms.finding import Check, Verdict

HEAD = """# The automatic checks

Each rule is one file in `isms/checks/`. A rule speaks against a claim or stands beside it as support; it never answers a
requirement, and where a fact is missing it says unknown. Nobody logs in anywhere and nothing is tried out. This table is
made from the code (`python -m isms.rulebook > docs/checks.md`).

| rule | version | looks at | applies to | evidence at most | missing where unknown | touches |
|---|---|---|---|---|---|---|
"""


def markdown(checks: Iterable[Check]) -> str:
    """The table of the rules in the order given."""
    lines = []
    for one in checks:
        age = f"{one.max_age.days} days" if one.max_age else "–"
        mark = " (supports only)" if one.verdict is Verdict.SUPPORTS else ""
        ids = ", ".join((*one.controls, *one.kompendium))
        lines.append(f"| {one.id}{mark} | {one.version} | {one.rule} | {one.about} | {age} | {one.lacking} | {ids} |")
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    from isms.checks import all_checks

    print(markdown(all_checks()), end="")
