"""What the page frame needs: who I act as, my menu, my bell, the site's own facts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    site = {**settings.SITE, "demo": settings.DEMO, "feedback_url": ""}
    return {"site": site, "nav": [], "acting": "", "unread": 0}
