"""Pages about catalogues: editions, browser, re-reviews, proposals, parameters, profiles."""

from isms.editions.pages.browser import BrowserPages
from isms.editions.pages.catalogues import CataloguePages
from isms.editions.pages.decisions import DecisionPages
from isms.editions.pages.settings import SettingPages

CONTROLLERS = (CataloguePages, BrowserPages, DecisionPages, SettingPages)

__all__ = ["CONTROLLERS"]
