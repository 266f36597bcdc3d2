"""`manage.py verify_audit`: walk the audit chain and name what was tampered with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from foundation.audit.models import AuditEvent
from foundation.audit.services import faults, head


class Command(BaseCommand):
    help = "Verify the audit chain; exits with 1 and names the rows when it does not hold."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--head", default="", help="a head that an earlier run told")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults(options["head"]))
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} fault(s) in the audit chain.")
        self.stdout.write(f"{AuditEvent.objects.count()} rows, the chain holds. Head: {head()}")
