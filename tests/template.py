"""Fresh databases as copies of one: the migrations, half a minute of a processor, run once."""

import fcntl
import getpass
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path(tempfile.gettempdir()) / f"yipin-templates-{getpass.getuser()}"
# What migrations read besides themselves.
READ = (
    "brands/shipped/*.json", "brands/shipping.py", "foundation/audit/append_only.py",
    "config/settings.py", "requirements.txt",
)  # fmt: skip


def fill(url: str) -> None:
    """Make the database of `url` anew, migrated and otherwise empty."""
    with _one_at_a_time():
        if url.startswith("sqlite:///"):
            path = Path(url.removeprefix("sqlite:///"))
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_sqlite(), path)
        else:
            _copy_postgres(url)


def _sqlite() -> Path:
    path = FOLDER / f"{_digest()}.sqlite3"
    if not path.exists():
        half = path.with_suffix(".half")
        half.unlink(missing_ok=True)
        _migrate(f"sqlite:///{half}")
        half.rename(path)
    return path


def _copy_postgres(url: str) -> None:
    base, _, name = url.partition("?")[0].rpartition("/")
    template = f"yipin_template_{_digest()}"
    connection = psycopg2.connect(f"{base}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname = %s", [template])
        if cursor.fetchone() is None:
            half = f"{template}_half"
            cursor.execute(f"DROP DATABASE IF EXISTS {half}")
            cursor.execute(f"CREATE DATABASE {half}")
            _migrate(f"{base}/{half}")
            cursor.execute(f"ALTER DATABASE {half} RENAME TO {template}")
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    connection.close()


def _migrate(url: str) -> None:
    """By a process of its own, with nothing of this one's settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    with tempfile.TemporaryDirectory() as var:
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0"],
            cwd=ROOT,
            env=kept | {"SECRET_KEY": "only-for-a-template", "VAR_DIR": var, "DATABASE_URL": url},
            check=True,
        )


def _digest() -> str:
    """Of all that a migrated database depends on."""
    found = hashlib.sha256()
    names = list(ROOT.glob("*/migrations/*.py"))
    names += ROOT.glob("foundation/*/migrations/*.py")
    names += [path for pattern in READ for path in ROOT.glob(pattern)]
    for path in sorted(names):
        found.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return found.hexdigest()[:16]


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
