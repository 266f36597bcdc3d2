"""A project is found by its own words and its unit's, in one column and by one index."""

from django.db import migrations, models


def fill(apps, schema_editor):
    Project = apps.get_model("brands", "Project")
    projects = Project.objects.select_related("organisation").only(
        "search_text", "organisation__search_text"
    )
    kept = []
    for project in projects.iterator(chunk_size=500):
        project.search_text = f"{project.search_text} {project.organisation.search_text}"[:600]
        kept.append(project)
    Project.objects.bulk_update(kept, ["search_text"], batch_size=500)


def index(apps, schema_editor):
    """Only PostgreSQL uses them: SQLite has no trigrams, and takes no partial index for a value
    it is given apart from the statement.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(
        "CREATE INDEX brands_project_listed ON brands_project (batch_id DESC, area_id, id) "
        "WHERE NOT (status IN ('draft', 'withdrawn'))"
    )
    if _has_trigrams(schema_editor.connection):
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(
            "CREATE INDEX brands_project_search ON brands_project USING gin (search_text gin_trgm_ops)"
        )


def _has_trigrams(connection):
    """It comes with the server's own package; without it a search reads every row, no more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm') "
            "AND (EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm') "
            "OR has_database_privilege(current_database(), 'CREATE'))"
        )
        return cursor.fetchone()[0]


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS brands_project_listed")
        schema_editor.execute("DROP INDEX IF EXISTS brands_project_search")


class Migration(migrations.Migration):
    dependencies = [("brands", "0050_draft_notice"), ("schools", "0005_one_root")]

    operations = [
        migrations.AlterField(
            model_name="project",
            name="search_text",
            field=models.CharField(blank=True, editable=False, max_length=600),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index, drop),
    ]
