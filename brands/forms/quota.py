"""The quotas of a batch: a number for each area, and how many of them for whom at least."""

import re
from typing import Any, NamedTuple

from django import forms

from brands.models import Batch, Quota
from brands.services.quotas import share
from schools.models import Area

_LINE = re.compile(r"^(?P<area>\D+?)[\s,，:：]*(?P<places>\d+)$")
MOST = 999
# The default for a batch of sixty (domain.md B1), by a word of the area's name.
DEFAULT_PLACES = {
    "张家港": 6, "常熟": 6, "太仓": 4, "昆山": 8, "吴江": 6,
    "吴中": 5, "相城": 4, "姑苏": 5, "园区": 6, "高新区": 4,
}  # fmt: skip


class Places(NamedTuple):
    places: int
    private: int = 0
    kindergartens: int = 0


def default_places(area: Area) -> int:
    return next((places for word, places in DEFAULT_PLACES.items() if word in area.name), 0)


class QuotaForm(forms.Form):
    """Three numbers for each area; places may also come by a per cent or pasted from Excel."""

    percent = forms.DecimalField(
        label="按学校数的百分比计算（选填）",
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.01"}),
        help_text="各板块名额＝学校党组织数×百分比，四舍五入，不足 1 个的按 1 个。填了以这里为准。",
    )
    pasted = forms.CharField(
        label="从 Excel 粘贴（选填）",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text="每行一个板块：名称和名额。粘贴后以这里为准。",
    )

    def __init__(self, *args: Any, batch: Batch | None = None, **kwargs: Any) -> None:
        kwargs["prefix"] = "quota"
        super().__init__(*args, **kwargs)
        self.areas = list(Area.objects.filter(is_direct=False))
        known = _known(batch)
        for area in self.areas:
            default = Places(0 if known else default_places(area))
            for column, number in known.get(area.pk, default)._asdict().items():
                self.fields[_name(column, area)] = _number(area, column, number)

    @property
    def rows(self) -> list[tuple[Area, list[forms.BoundField]]]:
        """Each area with its fields, in the order of `Places`."""
        return [(area, [self[_name(c, area)] for c in Places._fields]) for area in self.areas]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for area in self.areas:
            row = self._typed(area)
            if max(row.private, row.kindergartens) > row.places and not self._replaced:
                self.add_error(_name("places", area), f"{area.name}：其中的数不能超过名额。")
        return data

    @property
    def _replaced(self) -> bool:
        return bool(self.cleaned_data.get("pasted")) or self.cleaned_data.get("percent") is not None

    def _typed(self, area: Area) -> Places:
        return Places(*(self.cleaned_data.get(_name(c, area)) or 0 for c in Places._fields))

    def clean_pasted(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for line in str(self.cleaned_data["pasted"]).splitlines():
            if not line.strip():
                continue
            match = _LINE.match(line.strip())
            area = match and self._area_named(match["area"].strip())
            if not match or area is None:
                raise forms.ValidationError(f"这一行认不出板块和名额：{line.strip()[:40]}")
            found[area.pk] = int(match["places"][:4])
        if any(places > MOST for places in found.values()):
            raise forms.ValidationError("名额不能超过999。")
        return found

    def _area_named(self, name: str) -> Area | None:
        found = [area for area in self.areas if name and name in area.name]
        return found[0] if len(found) == 1 else None

    def places(self) -> dict[int, Places]:
        """Area → its numbers: pasted before per cent before typed; the rest never beyond places."""
        percent = self.cleaned_data["percent"]
        counted = share(percent) if percent is not None else {}
        counted |= self.cleaned_data["pasted"]
        rows = {}
        for area in self.areas:
            typed = self._typed(area)
            places = counted.get(area.pk, typed.places)
            within = (min(typed.private, places), min(typed.kindergartens, places))
            rows[area.pk] = Places(places, *within)
        return rows


def _known(batch: Batch | None) -> dict[int, Places]:
    if batch is None:
        return {}
    return {q.area_id: Places(q.places, q.private, q.kindergartens) for q in batch.quotas.all()}


def _name(column: str, area: Area) -> str:
    return f"area-{area.pk}" if column == "places" else f"{column}-{area.pk}"


def _number(area: Area, column: str, initial: int) -> forms.IntegerField:
    words = {"places": "名额", "private": "其中民办", "kindergartens": "其中幼儿园"}[column]
    attrs = {"class": "form-control", "min": 0, "max": MOST, "aria-label": f"{area.name}{words}"}
    return forms.IntegerField(
        label=f"{area.name}{words}",
        min_value=0,
        max_value=MOST,
        required=False,
        initial=initial,
        widget=forms.NumberInput(attrs=attrs),
    )


def save_quotas(batch: Batch, rows: dict[int, Places] | None) -> None:
    """`rows` is None where the page did not ask for them."""
    if not batch.has_district:
        batch.quotas.all().delete()
        return
    for area_id, row in (rows or {}).items():
        Quota.objects.update_or_create(batch=batch, area_id=area_id, defaults=row._asdict())
