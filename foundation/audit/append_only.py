"""Statements for tables whose rows are only ever added: the database itself refuses the rest.

Used by migrations. As in migration 0002 of this app, a superuser of the database can get round it.
"""


def statements(vendor: str, table: str) -> list[str]:
    """Triggers that refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE of `table`."""
    if vendor == "sqlite":
        return [
            f"""CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
            for deed in ("UPDATE", "DELETE")
        ]
    if vendor == "postgresql":
        return [
            f"""CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$""",
            f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {table}_append_only()""",
            f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()""",
        ]
    return []


def undo(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete"]
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER {table}_no_change ON {table}",
            f"DROP TRIGGER {table}_no_truncate ON {table}",
            f"DROP FUNCTION {table}_append_only()",
        ]
    return []
