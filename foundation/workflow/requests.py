"""What a page sends along with a move."""

from django.http import HttpRequest

NO_VERSION = -1


def version_seen(request: HttpRequest) -> int:
    """The version that the page was drawn with; NO_VERSION when none came, which `perform` refuses."""
    words = request.POST.get("version", "")
    return int(words) if words.isdecimal() and len(words) < 10 else NO_VERSION
