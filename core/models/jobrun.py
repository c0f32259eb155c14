from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.db import models


class JobRuns(models.QuerySet["JobRun"]):
    def of(self, job: str) -> Self:
        return self.filter(job=job)

    def written(self) -> Self:
        """Those whose work was committed; a run that failed, died or stood back has no date."""
        return self.filter(as_of__isnull=False)

    def last_date(self) -> dt.date | None:
        """The latest date for which these runs wrote anything."""
        latest: dt.date | None = self.written().aggregate(latest=models.Max("as_of"))["latest"]
        return latest


class JobRun(models.Model):
    """One run of a periodic job. Unique per job and slot, so that two beats or two workers run it once."""

    job = models.CharField(max_length=60)
    slot = models.CharField(max_length=40, help_text="The tick this run belongs to.")
    as_of = models.DateField(null=True, help_text="The date for which the job worked.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    objects: ClassVar[JobRuns] = JobRuns.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="jobrun_once_per_slot")]
        indexes = [models.Index(fields=["job", "-as_of"], name="jobrun_last_as_of")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"
