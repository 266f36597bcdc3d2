"""The State Council's notices for 2025 and 2026 (domain.md H6), so that no library is needed."""

from datetime import date, timedelta

from django.db import migrations

# (source, holidays from – to, weekends worked)
NOTICES = [
    (
        "国务院办公厅关于2025年部分节假日安排的通知",
        [
            ("元旦", "2025-01-01", "2025-01-01"),
            ("春节", "2025-01-28", "2025-02-04"),
            ("清明节", "2025-04-04", "2025-04-06"),
            ("劳动节", "2025-05-01", "2025-05-05"),
            ("端午节", "2025-05-31", "2025-06-02"),
            ("国庆节、中秋节", "2025-10-01", "2025-10-08"),
        ],
        ["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
    ),
    (
        "国务院办公厅关于2026年部分节假日安排的通知",
        [
            ("元旦", "2026-01-01", "2026-01-03"),
            ("春节", "2026-02-15", "2026-02-23"),
            ("清明节", "2026-04-04", "2026-04-06"),
            ("劳动节", "2026-05-01", "2026-05-05"),
            ("端午节", "2026-06-19", "2026-06-21"),
            ("中秋节", "2026-09-25", "2026-09-27"),
            ("国庆节", "2026-10-01", "2026-10-07"),
        ],
        ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
    ),
]


def days():
    for source, holidays, worked in NOTICES:
        for note, first, last in holidays:
            day = date.fromisoformat(first)
            while day <= date.fromisoformat(last):
                yield day, {"kind": "off", "source": source, "note": note}
                day += timedelta(days=1)
        for day in worked:
            yield date.fromisoformat(day), {"kind": "work", "source": source, "note": "调休"}


def enter(apps, schema_editor):
    """What staff have entered meanwhile stays."""
    rows = apps.get_model("workdays", "CalendarDay").objects
    for day, values in days():
        rows.get_or_create(date=day, defaults=values)


class Migration(migrations.Migration):
    dependencies = [("workdays", "0001_initial")]

    operations = [migrations.RunPython(enter, migrations.RunPython.noop)]
