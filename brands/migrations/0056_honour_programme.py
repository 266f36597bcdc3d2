import django.db.models.deletion
from django.db import migrations, models

BRAND = "school_brand"


class Migration(migrations.Migration):
    dependencies = [("brands", "0055_form_kinds_and_rows")]

    operations = [
        migrations.AddField(
            model_name="honour",
            name="programme",
            field=models.ForeignKey(
                default=BRAND,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="honours",
                to="brands.programme",
                verbose_name="项目类别",
            ),
        ),
        migrations.AddField(
            model_name="honourimport",
            name="programme",
            field=models.ForeignKey(
                default=BRAND,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="brands.programme",
            ),
        ),
    ]
