"""Theme and language of visitors without an account, kept in cookies.

For accounts the profile decides; `service.auth` stores it there.
"""

from typing import Annotated, Any

from litestar import Request, Router, post
from litestar.datastructures import Cookie
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect

from service.i18n import LOCALES
from service.web.answers import is_local
from service.web.rendering import LOCALE_COOKIE, THEME_COOKIE, THEMES

YEAR = 365 * 24 * 3600


@post("/", opt={"access": "public"}, include_in_schema=False)
async def choose(
    request: Request[Any, Any, Any], data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
) -> Redirect:
    """Keep what was chosen and go back to where the choice was made."""
    back = data.get("back", "/")
    answer = Redirect(back if is_local(back) else "/", status_code=303)
    for name, key, known in (("theme", THEME_COOKIE, THEMES), ("locale", LOCALE_COOKIE, LOCALES)):
        if data.get(name) in known:
            answer.set_cookie(Cookie(key, value=data[name], max_age=YEAR, path="/", secure=True, httponly=True, samesite="lax"))
    return answer


def router() -> Router:
    """`POST /preferences` with `theme`, `locale` and `back`."""
    return Router("/preferences", route_handlers=[choose])
