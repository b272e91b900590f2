"""Pages about frozen states (Prüfstände)."""

from isms.snapshots.pages.documents import DocumentPages
from isms.snapshots.pages.joint import JointPages
from isms.snapshots.pages.states import SnapshotPages

CONTROLLERS = (SnapshotPages, DocumentPages, JointPages)

__all__ = ["CONTROLLERS"]
