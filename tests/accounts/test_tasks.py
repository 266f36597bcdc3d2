from datetime import timedelta

import pytest
from axes.models import AccessLog

from foundation import clock
from foundation.accounts.tasks import forget_old_sign_ins

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
