"""The schedule names tasks by their path: nothing else would notice a wrong one."""

import os
import subprocess
import sys

from config.celery import app


def test_every_entry_names_a_task_that_exists():
    app.loader.import_default_modules()

    entries = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert "foundation.accounts.tasks.forget_old_sign_ins" in entries
    assert entries <= set(app.tasks)


def test_redbeat_finds_its_settings_and_does_not_warn():
    """In a process of its own: the settings of the tests have no Redis."""
    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "from config.celery import app\n"
        "from redbeat.schedulers import RedBeatConfig\n"
        "found = RedBeatConfig(app)\n"
        "assert found.redis_url == 'redis://127.0.0.1:6379/15', found.redis_url\n"
    )
    environment = os.environ | {
        "SECRET_KEY": "x",
        "REDIS_URL": "redis://127.0.0.1:6379/15",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    subprocess.run([sys.executable, "-c", code], env=environment, check=True, timeout=60)
