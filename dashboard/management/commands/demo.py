"""`manage.py demo`: fill an empty database with the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from dashboard.demo.cast import Cast
from dashboard.demo.checking import Checking
from dashboard.demo.pool import seed_pool
from dashboard.demo.selection import Selection
from foundation.accounts.models import User
from foundation.outbox.models import Message, MessageState


class Command(BaseCommand):
    help = "Fill an empty database with the demo (DEMO=1 only)."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("Demo data are for the demo edition: DEMO=1.")
        if User.objects.exists():
            raise CommandError("The database is not empty; nothing was changed.")
        cast = Cast()
        seed_pool(cast)
        Selection(cast).build()
        Checking(cast).build()
        # Letters of the demo's past have been read long ago.
        Message.objects.filter(state=MessageState.NEW).update(state=MessageState.DROPPED)
        path = settings.VAR_DIR / "demo-accounts.txt"
        path.write_text(cast.accounts())
        self.stdout.write(cast.accounts())
