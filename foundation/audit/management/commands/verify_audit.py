"""`manage.py verify_audit`: walk the audit chain and name what was tampered with."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.audit.models import AuditEvent
from foundation.audit.services import faults


class Command(BaseCommand):
    help = "Verify the audit chain; exits with 1 and names the rows when it does not hold."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(faults())
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise CommandError(f"{len(found)} fault(s) in the audit chain.")
        self.stdout.write(f"{AuditEvent.objects.count()} rows, the chain holds.")
