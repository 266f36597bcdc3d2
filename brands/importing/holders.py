"""Who holds an honour, found by what stands in a sheet."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from brands.models import Programme
from schools.models import PartyOrganisation, School, Tier


@dataclass(frozen=True, slots=True)
class Holder:
    """A school with the Party organisation of its own, if it has one; or an organisation alone."""

    school: School | None
    organisation: PartyOrganisation | None

    @property
    def key(self) -> tuple[str, int | None]:
        school, organisation = self.school, self.organisation
        return holder_key(school.pk if school else None, organisation.pk if organisation else None)

    def __str__(self) -> str:
        return str(self.school or self.organisation)


Holders = Mapping[str, Holder]


def holder_key(school: int | None, organisation: int | None) -> tuple[str, int | None]:
    """The same for two honours of one holder: organisations of a school come and go."""
    return ("school", school) if school else ("organisation", organisation)


def holders_for(programme: Programme) -> Holders:
    """What may be written → whom it means, among those that this programme is for."""
    live = PartyOrganisation.objects.live().select_related("school", "parent")
    if programme.is_of_branches:
        return _branches(list(live.filter(tier=Tier.BRANCH)))
    units = list(live.filter(tier=Tier.UNIT))
    own = {unit.school_id: unit for unit in units if unit.school_id}
    schools = list(School.objects.all())
    found = {unit.name: Holder(None, unit) for unit in units if not unit.school_id}
    for words in ("name", "code"):
        found |= {getattr(school, words): Holder(school, own.get(school.pk)) for school in schools}
    return found


def _branches(branches: list[PartyOrganisation]) -> Holders:
    """By its own name where no other has it, and by its superior's with its own."""
    times = Counter(branch.name for branch in branches)
    found = {each.name: Holder(None, each) for each in branches if times[each.name] == 1}
    return found | {f"{each.parent}{each.name}": Holder(None, each) for each in branches}
