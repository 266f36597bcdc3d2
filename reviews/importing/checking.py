"""What each row says, in the words of the database; what is wrong with it, in the user's."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pypinyin import lazy_pinyin

from foundation import clock
from foundation.accounts.models import User
from foundation.spreadsheets import RawRow
from reviews.importing.sheet import (
    AREA,
    AWAY_FROM,
    AWAY_UNTIL,
    EMAIL,
    FIELDS,
    KIND,
    MOST,
    NAME,
    TITLES,
    UNIT,
    USERNAME,
    school_kinds,
)
from reviews.models import Reviewer, ReviewerKind
from schools.appointing import can_appoint, objection
from schools.models import Appointment, Area, PartyOrganisation, Role, Tier

CREATED, JOINED, CHANGED, SAME, WRONG = "created", "joined", "changed", "same", "wrong"
OUTCOMES = {
    WRONG: "有错误", CREATED: "新建账号入库", JOINED: "已有账号入库", CHANGED: "更新信息", SAME: "不变",
}  # fmt: skip
PROFILE = ("kind", "unit", "area_id", "fields", "most", "away_from", "away_until")
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,39}")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class Wrong(Exception):
    """What is wrong with one cell, and what to do."""


@dataclass(slots=True)
class Checked:
    """`profile`: the columns of `Reviewer`; `place`: where a new appointment is made."""

    row: RawRow
    clean: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    outcome: str = WRONG
    user: User | None = None
    place: PartyOrganisation | None = None

    @property
    def profile(self) -> dict[str, Any]:
        return {name: self.clean[name] for name in PROFILE}

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.row.number,
            "values": self.row.values,
            "formulas": list(self.row.formulas),
            "errors": self.errors,
            "outcome": self.outcome,
            "username": self.clean.get(USERNAME, ""),
            "place": str(self.place) if self.place else "",
        }


class Known:
    """What the rows are checked against, read once."""

    def __init__(self, names: set[str]) -> None:
        self.areas = {area.name: area for area in Area.objects.all()}
        self.users = {user.username.casefold(): user for user in User.objects.all()}
        self.named: dict[str, list[str]] = defaultdict(list)
        for user in self.users.values():
            if user.name in names:
                self.named[user.name].append(user.username)
        live = Appointment.objects.live().filter(role=Role.REVIEWER).order_by()
        self.members = set(live.values_list("user", flat=True))
        self.profiles = {one.user_id: one for one in Reviewer.objects.all()}
        organisations = PartyOrganisation.objects.live().select_related("school__area", "area")
        units = organisations.filter(tier=Tier.UNIT, school__isnull=False)
        self.schools = {unit.school.name: unit for unit in units if unit.school}
        above = organisations.filter(tier__in=(Tier.CITY, Tier.AREA)).order_by("-path")
        self.committees = {one.area_id if one.tier == Tier.AREA else None: one for one in above}

    def place_of(self, unit: str, area: Area | None) -> PartyOrganisation:
        """One's own school, where conflicts follow from it; the area's committee; the city's."""
        if unit in self.schools:
            return self.schools[unit]
        return self.committees.get(area.pk if area else None) or self.committees[None]


def check_rows(rows: Iterable[RawRow], *, by: Any) -> list[Checked]:
    """Each row by itself, then against its fellows and the pool as it is now."""
    rows = list(rows)
    known = Known({row.values[NAME] for row in rows})
    checked = [_check(row, known) for row in rows]
    whole = [one for one in checked if not one.errors]
    _find_accounts(whole, known)
    _mark_repeated(whole)
    for one in whole:
        if not one.errors:
            one.outcome = _outcome(one, known, by)
    return checked


def _check(row: RawRow, known: Known) -> Checked:
    checked = Checked(row)
    for title in TITLES:
        if title in row.formulas:
            checked.errors.append(f"“{title}”是公式，请复制后“选择性粘贴为数值”。")
            continue
        column, check = _CHECKS[title]
        try:
            checked.clean[column] = check(" ".join(row.values[title].split()), known)
        except Wrong as wrong:
            checked.errors.append(str(wrong))
    if not checked.errors:
        _check_days(checked)
        _settle_place(checked, known)
    return checked


def _check_days(checked: Checked) -> None:
    first, last = checked.clean["away_from"], checked.clean["away_until"]
    if (first is None) != (last is None):
        checked.errors.append("不能参评的时间请填写起止两个日期。")
    elif first and last < first:
        checked.errors.append("不能参评的结束日期不能早于开始日期。")


def _settle_place(checked: Checked, known: Known) -> None:
    clean = checked.clean
    area: Area | None = clean.pop("area")
    school = known.schools.get(clean["unit"])
    if area is None and school and school.school:
        area = school.school.area
    clean["area_id"] = area.pk if area else None
    checked.place = known.place_of(clean["unit"], area)


