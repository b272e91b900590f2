"""What the pages of devices show of contracts and registered certificates, and of telephone systems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from service.contracts import words
from service.contracts.store import certificates, contracts, phones
from service.db import SafeTransaction
from service.i18n import format_date
from service.i18n import gettext as _
from service.inventory.pages import beside
from service.inventory.pages.beside import Beside
from service.inventory.store import promised
from service.inventory.store.promised import Promise


def register() -> None:
    """Take part in the page of a device and in the warranties of the list, once."""
    if load not in beside.LOADERS:
        beside.LOADERS.append(load)
    if warranties not in promised.LOADERS:
        promised.LOADERS.append(warranties)


async def warranties(tx: SafeTransaction, town: int, today: date) -> Mapping[UUID, Promise]:
    """The longest warranty by contract of each device that has one."""
    found = await contracts.covered(tx, town, today)
    return {key: Promise(x.until, x.contract.title, f"/contracts/{x.contract.id}") for key, x in found.items() if x.until}


async def load(tx: SafeTransaction, town: int, asset: UUID, today: date) -> Sequence[Beside]:
    """Contracts that hold, certificates of the device, and the telephone system that it is."""
    found = [
        Beside(x.contract.title, f"/contracts/{x.contract.id}", str(words.KINDS[x.contract.kind]), x.contract.partner, x.until)
        for x in await contracts.covers(tx, town, asset, today)
    ]
    found += [
        Beside(x.subject, f"/certificates/registered?q={x.id}", _("Zertifikat"), _("bis %(day)s", day=format_date(x.not_after)))
        for x in await certificates.certificates(tx, town, asset)
    ]
    found += [
        Beside(x.name or str(words.PHONES[x.kind]), "/phones", _("Telefonanlage"), x.provider)
        for x in await phones.systems(tx, town, asset)
    ]
    return found
