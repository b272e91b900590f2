"""Where Piccolo finds the database and the packages that own tables, in the order of their dependence."""

from piccolo.conf.apps import AppRegistry

from service.db import DB

APP_REGISTRY = AppRegistry(
    apps=[
        "service.auth.piccolo_app",
        "service.audit.piccolo_app",
        "service.jobs.piccolo_app",
        "service.inventory.piccolo_app",
        "service.probes.piccolo_app",
        "service.objects.piccolo_app",
        "service.software.piccolo_app",
        "service.contracts.piccolo_app",
        "service.purchasing.piccolo_app",
        "service.cooperation.piccolo_app",
        "isms.piccolo_app",
        "service.deadlines.piccolo_app",
    ]
)
__all__ = ["APP_REGISTRY", "DB"]
