"""Piccolo's description of this package: its tables and where their migrations lie."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="cooperation",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(modules=["service.cooperation.tables"], exclude_imported=True),
    migration_dependencies=["service.auth.piccolo_app"],
)