def _find_accounts(rows: list[Checked], known: Known) -> None:
    """The account that a user name means; a new user name for who has none."""
    taken = set(known.users) | {str(one.clean[USERNAME]).casefold() for one in rows}
    for one in rows:
        name, username = one.clean[NAME], one.clean[USERNAME]
        if username:
            one.user = known.users.get(username.casefold())
            if one.user and one.user.name != name:
                one.errors.append(f"用户名“{username}”是另一位人员的，请核对姓名和用户名。")
            elif one.user:
                one.clean[USERNAME] = one.user.username
        elif known.named[name]:
            others = "、".join(known.named[name])
            one.errors.append(
                f"已有叫“{name}”的账号（{others}）。是同一人的，请填这个用户名；不是的，请填一个新的用户名。"
            )
        else:
            one.clean[USERNAME] = _free(name, taken)
            taken.add(one.clean[USERNAME])


def _free(name: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]", "", "".join(lazy_pinyin(name)).lower())[:30]
    base = base if len(base) >= 3 else f"expert{base}"
    return next(
        word
        for n in range(1, len(taken) + 2)
        if (word := base if n == 1 else f"{base}{n}") not in taken
    )


def _mark_repeated(rows: list[Checked]) -> None:
    counts = Counter(one.clean[USERNAME].casefold() for one in rows)
    names = Counter(one.clean[NAME] for one in rows if one.user is None)
    for one in rows:
        if counts[one.clean[USERNAME].casefold()] > 1:
            one.errors.append("表中另有一行是同一个用户名。")
        elif one.user is None and names[one.clean[NAME]] > 1 and not one.row.values[USERNAME]:
            one.errors.append("表中另有一行同名，请分别填写用户名。")


def _outcome(one: Checked, known: Known, by: Any) -> str:
    assert one.place is not None
    if one.user is None:
        return CREATED
    if not one.user.is_active:
        one.errors.append("账号已停用，请先在“人员”中启用。")
        return WRONG
    if one.user.pk not in known.members:
        if not (verdict := can_appoint(by, one.user, Role.REVIEWER)):
            one.errors.append(verdict.reason)
        elif reason := objection(one.user, Role.REVIEWER, one.place, clock.today(), None):
            one.errors.append(reason)
        return WRONG if one.errors else JOINED
    profile = known.profiles.get(one.user.pk)
    same = profile is not None and all(
        getattr(profile, name) == value for name, value in one.profile.items()
    )
    return SAME if same else CHANGED


def _name(text: str, known: Known) -> str:
    if not text:
        raise Wrong("没有填姓名。")
    if len(text) > 40:
        raise Wrong("姓名最多40个字。")
    return text


def _username(text: str, known: Known) -> str:
    if text and not _USERNAME.fullmatch(text):
        raise Wrong(f"用户名“{text}”须为 3 至 40 个字母、数字或 . _ -，以字母或数字开头。")
    return text


def _kind(text: str, known: Known) -> str:
    kinds = {str(label): value for value, label in ReviewerKind.choices}
    if text not in kinds:
        choices = "、".join(kinds)
        raise Wrong(f"专家类别“{text}”不认识，应为：{choices}。" if text else "没有填专家类别。")
    return kinds[text]


def _unit(text: str, known: Known) -> str:
    if len(text) > 80:
        raise Wrong("工作单位最多80个字。")
    return text


def _area(text: str, known: Known) -> Area | None:
    if text and text not in known.areas:
        raise Wrong(f"没有“{text}”这个板块，请从下拉列表中选择；市外的不填。")
    return known.areas.get(text)


def _fields(text: str, known: Known) -> list[str]:
    try:
        return school_kinds(text)
    except ValueError as wrong:
        raise Wrong(f"学校类别“{wrong}”不认识，应写成“小学、初中”这样。") from wrong


def _most(text: str, known: Known) -> int | None:
    if text and not (text.isdecimal() and 1 <= int(text) <= 999):
        raise Wrong(f"每轮最多项数“{text}”应为1到999的整数，不限的不填。")
    return int(text) if text else None


def _day(text: str, known: Known) -> date | None:
    if not text:
        return None
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise Wrong(f"日期“{text}”应写成 2026-07-01。")


def _email(text: str, known: Known) -> str:
    if text:
        try:
            validate_email(text)
        except ValidationError as wrong:
            raise Wrong(f"电子邮箱“{text}”不对，请核对。") from wrong
    return text


_CHECKS: dict[str, tuple[str, Callable[[str, Known], Any]]] = {
    NAME: (NAME, _name),
    USERNAME: (USERNAME, _username),
    KIND: ("kind", _kind),
    UNIT: ("unit", _unit),
    AREA: ("area", _area),
    FIELDS: ("fields", _fields),
    MOST: ("most", _most),
    AWAY_FROM: ("away_from", _day),
    AWAY_UNTIL: ("away_until", _day),
    EMAIL: (EMAIL, _email),
}
