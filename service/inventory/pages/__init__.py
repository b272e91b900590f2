"""Pages of the inventory: devices, the inbox of differences, import, networks and scans."""

from service.inventory.pages.certificates import CertificatePages
from service.inventory.pages.devices import DevicePages
from service.inventory.pages.imports import ImportPages
from service.inventory.pages.networks import NetworkPages
from service.inventory.pages.review import ReviewPages
from service.inventory.pages.topology import TopologyPages

CONTROLLERS = (DevicePages, ReviewPages, ImportPages, NetworkPages, TopologyPages, CertificatePages)

__all__ = ["CONTROLLERS", "CertificatePages", "DevicePages", "ImportPages", "NetworkPages", "ReviewPages", "TopologyPages"]
