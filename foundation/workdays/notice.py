"""The State Council's notice of a year's holidays, as staff paste it.

Either lines of a table (日期、名称、放假/上班) or the sentences of the notice itself:
`一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。` Whatever does not fit
together is refused in a sentence that names the line: a weekday that is not that day's, a count of
days that is not theirs, one day twice.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from foundation.workdays.models import DayKind

LONGEST = 31  # days of one stretch
_DAY = (
    r"(?:(?P<{0}y>\d{{4}})\s*[年./-]\s*)?(?P<{0}m>\d{{1,2}})\s*[月./-]\s*(?P<{0}d>\d{{1,2}})\s*日?"
)
_BESIDE = r"\s*(?:[（(](?P<{0}w>[^）)]*)[）)])?"
_FIRST = _DAY.format("a") + _BESIDE.format("a")
_LAST = rf"(?:{_DAY.format('b')}|(?P<day>\d{{1,2}})\s*日){_BESIDE.format('b')}"
_TOKEN = re.compile(
    rf"(?P<span>{_FIRST}(?:\s*(?:至|到|~|～|—+|–|-)\s*{_LAST})?)"
    r"|(?P<off>放假|休息)|(?P<work>上班)|共\s*(?P<count>\d+)\s*天"
)
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_WEEKDAYS = {word: number for number, word in enumerate("一二三四五六日")} | {"天": 6}
_NAME = re.compile(r"[\u4e00-\u9fff]{2,}")
_NUMBERING = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]+[）)、.．]\s*")


@dataclass(frozen=True, slots=True)
class NoticeDay:
    day: date
    kind: DayKind
    name: str


@dataclass(slots=True)
class Notice:
    """What the lines say; nothing of it holds while there are `refusals`."""

    days: list[NoticeDay] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    def lacking(self) -> list[int]:
        """Years of which it has neither the first holiday nor the last: they stay provisional."""
        off = {one.day for one in self.days if one.kind == DayKind.OFF}
        years = sorted({one.day.year for one in self.days})
        return [y for y in years if not {date(y, 1, 1), date(y, 10, 1)} <= off]


class _Unclear(Exception):
    """Why a line is refused, in Chinese."""


def read(text: str, year: int) -> Notice:
    """`year` is that of dates written without one."""
    notice = Notice()
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = _read_line(line, year)
        except _Unclear as why:
            notice.refusals.append(f"第{number}行：{why}")
            continue
        if not found:
            notice.skipped.append(line.strip()[:60])
        notice.days += found
    notice.refusals += _twice(notice.days)
    if not notice.days and not notice.refusals:
        notice.refusals.append("没有找到日期。请粘贴通知中各节假日的安排，每个节日一行。")
    notice.days.sort(key=lambda one: one.day)
    return notice


def _read_line(line: str, year: int) -> list[NoticeDay]:
    tokens = list(_TOKEN.finditer(line))
    if not any(token["span"] or token["off"] or token["work"] for token in tokens):
        return []
    name, found = _name_of(line, tokens), []
    waiting: list[date] = []
    named: list[date] = []  # What the last kind was said of.
    for token in tokens:
        if token["span"]:
            waiting += _days_of(token, year)
        elif token["count"]:
            if len(named) != int(token["count"]):
                raise _Unclear(f"写着共{token['count']}天，列出的日期是{len(named)}天。")
        elif waiting:
            kind = DayKind.OFF if token["off"] else DayKind.WORK
            found += [NoticeDay(day, kind, name) for day in waiting]
            named, waiting = waiting, []
        elif not named:
            raise _Unclear("“放假”“上班”前面没有日期。")
    if waiting:
        raise _Unclear("日期后面没有写“放假”或“上班”。")
    return found


def _name_of(line: str, tokens: list[re.Match[str]]) -> str:
    rest = _NUMBERING.sub("", line)
    for token in tokens:
        rest = rest.replace(token[0], " ")
    words = _NAME.findall(rest)
    return next((word for word in words if word not in {"调休", "与周末连休"}), "")[:20]


def _days_of(token: re.Match[str], year: int) -> list[date]:
    first = _date(token["ay"] or year, token["am"], token["ad"], token["aw"])
    last = first
    if token["bm"]:
        last = _date(token["by"] or first.year, token["bm"], token["bd"], token["bw"])
    elif token["day"]:
        last = _date(first.year, first.month, token["day"], token["bw"])
    if last < first:
        raise _Unclear(f"{_words(last)}早于{_words(first)}。跨年的请写上年份。")
    if (last - first).days >= LONGEST:
        raise _Unclear(f"{_words(first)}至{_words(last)}超过{LONGEST}天，请核对。")
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def _date(year: int | str, month: int | str, day: str, beside: str | None) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise _Unclear(f"没有{year}年{month}月{day}日这一天。") from None
    said = _WEEKDAY.search(beside or "")
    if said and _WEEKDAYS[said[1]] != found.weekday():
        right = "一二三四五六日"[found.weekday()]
        raise _Unclear(f"{_words(found)}是周{right}，不是周{said[1]}。请核对年份和日期。")
    return found


def _twice(days: list[NoticeDay]) -> list[str]:
    seen: dict[date, DayKind] = {}
    refusals = []
    for one in days:
        if one.day in seen:
            refusals.append(f"{_words(one.day)}写了两次，请只留一处。")
        seen.setdefault(one.day, one.kind)
    return refusals


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
