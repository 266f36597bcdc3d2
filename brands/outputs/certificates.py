"""Certificates and plaques of honours, each with a code that leads to the public check."""

from collections.abc import Iterable
from typing import Any

import segno
from django.conf import settings
from django.http import QueryDict

from brands.links import verification_url
from brands.models import Batch, Honour, HonourPrint
from brands.models.honour import HonourQuerySet
from brands.opening import prize_word
from brands.services.register import search
from foundation import clock
from foundation.documents import CannotPrint, chinese_date, render_pdf
from foundation.verdict import Conflict

# kind → what people call it.
KINDS = {"certificate": "证书", "plaque": "牌匾"}
# kind → the design of what is printed for the first time: `templates/pdf/<kind>-<version>.typ`.
NEWEST = {"certificate": 1, "plaque": 1}


def printable() -> HonourQuerySet:
    """Honours with all that a certificate says of them."""
    return Honour.objects.select_related("school__area", "project__batch__programme")


def obstacle(honour: Honour) -> str:
    """Why no certificate may go out for it, in words; empty when it may."""
    words, tone = honour.state
    if tone != "good":
        return words
    if honour.level != Honour.Level.CITY:
        return "不是市级，由命名机关制发"
    batch = _batch(honour)
    word = prize_word(honour.label)
    if word and not (batch and batch.approval_document and batch.approving_body):
        return f"称谓含“{word}”，没有批准文号"
    return ""


def wanted(params: QueryDict) -> list[Honour]:
    """The city's own in force under these filters of the register. One unapproved stops all."""
    own = printable().in_force().filter(level=Honour.Level.CITY)
    honours = list(search(own, params))
    faults = [f"{honour.number}{why}" for honour in honours if (why := obstacle(honour))]
    if faults:
        raise Conflict(f"以下荣誉不能制发，请先改用筛选去掉：{'；'.join(faults)}。")
    if not honours:
        raise Conflict("没有可以制发的荣誉。")
    return honours


def render(honours: Iterable[Honour], kind: str) -> bytes:
    """One page each: an A4 certificate, or a plaque in the size of its metal.

    A reprint follows the design it was first printed in, however many years later.
    """
    honours = list(honours)
    prints = _prints(honours, kind)
    pages = [_page(honour, kind, prints[honour.pk]) for honour in honours]
    data = {"title": KINDS[kind], "issuer": settings.SITE["issuer"], "honours": pages}
    try:
        content = render_pdf(f"{kind}.typ", data)
    except CannotPrint as error:
        raise Conflict(str(error)) from error
    fresh = [one for one in prints.values() if one.pk is None]
    HonourPrint.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    return content


def _prints(honours: list[Honour], kind: str) -> dict[int, HonourPrint]:
    """By honour: the row of its first print, or one that is kept once this print is made."""
    rows = HonourPrint.objects.filter(kind=kind, honour__in=[one.pk for one in honours])
    found = {row.honour_id: row for row in rows}
    for honour in honours:
        if honour.pk not in found:
            found[honour.pk] = HonourPrint(
                honour=honour,
                kind=kind,
                version=NEWEST[kind],
                issuer=settings.SITE["issuer"],
                series=_series(honour),
            )
    return found


def _page(honour: Honour, kind: str, printed: HonourPrint) -> dict[str, Any]:
    return {
        "version": printed.version,
        "issuer": printed.issuer,
        "holder": honour.holder,
        "brand": honour.brand_name,
        "label": honour.label,
        "series": printed.series,
        "words": _words(honour, printed.series),
        "facts": list(_facts(honour, kind)),
        "date": chinese_date(honour.named_on) if honour.named_on else f"{honour.year}年",
        "qr": _code(honour),
        "is_example": honour.is_example,
    }


def _series(honour: Honour) -> str:
    batch = _batch(honour)
    programme = f"“{batch.programme.name}”" if batch else "党建品牌"
    return f"{honour.year}年度{honour.get_level_display()}{programme}"


def _words(honour: Honour, series: str) -> str:
    """No word of praise beyond the label, which the batch answers for (domain.md F-A 10)."""
    batch = _batch(honour)
    noun, how = batch.noun if batch else "党建品牌", ""  # Of an older one we know no more.
    if batch:
        how = f"经{'评审' if batch.has_review else '审查'}、审定和公示，"
        if batch.approval_document and batch.approving_body:
            how += f"由{batch.approving_body}批准，"
    return f"你单位{noun}“{honour.brand_name}”{how}命名为{series}{honour.label}。"


def _facts(honour: Honour, kind: str) -> Iterable[tuple[str, str]]:
    batch = _batch(honour)
    yield "编号", honour.number
    if kind == "plaque" and honour.plaque_number:
        yield "牌匾号", honour.plaque_number
    if honour.document_number:
        yield "公布文件", honour.document_number
    if batch and batch.approval_document:
        yield "批准文件", batch.approval_document
    if honour.valid_until:
        yield "有效期至", chinese_date(honour.valid_until)


def _batch(honour: Honour) -> Batch | None:
    return honour.project.batch if honour.project else None


def _code(honour: Honour) -> list[str]:
    """The rows of the QR code, dark cells as 1."""
    matrix = segno.make_qr(verification_url(honour), error="m").matrix
    return ["".join("1" if cell else "0" for cell in row) for row in matrix]


def filename(kind: str, name: str = "") -> str:
    return f"{KINDS[kind]}-{name or chinese_date(clock.today())}.pdf"
