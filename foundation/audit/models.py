"""The audit chain: plain columns only, so that nothing renamed or deleted can touch a row."""

import hashlib
import json
from typing import Any

from django.db import models


class AuditEvent(models.Model):
    """One thing that happened. `digest` covers this row and the digest before it.

    Database triggers refuse UPDATE and DELETE (migration 0002); the chain betrays who gets round
    them. Rows are written by `foundation.audit.record` only.
    """

    number = models.PositiveBigIntegerField("序号", unique=True)
    at = models.DateTimeField("时间", db_index=True)
    action = models.CharField("动作", max_length=40, db_index=True)
    actor_id = models.BigIntegerField("人员编号", null=True, blank=True, db_index=True)
    actor_name = models.CharField("人员", max_length=80, blank=True)
    appointment = models.CharField("以何身份", max_length=120, blank=True)
    object_type = models.CharField("对象类型", max_length=60, blank=True)
    object_id = models.CharField("对象编号", max_length=40, blank=True)
    object_name = models.CharField("对象", max_length=200, blank=True)
    address = models.CharField("网络地址", max_length=45, blank=True)
    success = models.BooleanField("成功", default=True)
    detail = models.TextField("详情", blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ("-number",)
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_event_object")]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.object_name}"

    def computed_digest(self) -> str:
        """SHA-256 over every column in a fixed order, with the digest before it."""
        values: list[Any] = [
            self.number,
            self.at.isoformat(timespec="microseconds"),
            self.action,
            self.actor_id,
            self.actor_name,
            self.appointment,
            self.object_type,
            self.object_id,
            self.object_name,
            self.address,
            self.success,
            self.detail,
            self.previous,
        ]
        return hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest()


class ChainHead(models.Model):
    """The one row that is locked to append: the last number and digest.

    It stands apart from the chain, so a cut tail is seen: the chain then ends before the head.
    """

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)
