"""What the search of projects looks at stands in one column, so that one index finds it."""

from collections.abc import Sequence

from brands.models import Project
from schools.models import PartyOrganisation

AT_ONCE = 500


def renamed(units: Sequence[PartyOrganisation]) -> None:
    """Their projects are found by the new name at once."""
    for start in range(0, len(units), AT_ONCE):
        keys = [unit.pk for unit in units[start : start + AT_ONCE]]
        found = Project.objects.filter(organisation__in=keys).select_related("organisation")
        stale = []
        for project in found.only("title", "number", "search_text", "organisation__search_text"):
            words = project.words()
            if words != project.search_text:
                project.search_text = words
                stale.append(project)
        Project.objects.bulk_update(stale, ["search_text"], batch_size=AT_ONCE)
