"""What is left of an area's quota, and for whom the last places must be kept."""

from collections.abc import Iterable
from dataclasses import dataclass

from brands.models import Project, Quota
from schools.models import Ownership, School, SchoolKind

# Of a quota's least numbers: the column, what the school must be, and how it is called.
LEAST = (
    ("private", "ownership", Ownership.PRIVATE, "民办学校"),
    ("kindergartens", "kind", SchoolKind.KINDERGARTEN, "幼儿园"),
)


@dataclass(slots=True)
class Share:
    """At least `least` of the places go to such schools; `held` of them do so far."""

    words: str
    field: str
    value: str
    least: int
    held: int = 0

    @property
    def missing(self) -> int:
        return max(self.least - self.held, 0)

    def counts(self, school: School | None) -> bool:
        return school is not None and getattr(school, self.field) == self.value


class Tally:
    """Counts on; `take` lets a caller think several recommendations through before any is made."""

    def __init__(self, quota: Quota | None, schools: Iterable[School | None], places: int) -> None:
        """`schools` hold a place each, `places` is how many there are."""
        self.places, self.used = places, 0
        self.shares = [
            Share(words, field, value, getattr(quota, column))
            for column, field, value, words in LEAST
            if quota is not None and getattr(quota, column)
        ]
        for school in schools:
            self.take(school)

    @property
    def free(self) -> int:
        return max(self.places - self.used, 0)

    def take(self, school: School | None) -> None:
        self.used += 1
        for share in self.shares:
            share.held += share.counts(school)

    def refusal(self, school: School | None) -> str:
        """Why no place can go to this school now; empty when one can."""
        if not self.places:
            return "该批次没有给本区（市）设置推荐名额。"
        if not self.free:
            return (
                f"本区（市）推荐名额共 {self.places} 个，已全部用完。"
                "如需推荐此项目，请先取消另一项的推荐。"
            )
        for share in self.shares:
            missing = share.missing - share.counts(school)
            if missing > self.free - 1:
                return (
                    f"本区（市）名额中至少 {share.least} 个用于{share.words}，"
                    f"剩余名额须留给{share.words}。"
                )
        return ""


def tally_of(project: Project) -> Tally:
    """Of the quota that this project would be recommended in."""
    quota = Quota.objects.filter(batch=project.batch_id, area=project.area_id).first()
    return tally_for(quota) if quota else Tally(None, (), 0)


def tally_for(quota: Quota) -> Tally:
    holders = Project.objects.filter(place__quota=quota).select_related("organisation__school")
    held = [one.organisation.school for one in holders.defer("content", "edits")]
    return Tally(quota, held, quota.place_rows.count())
