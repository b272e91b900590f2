"""All that `service.app` passes to Litestar from here, in one value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from service.web import errors, headers, preferences, templates
from service.web.assets import Assets

CSRF_COOKIE: Final = "__Host-csrf"
CSRF_HEADER: Final = "X-CSRFToken"


@dataclass(frozen=True, slots=True)
class Web:
    """Pass each field to Litestar under its name; add your own middleware behind ours."""

    template_config: TemplateConfig[JinjaTemplateEngine]
    csrf_config: CSRFConfig
    compression_config: CompressionConfig
    exception_handlers: dict[int | type[Exception], Callable[..., Any]]
    middleware: Sequence[Any]
    before_send: Sequence[Any]
    route_handlers: Sequence[Any]


def configure(
    *,
    secret: str,
    now: Callable[[], datetime],
    login: str = "/login",
    demo: bool = False,
    idle: int = 0,
    unavailable: tuple[type[Exception], ...] = (),
) -> Web:
    """Build the web frame once at start.

    Args:
        secret: signs CSRF tokens; the same for all web processes of an installation.
        now: the service's clock, for „vor 2 Stunden“.
        login: where a visitor without session is sent, with `?next=`.
        demo: say in the header of every page that the data are made up.
        idle: seconds without a request after which a session ends; two minutes before, the page warns.
        unavailable: exceptions of the database driver that mean "not there at the moment".
    """
    assets = Assets()
    engine = JinjaTemplateEngine.from_environment(templates.environment(assets, now, demo=demo, idle=idle))
    return Web(
        template_config=TemplateConfig(instance=engine),
        csrf_config=CSRFConfig(
            secret=secret,
            cookie_name=CSRF_COOKIE,
            header_name=CSRF_HEADER,
            cookie_secure=True,
            cookie_httponly=True,
            cookie_samesite="lax",
        ),
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1000, gzip_compress_level=5, exclude_opt_key="skip_compress"
        ),
        exception_handlers=errors.handlers(login, unavailable),
        middleware=[headers.SameOrigin],
        before_send=[headers.add_headers],
        route_handlers=[assets.router(), *preferences.HANDLERS],
    )
