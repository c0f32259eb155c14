from tracker.models.claim import Claim
from tracker.models.deadline import Deadline
from tracker.models.flag import Flag
from tracker.models.issue import Issue, IssueParty
from tracker.models.issue_link import IssueLink, SameMatter
from tracker.models.note import Note
from tracker.models.party import Party, PartyName
from tracker.models.position import Position
from tracker.models.record import Record
from tracker.models.relationship import Relationship
from tracker.models.source import Source, SourceText
from tracker.models.status_change import StatusChange

__all__ = [
    "Claim",
    "Deadline",
    "Flag",
    "Issue",
    "IssueLink",
    "IssueParty",
    "Note",
    "Party",
    "PartyName",
    "Position",
    "Record",
    "Relationship",
    "SameMatter",
    "Source",
    "SourceText",
    "StatusChange",
]
