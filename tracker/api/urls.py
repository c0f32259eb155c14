from django.urls import path

from tracker.api.issues import IssueDetail, IssueList
from tracker.api.status_changes import StatusChangeDetail, StatusChangeList

urlpatterns = [
    path("issues/", IssueList.as_view(), name="issues"),
    path("issues/<str:key>/", IssueDetail.as_view(), name="issue"),
    path("issues/<str:key>/status-changes/", StatusChangeList.as_view(), name="status-changes"),
    path("issues/<str:key>/status-changes/<str:row_id>/", StatusChangeDetail.as_view(), name="status-change"),
]
