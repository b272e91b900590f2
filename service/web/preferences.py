"""What every visitor may choose and read: theme, language, the statement on accessibility.

Visitors without an account have their choice in cookies; for accounts the
profile decides, which `service.auth` keeps.
"""

from typing import Annotated, Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from service.i18n import LOCALES
from service.web.answers import is_local
from service.web.rendering import LOCALE_COOKIE, THEME_COOKIE, THEMES, page

YEAR: Final = 365 * 24 * 3600


@post("/preferences", opt={"access": "public"}, include_in_schema=False)
async def choose(data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]) -> Redirect:
    """Keep what was chosen (`theme`, `locale`) and go `back` to where the choice was made."""
    back = data.get("back", "/")
    answer = Redirect(back if is_local(back) else "/", status_code=303)
    for name, key, known in (("theme", THEME_COOKIE, THEMES), ("locale", LOCALE_COOKIE, LOCALES)):
        if data.get(name) in known:
            answer.set_cookie(Cookie(key, value=data[name], max_age=YEAR, path="/", secure=True, httponly=True, samesite="lax"))
    return answer


@get("/accessibility", opt={"access": "public"}, include_in_schema=False)
async def accessibility(request: Request[Any, Any, Any]) -> Response[str]:
    """The statement that the law asks for, linked from every page."""
    return page(request, getattr(request.state, "here", None), "accessibility.html")


HANDLERS: Final = (choose, accessibility)
