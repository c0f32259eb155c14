from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """One run of a periodic job. Unique per job and slot, so that two beats or two workers run it once."""

    job = models.CharField(max_length=60)
    slot = models.CharField(max_length=40, help_text="The tick this run belongs to.")
    as_of = models.DateField(null=True, help_text="The date for which the job worked.")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=dict)

    class Meta:
        ordering = ["-started_at"]
        constraints = [models.UniqueConstraint(fields=["job", "slot"], name="jobrun_once_per_slot")]
        indexes = [models.Index(fields=["job", "-as_of"], name="jobrun_last_as_of")]

    def __str__(self) -> str:
        return f"{self.job} {self.slot}"
