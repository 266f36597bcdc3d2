"""What each row says, in the words of the database; what is wrong with it, in the user's."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from brands.importing.holders import Holder, Holders, holder_key, holders_for
from brands.importing.sheet import BRAND, DOCUMENT, LEVEL, SCHOOL, TITLES, VALID_UNTIL, YEAR
from brands.models import Honour, Programme
from brands.scanning import scan
from foundation import clock
from foundation.spreadsheets import RawRow

NEW, KNOWN, WRONG = "new", "known", "wrong"
OUTCOMES = {WRONG: "有错误", NEW: "新增", KNOWN: "名录已有"}
FIRST_YEAR = 1990
LEVELS = {
    **{str(label): value for value, label in Honour.Level.choices},
    "省": Honour.Level.PROVINCE,
    "市": Honour.Level.CITY,
    "区级": Honour.Level.DISTRICT,
    "县级": Honour.Level.DISTRICT,
    "区县级": Honour.Level.DISTRICT,
    "区(县)级": Honour.Level.DISTRICT,
    "校": Honour.Level.SCHOOL,
}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class Wrong(Exception):
    """What is wrong with one cell, and what to do."""


@dataclass(slots=True)
class Checked:
    row: RawRow
    clean: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    outcome: str = WRONG

    @property
    def key(self) -> tuple[Any, ...]:
        """Two rows or records with the same key are one honour."""
        return (self.clean[SCHOOL].key, *(self.clean[title] for title in (BRAND, LEVEL, YEAR)))

    def as_json(self) -> dict[str, Any]:
        return {
            "number": self.row.number,
            "values": self.row.values,
            "formulas": list(self.row.formulas),
            "errors": self.errors,
            "outcome": self.outcome,
        }


def check_rows(rows: Iterable[RawRow], programme: Programme) -> list[Checked]:
    """Each row by itself, then against its fellows and the register as it is now."""
    known = holders_for(programme)
    checked = [_check(row, known) for row in rows]
    whole = [one for one in checked if not one.errors]
    _mark_repeated(whole)
    there = _registered(programme)
    for one in whole:
        if not one.errors:
            one.outcome = KNOWN if one.key in there else NEW
    return checked


def _registered(programme: Programme) -> set[tuple[Any, ...]]:
    """`Checked.key` of every honour of this programme."""
    columns = ("school", "organisation", "brand_name", "level", "year")
    found = Honour.objects.filter(programme=programme).order_by().values_list(*columns)
    by_branch = programme.is_of_branches
    return {
        (holder_key(None if by_branch else school, organisation), *rest)
        for school, organisation, *rest in found
    }


def _check(row: RawRow, holders: Holders) -> Checked:
    checked = Checked(row)
    for title in TITLES:
        if title in row.formulas:
            checked.errors.append(f"“{title}”是公式，请复制后“选择性粘贴为数值”。")
            continue
        text = " ".join(row.values[title].split())
        try:
            checked.clean[title] = _CHECKS[title](text, holders)
        except Wrong as wrong:
            checked.errors.append(str(wrong))
    return checked


def _holder(text: str, holders: Holders) -> Holder:
    if not text:
        raise Wrong("没有填学校（单位）。")
    if text not in holders:
        raise Wrong(
            f"学校名录中没有“{text}”。学校请填 10 位标识码或全称，新学校请先导入学校；"
            "由党支部申报的类别填党支部名称，有同名的前面加上级党组织名称。"
        )
    return holders[text]


def _brand(text: str, holders: Holders) -> str:
    text = text.strip("《》")
    if not text:
        raise Wrong("没有填品牌名称。")
    if len(text) > 60:
        raise Wrong(f"品牌名称有 {len(text)} 个字，最多 60 个字。")
    if hits := scan(text, BRAND):  # The register is public.
        raise Wrong(f"品牌名称中有疑似{hits[0].kind}：{hits[0].masked}。请去掉。")
    return text


def _level(text: str, holders: Holders) -> str:
    found = LEVELS.get("".join(text.split()))
    if found is None:
        choices = "、".join(str(label) for label in Honour.Level.labels)
        raise Wrong(f"级别“{text}”不认识，应为：{choices}。" if text else "没有填级别。")
    return str(found)


def _year(text: str, holders: Holders) -> int:
    year = text.removesuffix("年")
    this = clock.today().year
    if not re.fullmatch(r"[0-9]{4}", year) or not FIRST_YEAR <= int(year) <= this:
        raise Wrong(f"年度“{text}”应为 {FIRST_YEAR} 到 {this} 的四位数字。")
    return int(year)


def _document(text: str, holders: Holders) -> str:
    if not text:
        raise Wrong("没有填文号。没有公布文件的，不能记入名录。")
    if len(text) > 60:
        raise Wrong(f"文号有 {len(text)} 个字，最多 60 个字。")
    return text


def _valid_until(text: str, holders: Holders) -> date | None:
    if not text or text == "长期":
        return None
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise Wrong(f"有效期“{text}”应写成 2027-06-30；没有规定的不填。")


_CHECKS: dict[str, Callable[[str, Holders], Any]] = {
    SCHOOL: _holder,
    BRAND: _brand,
    LEVEL: _level,
    YEAR: _year,
    DOCUMENT: _document,
    VALID_UNTIL: _valid_until,
}


def _mark_repeated(checked: list[Checked]) -> None:
    counts = Counter(one.key for one in checked)
    for one in checked:
        if counts[one.key] > 1:
            others = [other.row.number for other in checked if other.key == one.key]
            words = "、".join(str(number) for number in others if number != one.row.number)
            one.errors.append(f"与第 {words} 行重复。")
