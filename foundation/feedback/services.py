"""Take an opinion in, answer it once."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from foundation import clock
from foundation.audit.services import record
from foundation.feedback.models import Suggestion
from foundation.notifications.services import tell_each
from foundation.verdict import Conflict

DAILY_LIMIT = 10  # From one address in 24 hours, of those who have not signed in.


def receive(suggestion: Suggestion) -> Suggestion:
    """Raises Conflict when this address has written too much today."""
    since = clock.now() - timedelta(days=1)
    sent = Suggestion.objects.filter(address=suggestion.address, at__gte=since, by=None)
    if suggestion.by is None and sent.count() >= DAILY_LIMIT:
        raise Conflict(f"同一网络地址一天内最多提交{DAILY_LIMIT}条。请明天再试，或者直接打电话。")
    with transaction.atomic():
        suggestion.save(force_insert=True)
        record("suggestion.received", by=suggestion.by, obj=suggestion)
    return suggestion


def answer(suggestion: Suggestion, *, reply: str, by: Any, via: Any) -> None:
    """Once; whoever wrote it with an account is told. Raises Conflict when a colleague was first."""
    with transaction.atomic():
        current = Suggestion.objects.select_for_update(of=("self",)).get(pk=suggestion.pk)
        if current.answered_at:
            raise Conflict("这条意见刚由他人办理过，请刷新页面查看。")
        current.reply, current.answered_by, current.answered_at = reply, by, clock.now()
        current.save(update_fields=["reply", "answered_by", "answered_at"])
        if current.by_id:
            text = f"您提出的意见建议（{current.number}）已办理：{reply}"
            key = f"suggestion-answer:{current.pk}"
            tell_each([current.by_id], key, "意见建议办理情况", text)
        record("suggestion.answer", by=by, via=via, obj=current)
