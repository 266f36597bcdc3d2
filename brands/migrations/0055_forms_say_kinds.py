from django.db import migrations

from brands.shipping import renew


def renew_forms(apps, schema_editor):
    """On a fresh database the forms are the new ones already, and nothing happens."""
    renew(apps.get_model("brands", "ApplicationForm").objects)


class Migration(migrations.Migration):
    dependencies = [("brands", "0054_source_file")]

    operations = [migrations.RunPython(renew_forms, migrations.RunPython.noop, elidable=True)]
