"""Pages about frozen states (Prüfstände)."""

from isms.snapshots.pages.documents import DocumentPages
from isms.snapshots.pages.states import SnapshotPages

CONTROLLERS = (SnapshotPages, DocumentPages)

__all__ = ["CONTROLLERS"]
