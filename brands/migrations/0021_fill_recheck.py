"""一校一品 takes the intervals of domain.md B1; honours learn which Party organisation keeps them."""

from django.db import migrations

CULTIVATION = {"progress_months": 6, "midterm_months": 12, "acceptance_months": 24}


def fill(apps, schema_editor):
    apps.get_model("brands", "Programme").objects.filter(pk="school_brand").update(**CULTIVATION)
    units = dict(
        apps.get_model("schools", "PartyOrganisation")
        .objects.filter(tier="unit", closed_on=None)
        .exclude(school=None)
        .values_list("school", "pk")
    )
    for honour in apps.get_model("brands", "Honour").objects.select_related("project"):
        project = honour.project
        honour.organisation_id = project.organisation_id if project else units.get(honour.school_id)
        honour.save(update_fields=["organisation"])


class Migration(migrations.Migration):
    dependencies = [("brands", "0020_recheck")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
