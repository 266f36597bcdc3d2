"""The filter line of the project list."""

from functools import cache
from typing import Any, NamedTuple, cast

from django import forms
from django.db.models import F, Q, QuerySet, Value

from brands.models import Batch, Project, ProjectStatus
from brands.models.project import PRIVATE, UNRELEASED, ProjectQuerySet
from brands.permissions import sees_results
from brands.services.stamping import STAMPED, UNSTAMPED, those
from brands.stretches import STRETCHES
from foundation.statements import Row, composed_once
from schools.models import Area, Role
from schools.rights import NOTHING, SCHOOL_ROLES, Standing, rights_of, standing_of

OVERDUE = (
    "return_overdue"  # Sent back and not handed in again in time: a state on its own in lists.
)
SORTS = {
    "number": "number",
    "title": "title",
    "school": "organisation__name",
    "area": "area__order",
    "submitted": "submitted_at",
}


def with_release(projects: ProjectQuerySet) -> ProjectQuerySet:
    """Each row knows whether its outcome is out, so a list need not ask again."""
    return projects.annotate(is_released=Q(released_at__isnull=False))


class Choices(NamedTuple):
    """What the filter line offers a reader: (value, words) of each select."""

    batch: tuple[tuple[str, str], ...]
    status: tuple[tuple[str, str], ...]
    stretch: tuple[tuple[str, str], ...] = ()
    area: tuple[tuple[str, str], ...] = ()
    stamp: tuple[tuple[str, str], ...] = ()


class Wanted(NamedTuple):
    """What the filter line asks for, each value checked."""

    batch: str = ""
    stretch: str = ""
    status: str = ""
    area: str = ""
    stamp: str = ""
    words: tuple[Any, ...] = ()


class Select(NamedTuple):
    """A select of the filter line in words, to be kept."""

    name: str
    label: str
    chosen: str
    options: tuple[tuple[str, str], ...]


@composed_once
def _batches_and_areas(standing: Standing) -> QuerySet[Any, Row]:
    """In one statement, as ("batch" or "area", key, words)."""
    order = {"one": -F("year"), "two": -F("number"), "three": F("programme")}
    batches = Batch.objects.visible_to(standing).order_by().annotate(kind=Value("batch"), **order)
    found = batches.values_list("kind", "pk", "title", *order)
    if rights_of(standing).is_city:
        order = {"one": F("order"), "two": Value(0), "three": F("code")}
        areas = Area.objects.order_by().annotate(kind=Value("area"), **order)
        found = found.union(areas.values_list("kind", "pk", "name", *order), all=True)
    return found.order_by("kind", *order)


def choices_for(user: Any) -> Choices:
    """One query."""
    batches, areas = [("", "全部批次")], [("", "全部板块")]
    for kind, key, words, *_ in _batches_and_areas(standing_of(user)):
        (batches if kind == "batch" else areas).append((str(key), words))
    is_city = rights_of(user).is_city
    statuses = _statuses(sees=sees_results(user), is_school=rights_of(user).has(*SCHOOL_ROLES))
    stamp = _STAMPS if is_city or rights_of(user).has(Role.DISTRICT) else ()
    if not is_city:
        return Choices(tuple(batches), statuses, stamp=stamp)
    return Choices(tuple(batches), statuses, _STRETCHES, tuple(areas), stamp)


_STAMPS = (("", "全部"), *((words, words) for words in (STAMPED, UNSTAMPED)))
_STRETCHES = (("", "全部环节"), *((key, words) for key, (words, _) in STRETCHES.items()))


@cache
def _statuses(*, sees: bool, is_school: bool) -> tuple[tuple[str, str], ...]:
    """No choice may tell what the status itself may not."""
    hidden = set() if sees else UNRELEASED - {ProjectStatus.DECLINED}
    if not is_school:
        hidden = hidden | PRIVATE
    shown = [(value, label) for value, label in ProjectStatus.choices if value not in hidden]
    at = [value for value, _ in shown].index(ProjectStatus.RETURNED) + 1
    return (("", "全部状态"), *shown[:at], (OVERDUE, "逾期未修改"), *shown[at:])


