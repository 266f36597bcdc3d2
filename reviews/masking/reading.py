"""The masks of many reviews at once, for pages and letters that name several."""

from collections import defaultdict

from reviews.masking.words import Closed, Masker
from reviews.models import Assignment, Masking


def masks_of(assignments: list[int]) -> dict[int, Masker]:
    """Assignment of a blind round → its mask; shut where nobody has confirmed one."""
    places = {
        pk: (round, project)
        for pk, round, project in Assignment.objects.filter(pk__in=assignments)
        .order_by()
        .values_list("pk", "entry__round", "entry__project")
    }
    confirmed = Masking.objects.filter(
        round__in={round for round, _ in places.values()},
        project__in={project for _, project in places.values()},
    ).exclude(confirmed_at=None)
    pairs: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    rows = confirmed.order_by().values_list("round", "project", "masks__found", "masks__shown")
    for round, project, found, shown in rows:
        pairs[round, project] += [(found, shown)] if found else []
    masks = {place: Masker(found) for place, found in pairs.items()}
    return {pk: masks.get(place) or Closed() for pk, place in places.items()}
