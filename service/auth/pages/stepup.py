"""The second factor once more (Step-up): what binds a town is signed with a code that is at most five minutes old.

The form asks for the code itself, so nothing typed is lost; a code serves once, and wrong ones are counted as at the log-in.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from litestar import Request

from service.auth import sessions, store, totp
from service.auth.guards import Here
from service.auth.pages.login import note
from service.db import service_tx
from service.errors import Wrong
from service.i18n import gettext as _
from service.settings import real_now

FRESH: Final = timedelta(minutes=5)


def fresh(here: Here, now: datetime | None = None) -> bool:
    """Whether the person gave the second factor within the last five minutes."""
    given = here.login.stepped_up_at if here.login else None
    return given is not None and (now or real_now()) - given <= FRESH


async def demand(request: Request[Any, Any, Any], here: Here, code: str) -> None:
    """Go on only with a second factor of the last five minutes: the one of the session, or `code`, which renews it.

    Raises:
        Wrong: at `code`; it is missing, wrong, or there were too many tries.
    """
    if here.login is None:
        raise Wrong(_("Bitte geben Sie den Code Ihres zweiten Faktors ein."), "code")
    now, who, session = real_now(), here.account, here.login
    if fresh(here, now):
        return
    if not code.strip():
        raise Wrong(_("Bitte geben Sie den Code Ihres zweiten Faktors ein."), "code")
    keys = [f"stepup:{who.mail.casefold()[:120]}"]
    async with service_tx() as tx:
        waiting = await store.next_try(tx, keys)
        if waiting is not None and waiting > now:
            seconds = int((waiting - now).total_seconds()) + 1
            raise Wrong(_("Zu viele Versuche. Bitte warten Sie %(seconds)s Sekunden.", seconds=seconds), "code")
        secret = await store.totp_secret(tx, who.id)
        step = totp.matching_step(secret, code, now) if secret else None
        right = step is not None and await store.use_step(tx, who.id, step)
        if right:
            await store.succeeded(tx, keys)
            await store.step_up(tx, session.id, now)
        else:
            await store.failed(tx, keys, now)
    sessions.forget()
    await note(request, who, "login.step_up" if right else "login.code_wrong", f"account/{who.id}")
    if not right:
        raise Wrong(_("Der Code stimmt nicht oder wurde schon benutzt. Bitte warten Sie auf den nächsten."), "code")
