from django.db import migrations


def fill(apps, schema_editor):
    """Batches of before were all of the two shipped programmes, asked with their first form."""
    Batch = apps.get_model("brands", "Batch")
    for programme in apps.get_model("brands", "Programme").objects.all():
        batches = Batch.objects.filter(programme=programme)
        batches.update(
            track=programme.track,
            applicant=programme.applicant,
            has_district=programme.has_district,
        )
        form = programme.forms.get(version=1)
        if batches.exclude(status="draft").update(form=form):
            programme.forms.filter(pk=form.pk).update(frozen=True)


class Migration(migrations.Migration):
    dependencies = [("brands", "0005_batch_follows_programme")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
