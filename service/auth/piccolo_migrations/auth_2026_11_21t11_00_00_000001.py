from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from service.db import raw, shared

ID = "2026-11-21T11:00:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "functions of row security, sorting, grants"

SQL = """
create schema app;
grant usage on schema app to odw_app, odw_backup;
create function app.towns() returns int[] language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('app.towns', true), ''), '{}')::int[] $$;
create function app.write_town() returns int language sql stable parallel safe as
$$ select t from (select nullif(current_setting('app.write_town', true), '')::int as t) s where t = any (app.towns()) $$;
-- Sorting after DIN 5007 with numbers by value: the same order on every server, no collation needed.
create function app.din5007(t text) returns text language sql immutable parallel safe strict as $$
  select regexp_replace(regexp_replace(
    replace(translate(lower(t), 'äöüÄÖÜáàâéèêëíìîïóòôúùûçñ', 'aouaouaaaeeeeiiiiooouuucn'), 'ß', 'ss'),
    '(\\d+)', '0000000000\\1', 'g'), '0*(\\d{10})', '\\1', 'g') $$;
create unique index membership_once on membership (account, role, for_town);
insert into town (id, slug, name, created_at) values (0, 'verbund', 'Verbund', now());
""" + "".join(shared(table) for table in ("town", "account", "membership", "session", "attempt", "data_key", "api_token"))


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="auth", description=DESCRIPTION)
    manager.add_raw(raw(SQL))
    return manager
