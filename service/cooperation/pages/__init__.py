"""Pages of offers of help and of templates."""

from service.cooperation.pages.offers import OfferPages
from service.cooperation.pages.templates import TemplatePages

CONTROLLERS = (OfferPages, TemplatePages)
