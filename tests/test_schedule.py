"""The schedule names tasks by their path: nothing else would notice a wrong one."""

from config.celery import app


def test_every_entry_names_a_task_that_exists():
    app.loader.import_default_modules()

    entries = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert "foundation.accounts.tasks.forget_old_sign_ins" in entries
    assert entries <= set(app.tasks)
