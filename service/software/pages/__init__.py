"""Pages of the software: procedures of all towns, names found by scans, licences."""

from service.software.pages.entries import EntryPages
from service.software.pages.found import FoundPages
from service.software.pages.importing import SoftwareImportPages
from service.software.pages.licences import LicencePages
from service.software.pages.matrix import MatrixPages

CONTROLLERS = (MatrixPages, EntryPages, FoundPages, LicencePages, SoftwareImportPages)

__all__ = ["CONTROLLERS", "EntryPages", "FoundPages", "LicencePages", "MatrixPages", "SoftwareImportPages"]
