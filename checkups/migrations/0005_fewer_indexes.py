"""A key that begins another index needs none of its own."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checkups', '0004_committee_target'),
    ]

    operations = [
        migrations.AlterField(
            model_name='answer',
            name='checkup',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='checkups.checkup'),
        ),
        migrations.AlterField(
            model_name='checkup',
            name='cycle',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='checkups', to='checkups.cycle'),
        ),
    ]
