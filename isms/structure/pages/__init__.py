"""Pages of the structure analysis: objects, devices without a place, needs, network plan, protection needs, modelling."""

from isms.structure.pages.devices import DevicePages
from isms.structure.pages.modelling import ModellingPages
from isms.structure.pages.needs import NeedPages
from isms.structure.pages.objects import ObjectPages
from isms.structure.pages.plan import PlanPages
from isms.structure.pages.protection import DefinitionPages, ProtectionPages

CONTROLLERS = (ObjectPages, DevicePages, NeedPages, PlanPages, ProtectionPages, DefinitionPages, ModellingPages)

__all__ = ["CONTROLLERS"]
