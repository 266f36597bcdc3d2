"""When the outcome of a project went out; what schools know already stays known."""

from django.db import migrations, models
from django.db.models import Q

from foundation import clock


def forwards(apps, schema_editor):
    """A refused 书记项目 had its letter; the others were out with any publicity of their batch."""
    Project = apps.get_model("brands", "Project")
    Publicity = apps.get_model("brands", "Publicity")
    public = Publicity.objects.exclude(status="draft").values("batch")
    known = Q(batch__track="establishing") | Q(batch__in=public)
    keys = Project.objects.filter(known, status="declined").values_list("pk", flat=True)
    Project.objects.filter(pk__in=list(keys)).update(released_at=clock.now())


class Migration(migrations.Migration):
    dependencies = [("brands", "0036_points_of_acceptance")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="released_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="结果公布时间"),
        ),
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
