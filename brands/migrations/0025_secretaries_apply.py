"""Where a secretary led one a year, the secretary is the applicant: one word for one thing."""

from django.db import migrations


def forwards(apps, schema_editor):
    counted = apps.get_model("brands", "Programme").objects.filter(one_per_lead=True)
    keys = list(counted.values_list("pk", flat=True))
    counted.update(applicant="secretary")
    apps.get_model("brands", "Batch").objects.filter(programme__in=keys).update(
        applicant="secretary"
    )


class Migration(migrations.Migration):
    dependencies = [("brands", "0024_change_requests")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
