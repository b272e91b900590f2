"""The start page, the home pages of the roles, and the search."""

from service.home.pages.find import FindPages
from service.home.pages.start import HomePages

CONTROLLERS = (HomePages, FindPages)
