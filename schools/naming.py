"""A unit as people write it down: its name, its school's, or the school's code."""

from django.db.models import Q, QuerySet

from schools.models import PartyOrganisation, Tier


def named(words: str) -> QuerySet[PartyOrganisation]:
    """Live units and organs that are called just so; more than one where a name is not enough."""
    its_school = Q(school__name=words) | Q(school__short_name=words) | Q(school__code=words)
    units = PartyOrganisation.objects.live().filter(
        Q(name=words) | (its_school & ~Q(tier=Tier.BRANCH))
    )
    return units.order_by("pk")
