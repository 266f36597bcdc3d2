import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The old keys of `programme` are those of the shipped programmes: the column stays valid."""

    dependencies = [("brands", "0004_programmes")]

    operations = [
        migrations.AlterField(
            model_name="batch",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="brands.programme",
                verbose_name="类别",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="track",
            field=models.CharField(
                choices=[("naming", "评选命名"), ("establishing", "立项推进")],
                default="",
                editable=False,
                max_length=15,
                verbose_name="流程",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="batch",
            name="applicant",
            field=models.CharField(
                choices=[("unit", "学校（单位）党组织"), ("branch", "党支部")],
                default="unit",
                editable=False,
                max_length=10,
                verbose_name="申报主体",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="batch",
            name="has_district",
            field=models.BooleanField(
                default=False, editable=False, verbose_name="设区（市）推荐"
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="form",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="brands.applicationform",
            ),
        ),
    ]
