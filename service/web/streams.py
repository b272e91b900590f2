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
    came: asyncio.Queue[Event | None] = asyncio.Queue()
    # One task for all events: what they set in their context (language, towns) must still be theirs at the next one.
    source = asyncio.create_task(_pass_on(events, came))
    stop = asyncio.create_task(_stopping.wait())
    coming: asyncio.Task[Event | None] | None = None
    try:
        while not _stopping.is_set():
            coming = coming or asyncio.create_task(came.get())
            waiting: set[asyncio.Task[Any]] = {coming, stop}
            done, _ = await asyncio.wait(waiting, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            if coming in done:
                event, coming = coming.result(), None
                if event is None:
                    await source
                    return
                yield ServerSentEventMessage(data=event.data, event=event.name, id=event.id)
            elif not done:
                yield ServerSentEventMessage(comment="…")
    finally:
        for task in (source, stop, coming):
            if task is not None:
                task.cancel()


async def _pass_on(events: AsyncIterator[Event], came: asyncio.Queue[Event | None]) -> None:
    try:
        async for event in events:
            came.put_nowait(event)
    finally:
        came.put_nowait(None)
