"""Which engine speaks SNMP here: the fast one where it is installed."""

from __future__ import annotations

from importlib import import_module

from scanners.snmp.client import Engine


def best_engine() -> Engine:
    """gufo-snmp, or pysnmp where no compiled gufo-snmp exists for the machine."""
    try:
        engine: Engine = import_module("scanners.snmp.gufo_engine").GufoEngine()
    except ImportError:
        engine = import_module("scanners.snmp.pysnmp_engine").PysnmpEngine()
    return engine
