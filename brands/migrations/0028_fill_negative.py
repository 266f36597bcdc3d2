"""The negative list that comes with the product; the bureau's own rule goes before it (assumed)."""

from django.db import migrations

KINDS = [
    ("ethics", "发生严重违反师德师风行为", "《新时代中小学教师职业行为十项准则》"),
    ("discipline", "党组织主要负责人受到党纪政务处分", "《中国共产党纪律处分条例》"),
    ("ideology", "发生意识形态责任事件", "意识形态工作责任制有关规定"),
    ("safety", "发生安全责任事故", "学校安全工作有关规定"),
    ("fees", "发生违规招生、违规收费", "招生和教育收费有关规定"),
    ("false", "申报或复评材料弄虚作假", "本批次申报通知"),
]


def fill(apps, schema_editor):
    kinds = apps.get_model("brands", "NegativeKind").objects
    for order, (key, words, source) in enumerate(KINDS, start=1):
        kinds.get_or_create(key=key, defaults={"words": words, "source": source, "order": order})


class Migration(migrations.Migration):
    dependencies = [("brands", "0027_negative_and_promotion")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
