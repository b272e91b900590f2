"""Read and write the estate inside `town_tx`; everything here takes the transaction and the town's id first."""

from service.inventory.store.answers import ANSWERS, answer, ignore
from service.inventory.store.closing import closed_networks, mark_scanned, remove_network
from service.inventory.store.decisions import (
    accept,
    assign,
    keep_apart,
    lock,
    merge,
    split,
    unlock,
)
from service.inventory.store.detail import asset, sightings_of, why
from service.inventory.store.exporting import COLUMNS, rows
from service.inventory.store.facts import facts_for_checks
from service.inventory.store.inbox import ask_for_missing, review, reviews
from service.inventory.store.intake import UNDO_FOR, Taken, TakenRow, take_in
from service.inventory.store.intake import undo as undo_import
from service.inventory.store.lists import assets, candidates, kinds, names
from service.inventory.store.places import (
    MODES,
    PURPOSES,
    network,
    networks,
    put_network,
    release,
    withdraw_release,
)
from service.inventory.store.records import collection, collections, raw, record
from service.inventory.store.undoing import last, undo_last
from service.inventory.store.undoing import undo as undo_decision

__all__ = [
    "ANSWERS",
    "COLUMNS",
    "MODES",
    "PURPOSES",
    "UNDO_FOR",
    "Taken",
    "TakenRow",
    "accept",
    "answer",
    "ask_for_missing",
    "asset",
    "assets",
    "assign",
    "candidates",
    "closed_networks",
    "collection",
    "collections",
    "facts_for_checks",
    "ignore",
    "keep_apart",
    "kinds",
    "last",
    "lock",
    "mark_scanned",
    "merge",
    "names",
    "network",
    "networks",
    "put_network",
    "raw",
    "record",
    "release",
    "remove_network",
    "review",
    "reviews",
    "rows",
    "sightings_of",
    "split",
    "take_in",
    "undo_decision",
    "undo_import",
    "undo_last",
    "unlock",
    "why",
    "withdraw_release",
]
