"""What one row says, in the words of the database; what is wrong with it, in the user's."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from foundation.phones import GAP
from foundation.spreadsheets import RawRow
from schools.areas import AREA_NAMES
from schools.importing.columns import (
    AREA,
    BRANCHES,
    CHOICES,
    CODE,
    FULL,
    KIND,
    LIMITS,
    NAME,
    NUMBERS,
    ORG_KIND,
    ORG_NAME,
    OWNERSHIP,
    PHONE,
    TITLES,
    WORDS,
)
from schools.structure import size_warnings

MOST = 100_000
_SCIENTIFIC = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")
_PHONE = re.compile(r"(1[3-9][0-9]{9})|((0[0-9]{2,3}-?)?[2-9][0-9]{6,7}(-[0-9]{1,6})?)")


@dataclass(slots=True)
class Checked:
    row: RawRow
    clean: dict[str, Any] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.row.values.get(CODE, "")


def check_rows(rows: Iterable[RawRow], area_names: Mapping[str, str]) -> list[Checked]:
    """Each row by itself, then against its fellows. `area_names`: further areas of the database."""
    known = {**AREA_NAMES, **area_names}
    checked = [_check(row, known) for row in rows]
    _mark_repeated(checked)
    return checked


def _check(row: RawRow, areas: Mapping[str, str]) -> Checked:
    checked = Checked(row)
    for title in row.formulas:
        checked.errors.append(f"“{title}”是公式，请复制后“选择性粘贴为数值”。")
    for title in TITLES:
        if title in row.values and title not in row.formulas:
            _CHECKS.get(title, _check_text)(checked, title, row.values[title], areas)
    if not checked.errors:
        clean = checked.clean
        checked.warnings += size_warnings(clean[ORG_KIND], clean[FULL], clean[BRANCHES])
    return checked


def _check_code(checked: Checked, title: str, text: str, areas: Mapping[str, str]) -> None:
    if not text:
        checked.errors.append("没有填学校标识码。")
    elif _SCIENTIFIC.fullmatch(text):
        checked.errors.append(
            f"学校标识码“{text}”是科学计数，原来的数字已丢失。请把这一列设为文本格式后重新填写。"
        )
    elif not re.fullmatch(r"[0-9]{10}", text):
        checked.errors.append(f"学校标识码“{text}”应为 10 位数字。")
    else:
        checked.clean[title] = text
        if text[2:4] != "32":
            checked.warnings.append(f"学校标识码“{text}”的第 3、4 位不是 32（江苏），请核对。")


def _check_area(checked: Checked, title: str, text: str, areas: Mapping[str, str]) -> None:
    _look_up(checked, title, text, areas)


def _check_word(checked: Checked, title: str, text: str, areas: Mapping[str, str]) -> None:
    _look_up(checked, title, text, WORDS[title])


def _look_up(checked: Checked, title: str, text: str, words: Mapping[str, str]) -> None:
    meaning = words.get("".join(text.split()))
    if meaning is not None:
        checked.clean[title] = meaning
    elif text:
        choices = "、".join(CHOICES[title])
        checked.errors.append(f"“{title}”里的“{text}”不认识，应为：{choices}。")
    else:
        checked.errors.append(f"没有填{title}。")


def _check_number(checked: Checked, title: str, text: str, areas: Mapping[str, str]) -> None:
    if not text and title != FULL:
        checked.clean[title] = 0
    elif not text:
        checked.errors.append(f"没有填{title}。")
    elif not re.fullmatch(r"[0-9]{1,9}", text):
        checked.errors.append(f"“{title}”应填数字，现在是“{text}”。")
    elif int(text) > MOST:
        checked.errors.append(f"“{title}”是 {text}，过大，请核对。")
    else:
        checked.clean[title] = int(text)


def _check_phone(checked: Checked, title: str, text: str, areas: Mapping[str, str]) -> None:
    if GAP in text:  # Our own export: what the register knows stays.
        return
    _check_text(checked, title, text, areas)
    dashed = re.sub(r"[－—–]", "-", text).replace(" ", "")
    if text and not _PHONE.fullmatch(dashed):
        checked.warnings.append(f"联系电话“{text}”不像手机号或固定电话号码，请核对。")


def _check_text(checked: Checked, title: str, text: str, areas: Mapping[str, str]) -> None:
    text = " ".join(text.split())
    if not text and title in (NAME, ORG_NAME):
        checked.errors.append(f"没有填{title}。")
    elif title in LIMITS and len(text) > LIMITS[title]:
        checked.errors.append(f"“{title}”有 {len(text)} 个字，最多 {LIMITS[title]} 个字。")
    else:
        checked.clean[title] = text


_CHECKS = {
    CODE: _check_code,
    AREA: _check_area,
    KIND: _check_word,
    OWNERSHIP: _check_word,
    ORG_KIND: _check_word,
    PHONE: _check_phone,
    **dict.fromkeys(NUMBERS, _check_number),
}


def _mark_repeated(checked: list[Checked]) -> None:
    """The same code, school or organisation in two rows: neither is right until one is gone."""
    keys = {
        CODE: lambda clean: clean.get(CODE),
        NAME: lambda clean: clean.get(NAME),
        ORG_NAME: lambda clean: (clean.get(AREA), clean[ORG_NAME]) if ORG_NAME in clean else None,
    }
    for title, key in keys.items():
        found = [key(one.clean) for one in checked]
        counts = Counter(value for value in found if value)
        rows: dict[Any, list[int]] = {}
        for one, value in zip(checked, found, strict=True):
            if counts[value] > 1:
                rows.setdefault(value, []).append(one.row.number)
        for one, value in zip(checked, found, strict=True):
            if value in rows:
                others = "、".join(str(n) for n in rows[value] if n != one.row.number)
                one.errors.append(f"{title}“{one.clean[title]}”与第 {others} 行重复。")
