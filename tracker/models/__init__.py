from tracker.models.flag import Flag
from tracker.models.issue import Issue, IssueParty
from tracker.models.party import Party, PartyName
from tracker.models.relationship import Relationship
from tracker.models.status_change import StatusChange

__all__ = ["Flag", "Issue", "IssueParty", "Party", "PartyName", "Relationship", "StatusChange"]
