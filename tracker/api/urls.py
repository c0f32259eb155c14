from django.urls import path

from tracker.api.claims import ClaimDetail, ClaimList, ClaimWithdrawal
from tracker.api.deadlines import DeadlineClose, DeadlineDetail, DeadlineList, DeadlineWithdrawal
from tracker.api.held_texts import SourceTextView
from tracker.api.issues import IssueDetail, IssueList
from tracker.api.links import LinkDetail, LinkList, LinkWithdrawal
from tracker.api.notes import NoteDetail, NoteList, NoteWithdrawal
from tracker.api.parties import PartyList
from tracker.api.positions import PositionDetail, PositionEnd, PositionList, PositionWithdrawal
from tracker.api.same_matters import SameMatterDetail, SameMatterEnd, SameMatterList
from tracker.api.sources import SourceDetail, SourceList
from tracker.api.status_changes import StatusChangeClaims, StatusChangeDetail, StatusChangeList
from tracker.api.timeline import Timeline

HISTORY = "issues/<str:key>/status-changes/"

urlpatterns = [
    path("issues/", IssueList.as_view(), name="issues"),
    path("issues/<str:key>/", IssueDetail.as_view(), name="issue"),
    path("issues/<str:key>/timeline/", Timeline.as_view(), name="timeline"),
    path(HISTORY, StatusChangeList.as_view(), name="status-changes"),
    path(f"{HISTORY}<str:row_id>/", StatusChangeDetail.as_view(), name="status-change"),
    path(f"{HISTORY}<str:row_id>/claims/", StatusChangeClaims.as_view(), name="status-change-claims"),
    path("sources/", SourceList.as_view(), name="sources"),
    path("sources/<str:source>/", SourceDetail.as_view(), name="source"),
    path("sources/<str:source>/text/", SourceTextView.as_view(), name="source-text"),
    path("claims/", ClaimList.as_view(), name="claims"),
    path("claims/<str:claim>/", ClaimDetail.as_view(), name="claim"),
    path("claims/<str:claim>/withdrawal/", ClaimWithdrawal.as_view(), name="claim-withdrawal"),
    path("positions/", PositionList.as_view(), name="positions"),
    path("positions/<str:position>/", PositionDetail.as_view(), name="position"),
    path("positions/<str:position>/end/", PositionEnd.as_view(), name="position-end"),
    path("positions/<str:position>/withdrawal/", PositionWithdrawal.as_view(), name="position-withdrawal"),
    path("deadlines/", DeadlineList.as_view(), name="deadlines"),
    path("deadlines/<str:deadline>/", DeadlineDetail.as_view(), name="deadline"),
    path("deadlines/<str:deadline>/close/", DeadlineClose.as_view(), name="deadline-close"),
    path("deadlines/<str:deadline>/withdrawal/", DeadlineWithdrawal.as_view(), name="deadline-withdrawal"),
    path("notes/", NoteList.as_view(), name="notes"),
    path("notes/<str:note>/", NoteDetail.as_view(), name="note"),
    path("notes/<str:note>/withdrawal/", NoteWithdrawal.as_view(), name="note-withdrawal"),
    path("links/", LinkList.as_view(), name="links"),
    path("links/<str:link>/", LinkDetail.as_view(), name="link"),
    path("links/<str:link>/withdrawal/", LinkWithdrawal.as_view(), name="link-withdrawal"),
    path("same-matters/", SameMatterList.as_view(), name="same-matters"),
    path("same-matters/<int:same_matter>/", SameMatterDetail.as_view(), name="same-matter"),
    path("same-matters/<int:same_matter>/end/", SameMatterEnd.as_view(), name="same-matter-end"),
    path("parties/", PartyList.as_view(), name="parties"),
]
