"""Shapes of the opportunity service's requests and answers. Money in whole yen, probability in percent (0 to 100)."""

from .accounts import AccountDetails, AccountDraft, AccountItem, AccountPatch, AccountSearch, SimilarAccount
from .conversion import ChosenAccount, ChosenOpportunity, ConversionDraft, Converted, LeadCheck
from .fields import ChoiceDetails
from .opportunities import (
    ActivityDetails,
    ActivityDraft,
    Board,
    BoardColumn,
    BoardQuery,
    ChangeDetails,
    InfluenceCampaign,
    OpportunityDetails,
    OpportunityDraft,
    OpportunityFilters,
    OpportunityItem,
    OpportunityPage,
    OpportunityPatch,
    OpportunitySearch,
)

__all__ = [
    "AccountDetails",
    "AccountDraft",
    "AccountItem",
    "AccountPatch",
    "AccountSearch",
    "ActivityDetails",
    "ActivityDraft",
    "Board",
    "BoardColumn",
    "BoardQuery",
    "ChangeDetails",
    "ChoiceDetails",
    "ChosenAccount",
    "ChosenOpportunity",
    "ConversionDraft",
    "Converted",
    "InfluenceCampaign",
    "LeadCheck",
    "OpportunityDetails",
    "OpportunityDraft",
    "OpportunityFilters",
    "OpportunityItem",
    "OpportunityPage",
    "OpportunityPatch",
    "OpportunitySearch",
    "SimilarAccount",
]
