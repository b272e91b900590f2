"""The formats of files that are read: what people call them and how such files are usually named. Knows no source."""

from __future__ import annotations

from pathlib import PurePath

TITLES = {
    "nmap": "nmap (XML)",
    "glpi": "GLPI-Inventar (JSON)",
    "xlsx": "Liste (Excel)",
    "csv": "Liste (CSV, TSV)",
    "snmprec": "SNMP-Aufzeichnung",
}
_SUFFIXES = {
    ".snmprec": "snmprec",
    ".json": "glpi",
    ".ocs": "glpi",
    ".xml": "nmap",
    ".xlsx": "xlsx",
    ".csv": "csv",
    ".tsv": "csv",
}


def unlike(name: str, kind: str) -> str:
    """A German sentence and a space where a file is named like another format than `kind`, in which it is read; else ''."""
    meant = _SUFFIXES.get(PurePath(name.lower()).suffix, kind)
    if meant == kind or kind not in TITLES:
        return ""
    return f"Dem Namen nach ist die Datei „{TITLES[meant]}“, ihr Inhalt sieht aus wie „{TITLES[kind]}“. "
