"""Pages of the inventory: devices, the inbox of differences, import, networks and scans."""

from service.inventory.pages.devices import DevicePages
from service.inventory.pages.imports import ImportPages
from service.inventory.pages.networks import NetworkPages
from service.inventory.pages.review import ReviewPages

__all__ = ["DevicePages", "ImportPages", "NetworkPages", "ReviewPages"]
