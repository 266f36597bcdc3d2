import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import foundation.clock
from brands.shipping import ship


def ship_programmes(apps, schema_editor):
    forms = apps.get_model("brands", "ApplicationForm").objects
    ship(apps.get_model("brands", "Programme").objects, forms)


class Migration(migrations.Migration):
    dependencies = [
        ("brands", "0003_search_text"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Programme",
            fields=[
                (
                    "key",
                    models.SlugField(
                        max_length=20, primary_key=True, serialize=False, verbose_name="代码"
                    ),
                ),
                ("name", models.CharField(max_length=30, unique=True, verbose_name="名称")),
                (
                    "track",
                    models.CharField(
                        choices=[("naming", "评选命名"), ("establishing", "立项推进")],
                        max_length=15,
                        verbose_name="流程",
                    ),
                ),
                (
                    "applicant",
                    models.CharField(
                        choices=[("unit", "学校（单位）党组织"), ("branch", "党支部")],
                        max_length=10,
                        verbose_name="申报主体",
                    ),
                ),
                ("has_district", models.BooleanField(default=False, verbose_name="设区（市）推荐")),
                (
                    "number_code",
                    models.CharField(max_length=6, unique=True, verbose_name="受理编号代码"),
                ),
                (
                    "result_label",
                    models.CharField(default="建设成果", max_length=40, verbose_name="结果称谓"),
                ),
                ("checklist", models.JSONField(default=list, verbose_name="审查要点")),
                ("rubrics", models.JSONField(default=list, verbose_name="评分标准")),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="排序")),
            ],
            options={
                "verbose_name": "项目类别",
                "verbose_name_plural": "项目类别",
                "ordering": ("order", "key"),
            },
        ),
        migrations.CreateModel(
            name="ApplicationForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveSmallIntegerField(default=1, verbose_name="版本")),
                ("content", models.JSONField(verbose_name="内容")),
                (
                    "frozen",
                    models.BooleanField(default=False, editable=False, verbose_name="已启用"),
                ),
                (
                    "at",
                    models.DateTimeField(default=foundation.clock.now, verbose_name="建立时间"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forms",
                        to="brands.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "申报表",
                "verbose_name_plural": "申报表",
                "ordering": ("programme", "-version"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "version"), name="brands_form_once"
                    )
                ],
            },
        ),
        migrations.RunPython(ship_programmes, migrations.RunPython.noop),
    ]
