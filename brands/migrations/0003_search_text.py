from django.db import migrations, models

from schools.models.school import searchable


def fill(apps, schema_editor):
    projects = apps.get_model("brands", "Project").objects
    for pk, title, number in projects.values_list("pk", "title", "number").iterator():
        projects.filter(pk=pk).update(search_text=searchable(title, number or ""))


class Migration(migrations.Migration):
    dependencies = [("brands", "0002_list_index")]

    operations = [
        migrations.AddField(
            model_name="project",
            name="search_text",
            field=models.CharField(blank=True, editable=False, max_length=300),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
