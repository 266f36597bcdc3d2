"""The filter line of the project list."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from brands.models import Batch, Project, ProjectStatus, Publicity, PublicityStatus
from brands.models.project import PRIVATE, UNRELEASED, ProjectQuerySet
from brands.permissions import sees_results
from brands.stretches import STRETCHES
from foundation import clock
from foundation.statements import Row, composed_once
from foundation.widgets import FilterSelect
from schools.models import Area
from schools.rights import SCHOOL_ROLES, rights_of

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


def with_publicity(projects: ProjectQuerySet) -> ProjectQuerySet:
    """Each row knows whether its batch had its publicity, so a list need not ask again."""
    out = Publicity.objects.filter(batch=OuterRef("batch")).exclude(status=PublicityStatus.DRAFT)
    return projects.annotate(batch_is_public=Exists(out))


@composed_once
def _areas() -> QuerySet[Any, Row]:
    return Area.objects.values_list("pk", "name")


class ProjectFilterForm(forms.Form):
    batch = forms.ChoiceField(label="批次", required=False, widget=FilterSelect)
    stretch = forms.ChoiceField(
        label="环节",
        required=False,
        choices=[("", "全部环节"), *((key, words) for key, (words, _) in STRETCHES.items())],
        widget=FilterSelect,
    )
    status = forms.ChoiceField(label="状态", required=False, widget=FilterSelect)
    area = forms.ChoiceField(label="板块", required=False, widget=FilterSelect)
    q = forms.CharField(label="学校、项目、编号或拼音", required=False, max_length=60)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if rights_of(user).is_city:
            self._offer("area", "全部板块", _areas())
        else:
            del self.fields["area"], self.fields["stretch"]
        batches = Batch.objects.visible_to(user).order_by("-year", "-number", "programme_id")
        self._offer("batch", "全部批次", batches.values_list("pk", "title"))
        self._offer("status", "全部状态", self._statuses())
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"
        self.fields["q"].widget.attrs["type"] = "search"

    def _offer(self, name: str, all_of_them: str, choices: Iterable[tuple[Any, str]]) -> None:
        cast(forms.ChoiceField, self.fields[name]).choices = [("", all_of_them), *choices]

    def words_of(self, name: str) -> str:
        """The chosen value as its reader knows it; nothing when nothing valid was chosen."""
        value = self.cleaned_data.get(name) or ""
        choices = getattr(self.fields.get(name), "choices", ())
        return next((label for key, label in choices if value and str(key) == value), value)

    def _statuses(self) -> list[tuple[str, str]]:
        """No choice may tell what the status itself may not."""
        hidden = set() if sees_results(self.user) else UNRELEASED - {ProjectStatus.DECLINED}
        if not rights_of(self.user).has(*SCHOOL_ROLES):
            hidden = hidden | PRIVATE
        shown = [(value, label) for value, label in ProjectStatus.choices if value not in hidden]
        at = [value for value, _ in shown].index(ProjectStatus.RETURNED) + 1
        return [*shown[:at], (OVERDUE, "逾期未修改"), *shown[at:]]

    def apply(self, projects: ProjectQuerySet) -> ProjectQuerySet:
        if not self.is_valid():
            return projects.none()
        data = self.cleaned_data
        if data["batch"]:
            projects = projects.filter(batch=data["batch"])
        if data.get("stretch"):
            projects = projects.filter(status__in=STRETCHES[data["stretch"]][1])
        if data["status"]:
            projects = self._in_status(projects, data["status"])
        if data.get("area"):
            projects = projects.filter(area=data["area"])
        return projects.search(data["q"])

    def _in_status(self, projects: ProjectQuerySet, status: str) -> ProjectQuerySet:
        if status == OVERDUE:
            return projects.filter(
                status=ProjectStatus.RETURNED, return_due_at__lt=clock.now()
            )  # As the chip of the row says, also when the batch is over.
        return projects.filter(self._status(status))

    def _status(self, status: str) -> Q:
        if sees_results(self.user):
            return Q(status=status)
        if status == ProjectStatus.DECLINED:
            return Q(status=status, batch_is_public=True)
        if status == ProjectStatus.IN_REVIEW:
            unreleased = Q(status__in=UNRELEASED) & ~Q(
                status=ProjectStatus.DECLINED, batch_is_public=True
            )
            return Q(status=status) | unreleased
        return Q(status=status)


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
    """What this person may see; who does not see results is told by `batch_is_public` what is out."""
    found = Project.objects.visible_to(user)
    return found if sees_results(user) else with_publicity(found)


def in_order(projects: ProjectQuerySet, key: str) -> ProjectQuerySet:
    """By the column of `?sort=`, "-" in front for descending; else newest batch first, by area."""
    column = SORTS.get(key.removeprefix("-"))
    if column is None:
        return projects.order_by("-batch_id", "area_id", "pk")  # brands_project_list
    return projects.order_by(f"-{column}" if key.startswith("-") else column, "pk")
