"""汇总表: 10,000 rows in less than 1.5 seconds of a worker."""

import io
import time

import openpyxl
import pytest

from brands.exporting import projects_workbook
from brands.forms.filters import projects_for
from brands.models import Project, ProjectStatus
from tests.depth import sized
from tests.factories.brands import full_content, open_batch
from tests.factories.schools import UnitFactory

SECONDS_A_ROW = 1.5 / 10_000
SETTING_UP = 0.2  # of a book with any number of rows


@pytest.mark.django_db
@sized("rows", tenth=1_000, full=10_000)
def test_a_large_summary_costs_little(bureau, rows, record_property):
    batch = open_batch()
    units = [UnitFactory() for _ in range(100)]
    Project.objects.bulk_create(
        Project(
            batch=batch,
            organisation=units[n % len(units)],
            area=units[n % len(units)].area,
            person=f"第{n}人",  # As many of one unit as it takes.
            title=f"品牌{n}",
            status=ProjectStatus.IN_REVIEW,
            content=full_content(batch.programme_id),
            created_by=bureau,
        )
        for n in range(rows)
    )
    spent = []
    for _ in range(3):  # The least of them: neighbours on the same core make each dearer.
        began = time.process_time()
        content = projects_workbook(projects_for(bureau), user=bureau, title="申报项目")
        spent.append(time.process_time() - began)
    seconds = min(spent)

    record_property("seconds", f"{seconds:.2f}")
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    assert sum(1 for _ in book.active.rows) > rows
    assert seconds < SETTING_UP * (rows < 10_000) + SECONDS_A_ROW * rows
