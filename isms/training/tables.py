"""Training: units with numbers of persons, courses, their dates, completions as numbers, phishing exercises as totals."""

from piccolo.columns import UUID, Boolean, Date, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from service.db import DB, TenantKey, uuid7


class TrainingUnit(Table, db=DB):
    """An organisational unit with the number of persons who belong to it directly, by group; no names of persons."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    name = Varchar(200, null=False)
    parent_id = UUID(null=True, default=None)
    """The next larger unit."""
    leadership = Integer(null=False, default=0)
    it = Integer(null=False, default=0)
    kita = Integer(null=False, default=0)
    new_staff = Integer(null=False, default=0)
    others = Integer(null=False, default=0)
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    removed_at = Timestamptz(null=True, default=None)


class Course(Table, db=DB):
    """A course (Schulung) for a target group."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    title = Varchar(300, null=False)
    target = Varchar(20, null=False, default="all")
    """all leadership it kita new_staff"""
    validity_months = Integer(null=False, default=24)
    form = Varchar(20, null=False, default="presence")
    """presence online self briefing"""
    test = Boolean(null=False, default=False)
    link = Varchar(500, null=False, default="")
    note = Text(null=False, default="")
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    removed_at = Timestamptz(null=True, default=None)


class CourseDate(Table, db=DB):
    """A day on which a course is held."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    course_id = TenantKey(Course, null=False)
    held_on = Date(null=False, default=None)
    place = Varchar(200, null=False, default="")
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    removed_at = Timestamptz(null=True, default=None)


class CompletionCount(Table, db=DB):
    """How many persons of a unit and group completed a course on a day."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    course_id = TenantKey(Course, null=False)
    unit_id = TenantKey(TrainingUnit, null=False)
    staff_group = Varchar(20, null=False)
    done_on = Date(null=False, default=None)
    persons = Integer(null=False)
    renewed = Integer(null=False, default=0)
    """Of them had a valid completion that day."""
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    removed_at = Timestamptz(null=True, default=None)


class PhishingExercise(Table, db=DB):
    """A phishing exercise, as totals of the town only."""

    id = UUID(primary_key=True, default=uuid7)
    town_id = Integer(null=False, default=None)
    title = Varchar(300, null=False)
    held_on = Date(null=False, default=None)
    sent = Integer(null=False)
    clicked = Integer(null=False)
    reported = Integer(null=False)
    version = Integer(null=False, default=1)
    created_at = Timestamptz(null=False, default=None)
    changed_at = Timestamptz(null=False, default=None)
    removed_at = Timestamptz(null=True, default=None)
