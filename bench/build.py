"""Build a full scratch database: `python -m bench.build 3000 [--database-url URL] [--dir DIR]`.

Never the product's own: a PostgreSQL database must be called yp_bench…, a SQLite file lies in DIR.
A database that already holds N projects is used again, with the benchmark's own reviews put back.
Prints the facts that the driver needs as JSON.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

NAME = "yp_bench"


def scratch_url(url: str, folder: Path) -> str:
    """`url` if it is a scratch database, the default one if it is empty; else SystemExit."""
    if not url:
        return f"sqlite:///{folder / 'bench.sqlite3'}"
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    if parts.scheme == "sqlite":
        good = Path(parts.path[1:]).resolve().is_relative_to(folder.resolve())
    else:
        good = name.startswith(NAME)
    if not good:
        raise SystemExit(f"Not a scratch database: {name!r}. Call it {NAME}…, or put it in --dir.")
    return url


def create_missing(url: str) -> None:
    """On PostgreSQL the database itself may have to be made first."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return
    import psycopg2
    from psycopg2 import sql

    connection = psycopg2.connect(parts._replace(path="/postgres").geturl())
    connection.autocommit = True
    name = parts.path.removeprefix("/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone() is None:
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    connection.close()


def prepare(url: str, folder: Path) -> None:
    """Point Django at the scratch database; nothing of it may be imported before."""
    folder.mkdir(parents=True, exist_ok=True)
    os.environ |= {"DATABASE_URL": url, "VAR_DIR": str(folder), "DEMO": "0", "HTTPS": "0"}
    os.environ.setdefault("SECRET_KEY", "only-for-the-benchmark-" + "x" * 40)
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    import django

    django.setup()


def migrate_and_fill(count: int) -> str:
    """What was done, in words."""
    from django.core.management import call_command

    from bench import data, facts

    call_command("migrate", verbosity=0)
    found = facts.size()
    if found not in (0, count):
        raise SystemExit(f"The database holds {found} projects, not {count}: drop it first.")
    if found:
        facts.put_back()
        facts.analyze()
        return "used again"
    began = time.perf_counter()
    data.fill(count)
    facts.analyze()
    return f"built in {time.perf_counter() - began:.1f} s"


def parsed(words: str | None) -> argparse.Namespace:
    """Of the command line; the address is that of a scratch database."""
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("count", type=int)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--dir", type=Path, default=None)
    options = parser.parse_args()
    options.dir = options.dir or Path(tempfile.gettempdir()) / f"{NAME}_{options.count}"
    options.database_url = scratch_url(options.database_url, options.dir)
    return options


def main() -> None:
    options = parsed(__doc__)
    create_missing(options.database_url)
    prepare(options.database_url, options.dir)
    print(f"{options.count} projects: {migrate_and_fill(options.count)}", file=sys.stderr)
    from bench import facts

    print(json.dumps(facts.collect()))


if __name__ == "__main__":
    main()
