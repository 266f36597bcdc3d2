from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("brands", "0037_released_at")]

    operations = [
        migrations.AddField(
            model_name="publicity",
            name="level",
            field=models.CharField(
                choices=[
                    ("province", "省级"),
                    ("city", "市级"),
                    ("district", "区（县）级"),
                    ("school", "校级"),
                ],
                default="city",
                max_length=10,
                verbose_name="级别",
            ),
        )
    ]
