"""What an organisation was named already, and whether that bars a new application."""

from django.db.models import Q

from brands.models import Batch, Honour, Programme
from schools.models import PartyOrganisation

# A batch names at city level.
SAME_OR_HIGHER = (Honour.Level.PROVINCE, Honour.Level.CITY)


def already_named(organisation: PartyOrganisation, batch: Batch) -> list[Honour]:
    """What this organisation holds in the batch's programme, in force."""
    held = Q(project__organisation=organisation, project__batch__programme=batch.programme_id)
    if batch.programme_id == Programme.SCHOOL_BRAND and organisation.school_id:
        held |= Q(project=None, school=organisation.school_id)  # Named before there was a system.
    return list(Honour.objects.in_force().filter(held))


def bar(organisation: PartyOrganisation, batch: Batch) -> str:
    """Why it may not apply once more, or nothing. A lower level is no bar: that is the way up."""
    for honour in already_named(organisation, batch):
        if honour.level in SAME_OR_HIGHER:
            return (
                f"本单位的《{honour.brand_name}》已于 {honour.year} 年获{honour.get_level_display()}命名"
                f"（{honour.number}），在有效期内不能再申报同级命名。"
            )
    return ""
