"""Target objects (Zielobjekte): what ISMS and BCM alike speak about; their devices are drawn from the inventory by rule."""

from piccolo.columns import JSONB, UUID, Array, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, uuid7


class TargetObject(Table, db=DB):
    """Zielobjekt. `kind` is a `TargetKind`; `rule` JSON `{"kinds": […], "everything": false, "assets": […]}`."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(200, null=False)
    kind = Varchar(30, null=False)
    categories = Array(base_column=Text(), null=False, default=list)
    rule = JSONB(null=False, default="{}")
    note = Text(null=False, default="")
    position = Integer(null=False, default=0)
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False)
    retired_at = Timestamptz(null=True, default=None)
