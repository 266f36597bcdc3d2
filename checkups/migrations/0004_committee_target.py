"""A1 asks a 党委 for one session a month, a 支部 for one a quarter (domain.md C4)."""

from decimal import Decimal

from django.db import migrations, models


def ask(apps, schema_editor):
    apps.get_model("checkups", "Indicator").objects.filter(
        template__code="quarterly", code="A1"
    ).update(committee_target=Decimal(3))


class Migration(migrations.Migration):
    dependencies = [("checkups", "0003_marks_moved")]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="committee_target",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                max_digits=7,
                null=True,
                verbose_name="党委的目标数",
            ),
        ),
        migrations.RunPython(ask, migrations.RunPython.noop),
    ]
