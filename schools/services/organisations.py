"""Changes to the Party tree. Nothing is deleted: a branch is closed, or merged into another."""

from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from schools.areas import AREAS
from schools.models import Area, OrganisationKind, PartyOrganisation, Tier
from schools.models.organisation import ON_MOVED

ROOT = "市委教育工委"
ORGAN = "局机关党委"


@transaction.atomic
def ensure_trees() -> PartyOrganisation:
    """The areas, the work committee, the organ committee and the area committees; returns the root.

    May run any number of times: what is there stays as it is.
    """
    there = set(Area.objects.values_list("code", flat=True))
    for order, known in enumerate(AREAS, 1):
        if known.code not in there:
            Area.objects.get_or_create(
                code=known.code,
                defaults={"name": known.name, "order": order, "is_direct": known.is_direct},
            )
    root = _ensure(kind=OrganisationKind.WORK_COMMITTEE, name=ROOT, tier=Tier.CITY)
    _ensure(kind=OrganisationKind.ORGAN_COMMITTEE, name=ORGAN, tier=Tier.UNIT, parent=root)
    with_committee = set(
        PartyOrganisation.objects.live().filter(tier=Tier.AREA).values_list("area_id", flat=True)
    )
    for area in Area.objects.filter(is_direct=False, code__in=[known.code for known in AREAS]):
        if area.pk not in with_committee:
            PartyOrganisation.objects.create(
                kind=OrganisationKind.AREA_COMMITTEE,
                name=f"中共{area.name}教育工作委员会",
                tier=Tier.AREA,
                area=area,
                parent=root,
            )
    return root


def _ensure(*, kind: str, **values: Any) -> PartyOrganisation:
    found = PartyOrganisation.objects.live().filter(kind=kind).order_by("pk").first()
    return found or PartyOrganisation.objects.create(kind=kind, **values)


def move_under(organisation: PartyOrganisation, parent: PartyOrganisation) -> None:
    """Hang `organisation` and all below it under another parent. Call inside a transaction."""
    old, new = organisation.path, f"{parent.path}{organisation.pk:08d}/"
    below = PartyOrganisation.objects.filter(path__startswith=old)
    below.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)), area=organisation.area)
    PartyOrganisation.objects.filter(pk=organisation.pk).update(parent=parent)
    organisation.parent, organisation.path = parent, new
    for tell in ON_MOVED:
        tell(organisation)
