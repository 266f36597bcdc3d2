"""Who hears of a move after the scores: the school, the bureau."""

from django.urls import reverse

from brands.models import Project
from foundation.notifications.services import tell_each
from schools.models import Role
from schools.recipients import everybody, people_at
from schools.rights import SCHOOL_ROLES


def tell_school(project: Project, key: str, subject: str, text: str) -> None:
    """The secretary and the Party affairs staff of the applicant."""
    people = people_at(project.organisation, *SCHOOL_ROLES)
    tell_each(people, key, subject, text, reverse("brands:project", args=[project.pk]))


def tell_bureau(key: str, subject: str, text: str, link: str) -> None:
    """Everybody who acts for the bureau now."""
    tell_each(everybody(Role.BUREAU), key, subject, text, link)
