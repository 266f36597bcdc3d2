"""The volume of a batch (汇编): what the named projects do, by area, for everybody to read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.conf import settings

from brands.forms import spec
from brands.models import Batch, Honour
from brands.scanning import Hit, scan, without_personal
from foundation import clock
from foundation.documents import (
    CannotPrint,
    OfficialBook,
    chinese_date,
    chinese_number,
    render_pdf,
)
from foundation.verdict import Conflict

Progress = Callable[[int, int], None]
FORMS = {"word": "docx", "pdf": "pdf"}


@dataclass(frozen=True, slots=True)
class Brand:
    """One named project as the public may read it: narratives, no person, no way to reach one."""

    name: str
    holder: str
    number: str
    slogan: str
    sections: list[tuple[str, str]]


Chapter = tuple[str, list[Brand]]


def chapters(batch: Batch) -> list[Chapter]:
    rows = named(batch).select_related("project__area", "project__batch__form", "school")
    ordered = rows.order_by("project__area__order", "project__area__code", "number")
    return [
        (area, [_brand(honour) for honour in group]) for area, group in groupby(ordered, key=_area)
    ]


def named(batch: Batch) -> Any:
    return Honour.objects.in_force().filter(project__batch=batch)


def hits_of(batch: Batch) -> list[Hit]:
    """What looks like personal data in the narratives: masked in the volume, shown to the staff."""
    hits = []
    for honour in named(batch).select_related("project__batch__form"):
        for title, text in _narratives(honour):
            hits += scan(text, f"{honour}{title}")
    return hits


def title_of(batch: Batch) -> str:
    return f"{batch.year}年度“{batch.programme.name}”{batch.result_label}汇编"


def write(batch: Batch, form: str, progress: Progress) -> bytes:
    found = chapters(batch)
    if not found:
        raise Conflict("本批次还没有命名的项目，不能汇编。")
    return _pdf(batch, found, progress) if form == "pdf" else _word(batch, found, progress)


def _area(honour: Honour) -> str:
    area = honour.project.area if honour.project else None
    return area.name if area else "市直属"


def _brand(honour: Honour) -> Brand:
    project = honour.project
    slogan = spec.said_in(project, spec.form_of(project.batch), "slogan") if project else ""
    return Brand(
        name=honour.brand_name,
        holder=honour.holder,
        number=honour.number,
        slogan=without_personal(slogan),
        sections=[(title, without_personal(text)) for title, text in _narratives(honour)],
    )


def _narratives(honour: Honour) -> Iterator[tuple[str, str]]:
    """Long answers only, and none from a section that asks how to reach somebody."""
    project = honour.project
    if project is None:
        return
    for section in spec.form_of(project.batch).sections:
        if any(field.kind == "phone" for field in section.fields):
            continue
        for answer in spec.answers(project, section):
            if answer.field.kind == "long" and answer.shown:
                yield answer.field.label, answer.shown


def _word(batch: Batch, found: list[Chapter], progress: Progress) -> bytes:
    issuer, total = str(settings.SITE["issuer"]), sum(len(brands) for _, brands in found)
    book = OfficialBook(author=issuer)
    book.cover(_title_lines(batch), issuer, chinese_date(clock.today()))
    book.contents(list(_contents(found)))
    done = 0
    for number, (area, brands) in enumerate(found, 1):
        book.heading(_chapter(number, area), new_page=True)
        for place, brand in enumerate(brands, 1):
            progress(done, total)
            _write_brand(book, place, brand)
            done += 1
    progress(total, total)
    return book.to_bytes()


def _write_brand(book: OfficialBook, place: int, brand: Brand) -> None:
    book.heading(_entry(place, brand), 2, new_page=place > 1)
    book.line(f"编号：{brand.number}")
    if brand.slogan:
        book.line(f"品牌口号：{brand.slogan}")
    for number, (title, text) in enumerate(brand.sections, 1):
        book.heading(f"{number}. {title}", 3)
        book.paragraph(text)


def _contents(found: list[Chapter]) -> Iterator[tuple[int, str]]:
    for number, (area, brands) in enumerate(found, 1):
        yield 1, _chapter(number, area)
        for place, brand in enumerate(brands, 1):
            yield 2, _entry(place, brand)


def _chapter(number: int, area: str) -> str:
    return f"{chinese_number(number)}、{area}"


def _entry(place: int, brand: Brand) -> str:
    return f"（{chinese_number(place)}）{brand.holder}：{brand.name}"


def _title_lines(batch: Batch) -> list[str]:
    return [f"{batch.year}年度“{batch.programme.name}”", f"{batch.result_label}汇编"]


def _pdf(batch: Batch, found: list[Chapter], progress: Progress) -> bytes:
    data = {
        "title": title_of(batch),
        "lines": _title_lines(batch),
        "issuer": settings.SITE["issuer"],
        "date": chinese_date(clock.today()),
        "chapters": [
            {
                "title": _chapter(number, area),
                "brands": [_printed(place, brand) for place, brand in enumerate(brands, 1)],
            }
            for number, (area, brands) in enumerate(found, 1)
        ],
    }
    total = sum(len(brands) for _, brands in found)
    progress(0, total)
    try:
        content = render_pdf("compendium.typ", data)
    except CannotPrint as error:
        raise Conflict(str(error)) from error
    progress(total, total)
    return content


def _printed(place: int, brand: Brand) -> dict[str, Any]:
    return {
        "title": _entry(place, brand),
        "name": brand.name,
        "holder": brand.holder,
        "number": brand.number,
        "slogan": brand.slogan,
        "sections": [
            {"title": title, "paragraphs": [line for line in text.split("\n") if line.strip()]}
            for title, text in brand.sections
        ],
    }
