"""A real browser; the gallery and the real application behind real servers."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from service import postgres
from tests.browser import gate
from tests.browser.gate import ARGUMENTS
from tests.conftest import clone
from tests.system import chromium

ROOT = Path(__file__).resolve().parents[2]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all tests."""
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield started
        await started.close()


@dataclass(frozen=True, slots=True)
class Site:
    """The real application on a small town; `visitor` is a person with one role, already logged in."""

    address: str
    cookie: str
    tokens: Mapping[str, str]
    upload: str
    database: str = ""
    """Where the application keeps its rows, as its own role."""

    def url(self, path: str) -> str:
        """A path of a visit as an address."""
        return self.address + path.replace("[upload]", self.upload)

    async def visitor(self, browser: Browser, role: str | None, dress: gate.Dress, **more: Any) -> BrowserContext:
        """A browser in which somebody with this role is logged in; None is a visitor without account."""
        made = await gate.context(browser, dress, **more)
        if role is not None:
            host = {"domain": "localhost", "path": "/", "secure": True, "httpOnly": True}
            await made.add_cookies([{"name": self.cookie, "value": self.tokens[role], **host}])  # type: ignore[list-item,misc]  # Playwright's typed dict, made of parts
        return made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def site(server: postgres.Server) -> AsyncIterator[Site]:
    """The application behind a real server, its town filled from recordings (`serve_town`); nobody works off its queue."""
    async with served(server, "site") as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def working_site(server: postgres.Server) -> AsyncIterator[Site]:
    """A site of its own with a worker, for what is done in the background."""
    async with served(server, "working", worker=True) as found:
        yield found


@contextlib.asynccontextmanager
async def served(server: postgres.Server, name: str, *, worker: bool = False) -> AsyncIterator[Site]:
    """Database, web server and, where wanted, a worker; all of it ends with the context."""
    database = await clone(server, f"odw_{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "tests.browser.serve_town", str(port)]
    environment = {**os.environ, "ODENWACHT_DATABASE_URL": database.app, "ODENWACHT_PUBLIC_URL": f"http://localhost:{port}"}
    running = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE, env=environment)
    assert running.stdout
    processes = [running]
    try:
        line = await asyncio.wait_for(running.stdout.readline(), 180)
        assert line, "the town could not be filled: see the messages above"
        told = json.loads(line)
        address = f"http://localhost:{port}"
        await answers(address)
        if worker:
            work = [sys.executable, "-W", "ignore", "-m", "service", "worker"]
            processes.append(await asyncio.create_subprocess_exec(*work, cwd=ROOT, env=environment))
        yield Site(address, told["name"], told["tokens"], told["upload"], database.app)
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def answers(address: str) -> None:
    """Wait until the server does."""
    async with httpx.AsyncClient() as client:
        for _ in range(300):
            with contextlib.suppress(httpx.TransportError):
                await client.get(f"{address}/login")
                return
            await asyncio.sleep(0.1)
    pytest.fail(f"no server at {address}")


@pytest.fixture(scope="session")
def gallery() -> Iterator[str]:
    """Address of the gallery of macros (`sample_app`), served by uvicorn."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.browser.sample_app:app", "--port", str(port), "--log-level", "critical"]
    server = subprocess.Popen(command, cwd=ROOT)
    address = f"http://localhost:{port}"
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(f"{address}/login")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            pytest.fail("the gallery did not start")
        yield address
    finally:
        server.terminate()
        server.wait(10)
