"""Pages of the ISMS: the check of a town, contradictions, measures, risks."""

from isms.backups.pages import BackupPages
from isms.pages.answers import AnswerPages
from isms.pages.contradictions import ContradictionPages
from isms.pages.grounds import GroundPages
from isms.pages.group_measures import GroupMeasurePages
from isms.pages.matrix import MatrixPages, RatePages
from isms.pages.measures import MeasurePages
from isms.pages.offers import OfferPages
from isms.pages.overview import CheckPages
from isms.pages.realisation import RealisationPages
from isms.pages.risk_editor import RiskEditPages
from isms.pages.risks import RiskPages, SharedRiskPages
from isms.pages.worksheet import WorksheetPages

CONTROLLERS = (
    CheckPages,
    AnswerPages,
    WorksheetPages,
    GroundPages,
    ContradictionPages,
    BackupPages,
    MeasurePages,
    OfferPages,
    RealisationPages,
    GroupMeasurePages,
    RiskPages,
    RiskEditPages,
    SharedRiskPages,
    MatrixPages,
    RatePages,
)

__all__ = ["CONTROLLERS"]
