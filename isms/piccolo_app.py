"""Piccolo's description of this package: its tables and where their migrations lie."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="isms",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            "isms.tables",
            "isms.structure.tables",
            "isms.backups.tables",
            "isms.editions.tables",
            "isms.incidents.tables",
            "isms.snapshots.tables",
            "isms.documents.tables",
            "isms.audits.tables",
            "isms.training.tables",
            "isms.copying.tables",
        ],
        exclude_imported=True,
    ),
    migration_dependencies=["service.objects.piccolo_app"],
)
