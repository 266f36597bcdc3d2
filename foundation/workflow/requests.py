"""What a page sends along with a move."""

from collections.abc import Container
from typing import Any

from django.http import Http404, HttpRequest

from foundation.workflow.engine import perform, workflow_of
from foundation.workflow.models import Event

NO_VERSION = -1
_LONGEST = 9  # digits


def version_seen(request: HttpRequest) -> int:
    """The version that the page was drawn with."""
    return version_of(request.POST.get("version", ""))


def version_of(words: str) -> int:
    """NO_VERSION for nothing at all and for what is no version: `perform` refuses it as forged."""
    return int(words) if words.isdecimal() and len(words) <= _LONGEST else NO_VERSION


def note_of(request: HttpRequest, longest: int = 1000) -> str:
    """The reason or remark typed beside a button, without the NUL that PostgreSQL cannot keep."""
    return request.POST.get("note", "").replace("\0", "").strip()[:longest]


def perform_posted(
    request: HttpRequest, obj: Any, name: str, *, among: Container[str] | None = None, **extra: Any
) -> Event:
    """Move `obj` as the address and the fields beside the button say; raises like `perform`, and
    Http404 for a move that is not in its table, or not `among` those that this address is for."""
    if name not in (workflow_of(obj) if among is None else among):
        raise Http404
    return perform(
        obj, name, by=request.user, note=note_of(request), version=version_seen(request), **extra
    )
