"""Making a rubric and its versions. Lock order: rubric, then its criteria."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from foundation.audit.services import record
from foundation.verdict import Conflict
from reviews.models import Criterion, Rubric

STEPS = {"up": -1, "down": 1}
# What a new version takes along from each criterion of the old.
_BANDS = ("excellent", "good", "fair", "poor")
_WORDS = ("code", "title", "weight", *_BANDS, "optional", "order", "tie_order")
_RULES = ("title", "comment_required", "halves")


@contextmanager
def _changing(rubric: Rubric) -> Iterator[Rubric]:
    """Its row locked: nobody opens a round with it meanwhile. Raises Conflict once it is frozen."""
    with transaction.atomic():
        current = Rubric.objects.select_for_update(of=("self",)).get(pk=rubric.pk)
        refuse_frozen(current)
        yield current


def refuse_frozen(rubric: Rubric) -> None:
    if rubric.frozen:
        raise Conflict("这一版评分标准已启用，不能再修改。请先建立新版本，再在新版本上修改。")


def found_rubric(rubric: Rubric, *, by: Any, via: Any) -> Rubric:
    """The first version of one of the bureau's own; people know it by its title."""
    with transaction.atomic():
        _lock(Rubric.objects.all())
        rubric.code = _free("Z", set(Rubric.objects.values_list("code", flat=True)))
        rubric.save(force_insert=True)
        record("rubric.new", by=by, via=via, obj=rubric, name=rubric.title)
    return rubric


def new_version(rubric: Rubric, *, by: Any, via: Any) -> Rubric:
    """A copy of the newest version to work on; the newest itself while nothing was scored by it."""
    with transaction.atomic():
        _lock(Rubric.objects.filter(code=rubric.code))
        newest = Rubric.objects.filter(code=rubric.code).latest("version")
        if not newest.frozen:
            return newest
        rules = {name: getattr(newest, name) for name in _RULES}
        made = Rubric.objects.create(code=newest.code, version=newest.version + 1, **rules)
        Criterion.objects.bulk_create(
            Criterion(rubric=made, **{name: getattr(one, name) for name in _WORDS})
            for one in newest.criteria.all()
        )
        record("rubric.version", by=by, via=via, obj=made, version=made.version)
    return made


def save_rules(rubric: Rubric, *, by: Any, via: Any) -> None:
    """Its title and how it is scored by."""
    with _changing(rubric):
        rubric.save(update_fields=_RULES)
        record("rubric.change", by=by, via=via, obj=rubric, name=rubric.title)


def save_criterion(criterion: Criterion, *, by: Any, via: Any) -> None:
    with _changing(criterion.rubric) as rubric:
        if criterion.pk is None:
            others = list(rubric.criteria.all())
            criterion.code = _free(f"{rubric.code}-", {one.code for one in others})
            criterion.order = max((one.order for one in others), default=0) + 1
        elif not rubric.criteria.filter(pk=criterion.pk).exists():
            raise Conflict("这项指标刚刚被删除，请刷新页面查看。")
        criterion.save()
        record("rubric.change", by=by, via=via, obj=rubric, criterion=str(criterion))


def arrange(criterion: Criterion, do: str, *, by: Any, via: Any) -> None:
    """Move it up or down among the others, or delete it."""
    with _changing(criterion.rubric) as rubric:
        rows = list(rubric.criteria.all())
        at = next((n for n, one in enumerate(rows) if one.pk == criterion.pk), None)
        if at is None:
            raise Conflict("这项指标刚刚被删除，请刷新页面查看。")
        moved = rows.pop(at)
        if do == "delete":
            moved.delete()
        else:
            rows.insert(max(0, at + STEPS[do]), moved)
        for number, one in enumerate(rows, 1):
            one.order = number
        Criterion.objects.bulk_update(rows, ["order"])
        record("rubric.change", by=by, via=via, obj=rubric, criterion=str(criterion), what=do)


def _lock(rubrics: "QuerySet[Rubric]") -> None:
    """Whoever waited here reads afterwards, so that what was made meanwhile is seen."""
    list(rubrics.select_for_update(of=("self",)).order_by("pk").values("pk"))


def _free(prefix: str, taken: set[str]) -> str:
    return next(code for n in range(1, len(taken) + 2) if (code := f"{prefix}{n}") not in taken)
