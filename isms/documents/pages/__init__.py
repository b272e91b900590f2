"""Pages of the documents register."""

from isms.documents.pages.documents import DocumentPages
from isms.documents.pages.editions import EditionPages

CONTROLLERS = (DocumentPages, EditionPages)

__all__ = ["CONTROLLERS"]
