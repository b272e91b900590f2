"""Pages of contracts, registered certificates, the demand for VPN accesses and telephone systems."""

from service.contracts.pages import beside
from service.contracts.pages.certificates import RegisterPages
from service.contracts.pages.contracts import ContractPages
from service.contracts.pages.importing import CertificateImportPages
from service.contracts.pages.lines import LinePages
from service.contracts.pages.links import ContractLinkPages
from service.contracts.pages.phones import PhonePages
from service.contracts.pages.vpn import VpnPages

beside.register()
CONTROLLERS = (ContractPages, ContractLinkPages, LinePages, RegisterPages, VpnPages, PhonePages, CertificateImportPages)

__all__ = [
    "CONTROLLERS",
    "CertificateImportPages",
    "ContractLinkPages",
    "ContractPages",
    "LinePages",
    "PhonePages",
    "RegisterPages",
    "VpnPages",
]
