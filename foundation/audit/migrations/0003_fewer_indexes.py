"""Every write of the chain keeps its indexes: two of them only serve LIKE, which nobody asks."""

from django.db import migrations

FOR_LIKE = ["audit_auditevent_action_2131bb77", "audit_auditevent_digest_a1a53d5a"]


def forwards(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in FOR_LIKE:
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}_like")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
