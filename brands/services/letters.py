"""Who hears of a move after the scores: the school, the bureau."""

from typing import Any

from django.urls import reverse

from brands.models import Project
from foundation.notifications.services import Letter, tell
from schools.models import Appointment, Role
from schools.rights import SCHOOL_ROLES


def tell_school(project: Project, key: str, subject: str, text: str) -> None:
    """The secretary and the Party affairs staff of the applicant."""
    posts = Appointment.objects.live().filter(
        role__in=SCHOOL_ROLES, organisation=project.organisation_id, user__is_active=True
    )
    _tell(posts, key, subject, text, reverse("brands:project", args=[project.pk]))


def tell_bureau(key: str, subject: str, text: str, link: str) -> None:
    posts = Appointment.objects.live().filter(role=Role.BUREAU, user__is_active=True)
    _tell(posts, key, subject, text, link)


def _tell(posts: Any, key: str, subject: str, text: str, link: str) -> None:
    people = sorted(set(posts.values_list("user_id", flat=True)))
    tell(Letter(user, f"{key}:{user}", subject, text, link) for user in people)
