"""A town that is joining, for the browser: one person invited, one network entered."""

from service.audit.chain import Actor
from service.auth import store
from service.db import service_tx
from service.joining import store as joining
from service.settings import now, real_now
from tests.browser.visits import INVITATION

BY = Actor("Test")


async def joins() -> None:
    """„Neuhausen“, in the middle of the wizard; the link of its invitation is known to the visits."""
    town = await joining.found(joining.Details("Neuhausen", "neuhausen", "06437099", 4200), BY, now())
    await joining.add_sites(town, ("Rathaus",), BY, now())
    await joining.invite(town, "it@neuhausen.example", "Kim Anfang", "it_admin", BY, real_now())
    await joining.enter_network(town, "Rathaus", "10.98.1.0/24", "client", None, BY, now())
    async with service_tx() as tx:
        hashed = store.token_hash(INVITATION)
        await tx.connection.execute("update account set invite_hash = $1 where mail = 'it@neuhausen.example'", hashed)
