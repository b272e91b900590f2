"""Pages of the inventory: devices, the inbox of differences, import, networks and scans."""

from service.inventory.pages.access import AccessPages
from service.inventory.pages.bulk import BulkPages
from service.inventory.pages.byhand import NewDevicePages
from service.inventory.pages.certificates import CertificatePages
from service.inventory.pages.devices import DevicePages
from service.inventory.pages.estate import EstatePages
from service.inventory.pages.filing import FilingPages
from service.inventory.pages.handover import HandoverPages
from service.inventory.pages.imports import ImportPages
from service.inventory.pages.labels import LabelPages
from service.inventory.pages.life import LifePages
from service.inventory.pages.merging import MergePages
from service.inventory.pages.networks import NetworkPages
from service.inventory.pages.review import ReviewPages
from service.inventory.pages.saved import SavedFilterPages
from service.inventory.pages.sites import SitePages
from service.inventory.pages.storeroom import StoreRoomPages
from service.inventory.pages.topology import TopologyPages

CONTROLLERS = (
    EstatePages,
    SavedFilterPages,
    NewDevicePages,
    BulkPages,
    LabelPages,
    LifePages,
    MergePages,
    HandoverPages,
    FilingPages,
    StoreRoomPages,
    DevicePages,
    SitePages,
    CertificatePages,
    ReviewPages,
    ImportPages,
    NetworkPages,
    AccessPages,
    TopologyPages,
)

__all__ = [
    "CONTROLLERS",
    "AccessPages",
    "BulkPages",
    "CertificatePages",
    "DevicePages",
    "EstatePages",
    "FilingPages",
    "HandoverPages",
    "ImportPages",
    "LabelPages",
    "LifePages",
    "MergePages",
    "NetworkPages",
    "NewDevicePages",
    "ReviewPages",
    "SavedFilterPages",
    "SitePages",
    "StoreRoomPages",
    "TopologyPages",
]
