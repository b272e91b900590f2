"""Pages of the threats at target objects and the hazards at sites."""

from isms.threats.pages.objects import ThreatPages
from isms.threats.pages.sites import HazardPages

CONTROLLERS = (ThreatPages, HazardPages)

__all__ = ["CONTROLLERS"]
