"""What towns released of their answers' texts, and copied texts that wait for a confirmation."""

from piccolo.columns import UUID, Boolean, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7
from service.objects.tables import TargetObject


class AnswerRelease(Table, db=DB):
    """In the group's tenant: `of_town` lets its answers' texts be copied. Gone once withdrawn; the log keeps both steps."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    of_town = Integer(null=False, default=None)
    partial = Boolean(null=False, default=False)
    """Also texts of answers that say teilweise: such a text may tell what is missing."""
    released_at = Timestamptz(null=False)


class CopiedAnswer(Table, db=DB):
    """A copied text as a proposal in the taking town; it holds no more once the release it came by is withdrawn.

    The giving town stands nowhere in the taking one: nobody there reads whose state the text describes.
    """

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    target_id = TenantKey(TargetObject, null=False)
    control = Varchar(100, null=False)
    claim = Varchar(20, null=False)
    reason = Text(null=False, default="")
    responsible = Varchar(200, null=False, default="")
    release = UUID(null=False)
    """`answer_release.id`; no reference, as the two stand in different tenants."""
    copied_by = Varchar(200, null=False)
    copied_at = Timestamptz(null=False)
