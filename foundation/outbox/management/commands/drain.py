"""`manage.py drain`: send what waits, for machines where cron stands in for Celery."""

from typing import Any

from django.core.management.base import BaseCommand

from foundation.outbox import services


class Command(BaseCommand):
    help = "Send the messages that wait in the outbox."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{services.drain()} sent")
