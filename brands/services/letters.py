"""Who hears of a move after the scores: the school, the bureau."""

from collections.abc import Iterable

from django.urls import reverse

from brands.models import Project
from brands.services.telling import people_at
from foundation.notifications.services import Letter, tell
from schools.models import Appointment, Role
from schools.rights import SCHOOL_ROLES


def tell_school(project: Project, key: str, subject: str, text: str) -> None:
    """The secretary and the Party affairs staff of the applicant."""
    people = people_at(project.organisation, *SCHOOL_ROLES)
    _tell(people, key, subject, text, reverse("brands:project", args=[project.pk]))


def tell_bureau(key: str, subject: str, text: str, link: str) -> None:
    """Everybody who acts for the bureau now."""
    posts = Appointment.objects.holders(Role.BUREAU)
    _tell(sorted(set(posts.values_list("user_id", flat=True))), key, subject, text, link)


def _tell(people: Iterable[int], key: str, subject: str, text: str, link: str) -> None:
    tell(Letter(user, f"{key}:{user}", subject, text, link) for user in people)
