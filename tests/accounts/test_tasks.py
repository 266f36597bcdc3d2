from datetime import timedelta

import pytest
from axes.models import AccessLog
from django.contrib.sessions.models import Session

from foundation import clock
from foundation.accounts.tasks import forget_old_sessions, forget_old_sign_ins

pytestmark = pytest.mark.django_db


def signed_in(days_ago):
    row = AccessLog.objects.create(username="someone", ip_address="10.0.0.1")
    then = clock.wall_now() - timedelta(days=days_ago)
    AccessLog.objects.filter(pk=row.pk).update(attempt_time=then)
    return row


def test_sign_ins_are_kept_for_half_a_year_and_no_longer():
    signed_in(days_ago=185)
    kept = [signed_in(days_ago=183), signed_in(days_ago=0)]

    assert forget_old_sign_ins() == 1
    assert forget_old_sign_ins() == 0
    assert set(AccessLog.objects.all()) == set(kept)


def test_only_sessions_past_their_end_are_cleared():
    now = clock.wall_now()
    Session.objects.create(session_key="over", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="live", expire_date=now + timedelta(minutes=1))

    assert forget_old_sessions() == 1
    assert [row.session_key for row in Session.objects.all()] == ["live"]
