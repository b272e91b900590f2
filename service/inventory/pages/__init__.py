"""Pages of the inventory: devices, the inbox of differences, import, networks and scans."""

<<<<<<< HEAD
from service.inventory.pages.certificates import CertificatePages
=======
from service.inventory.pages.access import AccessPages
>>>>>>> b6728ad (SNMP access by network with a memory, manners of each network, „Was wird gescannt?“, traps at the probe)
from service.inventory.pages.devices import DevicePages
from service.inventory.pages.imports import ImportPages
from service.inventory.pages.networks import NetworkPages
from service.inventory.pages.review import ReviewPages
from service.inventory.pages.topology import TopologyPages

<<<<<<< HEAD
CONTROLLERS = (DevicePages, ReviewPages, ImportPages, NetworkPages, TopologyPages, CertificatePages)

__all__ = ["CONTROLLERS", "CertificatePages", "DevicePages", "ImportPages", "NetworkPages", "ReviewPages", "TopologyPages"]
=======
CONTROLLERS = (DevicePages, ReviewPages, ImportPages, NetworkPages, AccessPages, TopologyPages)

__all__ = ["CONTROLLERS", "AccessPages", "DevicePages", "ImportPages", "NetworkPages", "ReviewPages", "TopologyPages"]
>>>>>>> b6728ad (SNMP access by network with a memory, manners of each network, „Was wird gescannt?“, traps at the probe)
