"""A visitor of the application inside the test's own process: keeps cookies, sends the token that forms carry."""

from __future__ import annotations

from typing import Any

import httpx

BASE = "https://localhost"


class Visitor(httpx.AsyncClient):
    """`get` as ever; `send_form` posts fields with the CSRF token and the header that browsers send."""

    def __init__(self, app: Any) -> None:
        super().__init__(
            transport=httpx.ASGITransport(app=app),
            base_url=BASE,
            headers={"sec-fetch-site": "same-origin"},
            follow_redirects=False,
        )

    async def token(self) -> str:
        """The CSRF token; fetched from a page that everybody may see."""
        if "__Host-csrf" not in self.cookies:
            await self.get("/health/live")
        return self.cookies["__Host-csrf"]

    async def send_form(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> httpx.Response:
        """POST as a page's form does."""
        fields = {**(data or {}), "_csrf_token": await self.token()}
        return await self.post(url, data=fields, headers={"x-csrftoken": fields["_csrf_token"]}, **kwargs)
