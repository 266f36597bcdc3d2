"""What was reported before each report was kept: the one that is left, so that the next replaces nothing."""

from django.db import migrations

from foundation import clock

GRADES = ("closed_excellent", "closed_good", "closed_pass", "closed_fail")


def fill(apps, schema_editor):
    Project = apps.get_model("brands", "Project")
    for project in Project.objects.filter(content__has_key="closing_report").iterator():
        applied = project.events.filter(name="apply_closing").order_by("-at").first()
        back = project.status == "in_progress"
        project.closings.create(
            number=1,
            report=project.content["closing_report"],
            by=applied.by if applied else None,
            at=applied.at if applied else project.updated_at,
            score=project.closing_score,
            outcome=project.status if back or project.status in GRADES else "",
        )
    for milestone in apps.get_model("brands", "Milestone")._base_manager.exclude(result=""):
        milestone.reports.create(
            done_on=milestone.done_on, result=milestone.result, at=clock.now()
        )


class Migration(migrations.Migration):
    dependencies = [("brands", "0031_kept_reports")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
