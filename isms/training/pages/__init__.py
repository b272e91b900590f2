"""Pages about training."""

from isms.training.pages.courses import CoursePages
from isms.training.pages.numbers import NumberPages
from isms.training.pages.units import UnitPages

CONTROLLERS = (CoursePages, NumberPages, UnitPages)

__all__ = ["CONTROLLERS"]
