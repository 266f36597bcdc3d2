"""House-keeping; may run twice."""

from datetime import timedelta

from axes.models import AccessLog
from celery import shared_task
from django.contrib.sessions.models import Session

from foundation import clock

KEPT = timedelta(days=184)  # Six months, as the law asks of records of sign-ins (F-B 21).


@shared_task
def forget_old_sign_ins() -> int:
    """Sign-ins older than the law asks for; how many. Failed ones axes itself clears away."""
    old = AccessLog.objects.filter(attempt_time__lt=clock.wall_now() - KEPT)
    return old.delete()[0]


@shared_task
def forget_old_sessions() -> int:
    """Sessions past their end, which nobody can use any more; how many."""
    return Session.objects.filter(expire_date__lt=clock.wall_now()).delete()[0]
