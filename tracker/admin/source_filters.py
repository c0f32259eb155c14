from __future__ import annotations

from core.admin.filters import CompartmentFilter
from tracker.admin.issue_filters import ColumnFilter
from tracker.evidence import SourceKind


class KindFilter(ColumnFilter):
    title = parameter_name = "kind"
    words = SourceKind


SOURCE_FILTERS = [CompartmentFilter, KindFilter]
