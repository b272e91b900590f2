"""Piccolo's description of this package: its tables and where their migrations lie."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="inventory",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "service.inventory.tables",
            "service.inventory.topology.tables",
            "service.inventory.access.tables",
            "service.inventory.filing.tables",
            "service.inventory.handing.tables",
            "service.inventory.saved.tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["service.auth.piccolo_app"],
)
