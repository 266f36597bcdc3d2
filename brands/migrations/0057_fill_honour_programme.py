from django.db import migrations
from django.db.models import OuterRef, Subquery


def follow_batches(apps, schema_editor):
    """Named here: by its batch. Entered from a sheet: until now these were 一校一品 only."""
    Honour = apps.get_model("brands", "Honour")
    named = apps.get_model("brands", "Project").objects.filter(pk=OuterRef("project"))
    honours = Honour.objects.exclude(project=None)
    honours.update(programme=Subquery(named.values("batch__programme")[:1]))


class Migration(migrations.Migration):
    dependencies = [("brands", "0056_honour_programme")]

    operations = [migrations.RunPython(follow_batches, migrations.RunPython.noop, elidable=True)]
