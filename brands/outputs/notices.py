"""Notices in the official format: the publicity, and the announcement of what was decided."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from brands.models import Batch, Honour, Project, ProjectStatus, Publicity, PublicityStatus
from brands.services.closing import ESTABLISHED
from brands.services.publishing import draft_snapshot
from foundation.documents import OfficialLetter, chinese_date, label
from foundation.verdict import Conflict

_ADDRESSEE = "各区（市）教育工委，各直属学校（单位）党组织"
_TITLE_CHARACTERS = 20
_NO_DAY = "　　年　　月　　日"
_HEADINGS = ("序号", "板块", "单位", "名称")
_WIDTHS = (16, 32, 58, 50)
_NUMBER = re.compile(r"^(.+)〔\d{4}〕")

Line = tuple[str, str, str]  # area, unit, name


def publicity_notice(publicity: Publicity) -> bytes:
    """What the public reads, as a paper to post; a draft has no dates yet."""
    facts = publicity.snapshot or draft_snapshot(publicity)
    letter = OfficialLetter(author=_issuer())
    letter.title(facts["title"])
    letter.paragraph(facts["text"])
    letter.paragraph(_days(publicity))
    contact = facts["contact"]
    ways = [contact["office"], f"联系电话：{contact['phone']}"]
    ways += [f"电子邮箱：{contact['email']}"] if contact["email"] else []
    letter.paragraph(
        f"公示期内如有异议，请向以下部门反映。受理部门：{'，'.join(ways)}，地址：{contact['address']}。"
        "反映问题请实事求是，实名反映的请留下联系方式。"
    )
    listing = f"{publicity.batch.year}年“{publicity.batch.programme.name}”拟命名名单"
    letter.attachments_note([listing])
    letter.signature(_issuer(), _day(publicity.opens_on))
    letter.attachment(listing)
    _list(letter, [(one["area"], one["school"], one["brand"]) for one in facts["entries"]])
    return letter.to_bytes()


def _days(publicity: Publicity) -> str:
    days = publicity.batch.publicity_length
    if publicity.status == PublicityStatus.DRAFT or publicity.closes_at is None:
        return f"公示期{days}，自发布次日起算。"
    last = timezone.localdate(publicity.closes_at)
    return f"公示时间：{_day(publicity.opens_on)}至{chinese_date(last)}（{days}）。"


def announcement(batch: Batch) -> bytes:
    """The letter that names, or that tells what was established; a draft until it has a number."""
    lines, honours = _decided(batch)
    if not lines:
        raise Conflict("本批次还没有可以公布的名单。")
    what = _what(batch)
    number, day = _number_and_day(batch, honours)
    letter = OfficialLetter(author=_issuer())
    letter.head(_issuer(), number)
    letter.title(f"{_issuer()}\n{_subject(batch)}")
    letter.addressee(_ADDRESSEE)
    letter.paragraph(_reason(batch, what, lines))
    letter.paragraph("希望入选单位按计划持续建设，其他单位学习借鉴。")
    letter.attachments_note([f"{what}名单"])
    letter.signature(_issuer(), day)
    letter.attachment(f"{what}名单")
    _list(letter, lines)
    letter.imprint(_issuer(), day)
    return letter.to_bytes()


def decided_count(batch: Batch) -> int:
    return len(_decided(batch)[0])


def _decided(batch: Batch) -> tuple[list[Line], list[Honour]]:
    """What was named; before the naming, what stands ready for it after its publicity."""
    honours = list(
        Honour.objects.in_force()
        .filter(project__batch=batch)
        .select_related("school__area", "project__area")
        .order_by("project__area__order", "number")
    )
    if honours:
        named = [(_area(one.project), one.holder, one.brand_name) for one in honours]
        return named, honours
    statuses: Iterable[Any] = (ProjectStatus.PUBLICITY,) if batch.is_brand else ESTABLISHED
    projects = Project.objects.filter(batch=batch, status__in=statuses)
    rows = projects.select_related("organisation__school", "area").order_by("area__order", "pk")
    return [(_area(one), one.organisation.short, one.title) for one in rows], []


def _area(project: Project | None) -> str:
    return project.area.name if project and project.area else "市直属"


def _what(batch: Batch) -> str:
    return f"{_series(batch)}{_result(batch)}"


def _series(batch: Batch) -> str:
    return f"{batch.year}年度“{batch.programme.name}”"


def _result(batch: Batch) -> str:
    return batch.result_label if batch.is_brand else "立项"


def _subject(batch: Batch) -> str:
    """A title too long for one line ends it between words."""
    first, second = f"关于公布{_series(batch)}", f"{_result(batch)}名单的通知"
    return f"{first}{second}" if len(first + second) <= _TITLE_CHARACTERS else f"{first}\n{second}"


def _reason(batch: Batch, what: str, lines: list[Line]) -> str:
    steps = [*batch.steps, "会议审定", *(["公示"] if batch.is_brand else [])]
    approved = ""
    if batch.approval_document and batch.approving_body:
        approved = f"，报{batch.approving_body}批准（{batch.approval_document}）"
    _, unit, name = lines[0]
    first = f"{unit}“{name}”" if len(lines) == 1 else f"{unit}“{name}”等{len(lines)}个项目"
    verb = f"命名{first}为{what}" if batch.is_brand else f"同意{first}立项"
    return (
        f"根据《{batch.title}》（{batch.source_document}）要求，"
        f"经{'、'.join(steps[:-1])}和{steps[-1]}{approved}，决定{verb}，现予公布。"
    )


def _number_and_day(batch: Batch, honours: list[Honour]) -> tuple[str, str]:
    """Those of the naming; before it, or where there were several, a gap for the pen."""
    numbers = {honour.document_number for honour in honours}
    days = {honour.named_on for honour in honours}
    found = _NUMBER.match(batch.source_document)
    blank = f"{found.group(1) if found else ''}〔{batch.year}〕　　号"
    return (
        numbers.pop() if len(numbers) == 1 else blank,
        _day(days.pop()) if len(days) == 1 else _NO_DAY,
    )


def _list(letter: OfficialLetter, lines: list[Line]) -> None:
    rows: list[list[Any]] = [[label(name) for name in _HEADINGS]]
    rows += [[label(str(number)), *line] for number, line in enumerate(lines, 1)]
    letter.form_table(rows, _WIDTHS, headings=1)


def _issuer() -> str:
    return str(settings.SITE["issuer"])


def _day(day: date | None) -> str:
    return chinese_date(day) if day else _NO_DAY
