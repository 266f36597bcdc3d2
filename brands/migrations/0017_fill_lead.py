"""书记项目 count: one a year for each secretary; who handed in the last version leads it."""

from django.db import migrations

PROGRAMME = "secretary"
UNLED = ["draft", "withdrawn", "rejected", "declined"]


def forwards(apps, schema_editor):
    Programme = apps.get_model("brands", "Programme")
    Project = apps.get_model("brands", "Project")
    Event = apps.get_model("brands", "ProjectEvent")
    Programme.objects.filter(pk=PROGRAMME).update(one_per_lead=True)
    taken = set()
    of_programme = Project.objects.filter(batch__programme=PROGRAMME).select_related("batch")
    for project in of_programme.order_by("pk"):
        sent = Event.objects.filter(project=project, name="submit").exclude(by=None)
        last = sent.order_by("at", "pk").last()
        if last is None:
            continue
        project.lead_id = last.by_id
        key = f"{PROGRAMME}-{project.batch.year}"
        is_live = project.status not in UNLED
        if not is_live or (last.by_id, key) not in taken:  # What was let through before stays.
            project.lead_for = key
        if is_live:
            taken.add((last.by_id, key))
        project.save(update_fields=["lead", "lead_for"])


class Migration(migrations.Migration):
    dependencies = [("brands", "0016_lead")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
