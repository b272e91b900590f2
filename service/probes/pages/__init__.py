"""Pages about probes, and the three addresses that probes speak to."""

from service.probes.pages.machine import ProbeApi
from service.probes.pages.people import ProbePages

CONTROLLERS = (ProbePages, ProbeApi)

__all__ = ["CONTROLLERS", "ProbeApi", "ProbePages"]
