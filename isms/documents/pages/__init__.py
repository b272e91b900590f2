"""Pages of the documents register."""

from isms.documents.pages.documents import DocumentPages
from isms.documents.pages.editions import EditionPages
from isms.documents.pages.taking import TakingPages

CONTROLLERS = (DocumentPages, EditionPages, TakingPages)

__all__ = ["CONTROLLERS"]
