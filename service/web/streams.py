"""Server-sent events that end when the service does.

uvicorn waits for open streams at stop, so every stream looks at one event
that the signal handler sets (`stop_streams`).
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final

from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

HEARTBEAT: Final = 15.0
_stopping = asyncio.Event()


@dataclass(frozen=True, slots=True)
class Event:
    """One message: the HTML of a fragment, swapped in where the page listens; the name "done" ends the page's listening."""

    data: str
    name: str | None = None
    id: str | None = None


def stop_streams() -> None:
    """End all open streams now; call it from the signal handler."""
    _stopping.set()


def stream(events: AsyncIterator[Event]) -> ServerSentEvent:
    """Send events as they come, a comment every 15 seconds between them, until they end or the service stops."""
    return ServerSentEvent(_messages(events), headers={"X-Accel-Buffering": "no"})


async def _messages(events: AsyncIterator[Event]) -> AsyncIterator[ServerSentEventMessage]:
    stop = asyncio.create_task(_stopping.wait())
    coming: asyncio.Future[Event] | None = None
    try:
        while not _stopping.is_set():
            coming = coming or asyncio.ensure_future(anext(events))
            waiting: set[asyncio.Future[Any]] = {coming, stop}
            done, _ = await asyncio.wait(waiting, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            if coming in done:
                event = coming.result()
                coming = None
                yield ServerSentEventMessage(data=event.data, event=event.name, id=event.id)
            elif not done:
                yield ServerSentEventMessage(comment="…")
    except StopAsyncIteration:
        return
    finally:
        stop.cancel()
        if coming is not None:
            coming.cancel()
