"""What the staff of the demo know of the seven reviewers."""

from dashboard.demo.cast import SUFFIX, Cast
from reviews.models import Reviewer, ReviewerKind
from schools.models import Area, SchoolKind

K, S = ReviewerKind, SchoolKind
# kind, unit, area, what they know: in the order of expert1 … expert7
KNOWN = [
    (K.HEAD, "银杏里小学", "姑苏区", [S.PRIMARY, S.KINDERGARTEN]),
    (K.HEAD, "云桥中学", "姑苏区", [S.JUNIOR, S.SENIOR]),
    (K.RESEARCHER, "示例教科院", "", [S.PRIMARY, S.JUNIOR]),
    (K.RESEARCHER, "示例教科院", "", [S.SENIOR, S.VOCATIONAL]),
    (K.ORGAN, "示例机关", "", [S.KINDERGARTEN, S.PRIMARY]),
    (K.OUTSIDE, "示例师范学院", "", [S.JUNIOR, S.SENIOR]),
    (K.OUTSIDE, "示例党校", "", [S.PRIMARY, S.SPECIAL]),
]


def seed_pool(cast: Cast) -> None:
    areas = {area.name: area for area in Area.objects.all()}
    for user, (kind, unit, area, fields) in zip(cast.reviewers, KNOWN, strict=True):
        Reviewer.objects.create(
            user=user, kind=kind, unit=f"{unit}{SUFFIX}", area=areas.get(area), fields=fields
        )
