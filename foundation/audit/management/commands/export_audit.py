"""`manage.py export_audit FILE --until 2026-06-30`: an archive of the audit record."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from foundation import clock
from foundation.audit.archiving import write_archive
from foundation.audit.services import record

DAY = timedelta(days=1)


class Command(BaseCommand):
    help = "Write the audit record up to a day (included) as JSON lines. Nothing is deleted here."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="a new file; one that exists is never written over")
        parser.add_argument("--until", type=date.fromisoformat, help="the last day; default: today")

    def handle(self, *args: Any, **options: Any) -> None:
        path, until = (
            Path(options["file"]),
            options["until"] or timezone.localdate(clock.wall_now()),
        )
        try:
            with path.open("x", encoding="utf-8") as target:
                count, head = write_archive(target, before=clock.start_of(until + DAY))
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        record("audit.export", name=path.name, until=until, rows=count, head=head)
        self.stdout.write(f"{count} rows. Head: {head}")
