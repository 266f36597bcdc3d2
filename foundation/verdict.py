"""Yes, or no with its reason in Chinese: the one answer to "may this person do this now?"."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied


class Conflict(Exception):
    """The person may, but not now: wrong state, stale version, lost race. Answered with 409."""


class Forged(Exception):
    """No page of ours could have sent it: answered with 409 as well, and put on record.

    Not a Conflict, so that no page that shows an honest one beside its fields hides this.
    """


@dataclass(frozen=True, slots=True)
class Verdict:
    """`via` is the appointment that allows it, kept with the event; `conflict` makes a no a 409."""

    allowed: bool
    reason: str = ""
    via: Any = None
    conflict: bool = False

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise PermissionDenied (403) or Conflict (409) with the reason, unless allowed."""
        if self.allowed:
            return
        if self.conflict:
            raise Conflict(self.reason)
        raise PermissionDenied(self.reason)


ALLOWED = Verdict(True)


def allowed(via: Any = None) -> Verdict:
    return Verdict(True, via=via)


def denied(reason: str) -> Verdict:
    """Visible, but not this person: 403."""
    return Verdict(False, reason)


def not_now(reason: str) -> Verdict:
    """This person, but not in this state or at this time: 409."""
    return Verdict(False, reason, conflict=True)
