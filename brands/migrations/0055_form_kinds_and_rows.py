from django.db import migrations, models

from brands.shipping import renew


def renew_forms(apps, schema_editor):
    """On a fresh database the forms are the new ones already, and nothing happens."""
    renew(apps.get_model("brands", "ApplicationForm").objects)


class Migration(migrations.Migration):
    dependencies = [("brands", "0054_source_file")]

    operations = [
        migrations.AddField(
            model_name="milestone",
            name="from_row",
            field=models.PositiveSmallIntegerField(
                editable=False, null=True, verbose_name="申报表中的行"
            ),
        ),
        migrations.AddConstraint(
            model_name="milestone",
            constraint=models.UniqueConstraint(
                fields=("project", "from_row"), name="brands_milestone_row_once"
            ),
        ),
        migrations.RunPython(renew_forms, migrations.RunPython.noop, elidable=True),
    ]
