"""What a page sends along with a move."""

from django.http import HttpRequest

NO_VERSION = -1


def version_seen(request: HttpRequest) -> int | None:
    """The version that the page was drawn with, None when it sends none; NO_VERSION for what is no
    version at all, which `perform` refuses as forged."""
    words = request.POST.get("version", "")
    if not words:
        return None
    return int(words) if words.isdecimal() and len(words) < 10 else NO_VERSION
