"""Read and write incidents inside `town_tx`; returns plain values."""

from isms.incidents.store.changes import (
    Report,
    correct,
    decide,
    declare,
    draft,
    edit,
    involve,
    learn,
    note,
    report,
    send,
    step,
)
from isms.incidents.store.reading import case, dates, everywhere, incident, incidents, mine, overview, running

__all__ = [
    "Report",
    "case",
    "correct",
    "dates",
    "decide",
    "declare",
    "draft",
    "edit",
    "everywhere",
    "incident",
    "incidents",
    "involve",
    "learn",
    "mine",
    "note",
    "overview",
    "report",
    "running",
    "send",
    "step",
]
