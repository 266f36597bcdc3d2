"""`manage.py error_pages`: the pages that the proxy shows when the site cannot answer itself."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string

PAGES = ("413.html", "503.html")


class Command(BaseCommand):
    help = "Write 413.html and 503.html into VAR_DIR/errors; run it after collectstatic."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.VAR_DIR / "errors"
        folder.mkdir(parents=True, exist_ok=True)
        for name in PAGES:
            (folder / name).write_text(render_to_string(name), encoding="utf-8")
