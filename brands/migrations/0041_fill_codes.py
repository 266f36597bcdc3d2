"""A code for the versions submitted before papers carried one of their own."""

import json

from django.db import migrations
from django.utils.crypto import salted_hmac


def fill(apps, schema_editor):
    versions = apps.get_model("brands", "ProjectVersion").objects.filter(code="")
    for version in versions.iterator(chunk_size=500):
        words = [version.project_id, version.number, version.title, version.content, version.files]
        mark = salted_hmac("brands.version", json.dumps(words, sort_keys=True), algorithm="sha256")
        version.code = mark.hexdigest()[:10].upper()
        version.save(update_fields=["code"])


class Migration(migrations.Migration):
    dependencies = [("brands", "0040_version_files_and_code")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
