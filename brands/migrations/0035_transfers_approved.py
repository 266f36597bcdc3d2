import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import foundation.clock

STATUSES = [
    ("pending", "待审批"),
    ("approved", "已生效"),
    ("refused", "不予批准"),
    ("taken_back", "已撤回"),
]


class Migration(migrations.Migration):
    """What was moved before there was an approval has taken effect: it is `approved`."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("brands", "0034_closing_explanation"),
    ]

    operations = [
        migrations.AddField(
            "quotatransfer",
            "status",
            models.CharField(choices=STATUSES, default="approved", editable=False, max_length=10),
        ),
        migrations.AlterField(
            "quotatransfer",
            "status",
            models.CharField(choices=STATUSES, default="pending", editable=False, max_length=10),
        ),
        migrations.AddField(
            "quotatransfer",
            "version",
            models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            "quotatransfer",
            "at",
            models.DateTimeField(default=foundation.clock.now, verbose_name="提出时间"),
        ),
        migrations.AlterField(
            "quotatransfer",
            "by",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="提出人",
            ),
        ),
        migrations.CreateModel(
            name="QuotaTransferEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="动作")),
                ("label", models.CharField(max_length=40, verbose_name="动作")),
                ("source", models.CharField(max_length=30, verbose_name="原状态")),
                ("target", models.CharField(max_length=30, verbose_name="新状态")),
                (
                    "appointment",
                    models.CharField(blank=True, max_length=120, verbose_name="以何身份"),
                ),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                ("at", models.DateTimeField(default=foundation.clock.now, verbose_name="时间")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="操作人",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="brands.quotatransfer",
                    ),
                ),
            ],
            options={"ordering": ("at", "pk"), "abstract": False},
        ),
    ]
