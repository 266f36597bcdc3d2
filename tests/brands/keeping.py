"""A named brand and its checks."""

import datetime as dt
from decimal import Decimal

from brands import rubrics
from brands.models import Honour, Recheck, RecheckStatus
from brands.services import keeping
from foundation import clock
from tests.factories.brands import ProjectFactory

R = RecheckStatus


def named_brand(project=None, **fields):
    """In force and without checks; named long ago, so that nothing plans itself."""
    project = project or ProjectFactory(status="named")
    fields = {
        "number": f"苏YP-2026-{Honour.objects.count() + 1:04d}", "project": project,
        "organisation": project.organisation, "school": project.organisation.school,
        "holder": project.organisation.short, "brand_name": project.title, "label": "建设成果",
        "year": 2026, "batch_number": 1, "document_number": "18号",
        "named_on": clock.today(), **fields,
    }  # fmt: skip
    return Honour.objects.create(**fields)


def recheck_of(honour, kind="renewal", status=R.OPEN, days=30, **fields):
    due = clock.today() + dt.timedelta(days=days)
    row = keeping.plan_one(honour, kind, due)
    Recheck.objects.filter(pk=row.pk).update(status=status, **fields)
    row.refresh_from_db()
    return row


def points_for(total):
    """Points of an acceptance that add up to `total`."""
    left, points = Decimal(str(total)), {}
    for one in rubrics.criteria_of("R2"):
        points[one.code] = min(left, Decimal(one.most))
        left -= points[one.code]
    return points