class ProjectFilterForm(forms.Form):
    """Checks the parameters; the line itself is drawn by `line_of`."""

    batch = forms.ChoiceField(label="批次", required=False)
    stretch = forms.ChoiceField(label="环节", required=False)
    status = forms.ChoiceField(label="状态", required=False)
    area = forms.ChoiceField(label="板块", required=False)
    stamp = forms.ChoiceField(label="盖章件", required=False)
    q = forms.CharField(label="学校、项目、编号或拼音", required=False, max_length=60)

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in choices._asdict().items():
            if offered:
                cast(forms.ChoiceField, self.fields[name]).choices = offered
            else:
                del self.fields[name]

    def words_of(self, name: str) -> str:
        """The chosen value as its reader knows it; nothing when nothing valid was chosen."""
        value = self.cleaned_data.get(name) or ""
        choices = getattr(self.fields.get(name), "choices", ())
        return next((label for key, label in choices if value and str(key) == value), value)

    def wanted(self) -> Wanted | None:
        """None when something was asked for that is not offered: nothing is found then."""
        if not self.is_valid():
            return None
        asked = {**self.cleaned_data}
        return Wanted(words=tuple(asked.pop("q").lower().split()), **asked)


LABELS = {name: str(field.label) for name, field in ProjectFilterForm.base_fields.items()}


def line_of(choices: Choices, params: Any) -> tuple[Select, ...]:
    offered = ((name, options) for name, options in choices._asdict().items() if options)
    return tuple(
        Select(n, LABELS[n], _offered(params.get(n, ""), options), options)
        for n, options in offered
    )


def _offered(value: str, options: tuple[tuple[str, str], ...]) -> str:
    """The line is kept: nothing that somebody made up goes into it."""
    return value if any(value == key for key, _ in options) else ""


def narrowed(projects: ProjectQuerySet, wanted: Wanted, *, sees: bool, now: Any) -> ProjectQuerySet:
    """`projects` as `projects_for` gives them; `now` and the words may be slots of a statement."""
    if wanted.batch:
        projects = projects.filter(batch=int(wanted.batch))
    if wanted.stretch:
        projects = projects.filter(status__in=STRETCHES[wanted.stretch][1])
    if wanted.status == OVERDUE:
        # As the chip of the row says, also when the batch is over.
        projects = projects.filter(status=ProjectStatus.RETURNED, return_due_at__lt=now)
    elif wanted.status:
        projects = projects.filter(_status(wanted.status, sees=sees))
    if wanted.area:
        projects = projects.filter(area=int(wanted.area))
    if wanted.stamp:
        projects = those(projects, wanted.stamp)
    return projects.search(*wanted.words)


def _status(status: str, *, sees: bool) -> Q:
    """The projects that show this status to their reader, as `permissions.status_as_seen` says."""
    judged = Q(batch__has_review=True)
    released = Q(status=ProjectStatus.DECLINED, is_released=True)
    waits = NOTHING if sees else Q(status__in=UNRELEASED) & ~released
    if status == ProjectStatus.IN_REVIEW:
        return Q(status=status) | (waits & judged)
    if status == ProjectStatus.ELIGIBLE:
        return Q(status=status) | ((waits | Q(status=ProjectStatus.SCORED)) & ~judged)
    if status == ProjectStatus.SCORED:
        return Q(status=status) & judged
    return released if status == ProjectStatus.DECLINED and not sees else Q(status=status)


def chips_of(form: ProjectFilterForm, params: Any) -> list[dict[str, str]]:
    """The filters in force, each with the address without it."""
    chips = []
    for name, field in form.fields.items():
        words = form.words_of(name) if form.is_valid() else ""
        if not words:
            continue
        rest = params.copy()
        rest.pop(name, None)
        rest.pop("page", None)
        label = "关键词" if name == "q" else str(field.label)
        chips.append({"label": label, "value": words, "remove_url": f"?{rest.urlencode()}"})
    return chips


def projects_for(user: Any) -> ProjectQuerySet:
    """What this person may see; who does not see results is told by `is_released` what is out."""
    found = Project.objects.visible_to(user)
    return found if sees_results(user) else with_release(found)


def in_order(projects: ProjectQuerySet, key: str) -> ProjectQuerySet:
    """By the column of `?sort=`, "-" in front for descending; else newest batch first, by area."""
    column = SORTS.get(key.removeprefix("-"))
    if column is None:
        return projects.order_by("-batch_id", "area_id", "pk")  # brands_project_list
    return projects.order_by(f"-{column}" if key.startswith("-") else column, "pk")
