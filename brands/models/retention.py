"""How long what was never handed in is kept (domain.md F-C 33)."""

from django.db import models

from brands.models.project import Project
from foundation import clock


class DraftNotice(models.Model):
    """The unit was told that this draft goes on `deletes_on`; without it none is deleted."""

    project = models.OneToOneField(Project, models.CASCADE, related_name="draft_notice")
    deletes_on = models.DateField("删除日期", db_index=True)
    at = models.DateTimeField("通知时间", default=clock.now)

    def __str__(self) -> str:
        return f"{self.project_id}：{self.deletes_on:%Y-%m-%d}"
