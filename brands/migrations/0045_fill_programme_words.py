from django.db import migrations

from brands.shipping import shipped

TAKEN_OVER = ("has_closing", "noun", "honour_code")
# What a programme of the bureau's own was judged by so far, where it says nothing else.
USUAL = {"naming": ["R1"], "establishing": ["R3", "R4"]}


def fill(apps, schema_editor):
    """The words and stages that were written in the code until now, as rows."""
    known = {facts["key"]: facts for facts in shipped()}
    Batch = apps.get_model("brands", "Batch")
    for programme in apps.get_model("brands", "Programme").objects.all():
        is_brand = programme.track == "naming"
        facts = known.get(programme.key, {})
        programme.noun = facts.get("noun", "项目")
        programme.has_closing = not is_brand
        programme.honour_code = programme.number_code if is_brand else ""
        programme.rubrics = _rubrics(programme, facts, is_brand)
        programme.save(update_fields=[*TAKEN_OVER, "rubrics"])
        Batch.objects.filter(programme=programme).update(
            **{name: getattr(programme, name) for name in TAKEN_OVER}
        )


def _rubrics(programme, facts, is_brand):
    """A list before: the selection's, then the closing's. 机关党建年度项目 borrowed those of 书记项目."""
    old = programme.rubrics
    if isinstance(old, dict):
        return old
    if programme.key == "organ_project" and old == ["R3", "R4"]:
        return facts["rubrics"]
    codes = old or USUAL[programme.track]
    second = "acceptance" if is_brand else "closing"
    return {"selection": codes[0], second: "R2" if is_brand else codes[-1]}


def back(apps, schema_editor):
    for programme in apps.get_model("brands", "Programme").objects.all():
        found = programme.rubrics
        if isinstance(found, dict):
            codes = [found.get("selection"), found.get("closing")]
            programme.rubrics = [code for code in codes if code]
            programme.save(update_fields=["rubrics"])


class Migration(migrations.Migration):
    dependencies = [("brands", "0044_programme_words")]

    operations = [migrations.RunPython(fill, back)]
