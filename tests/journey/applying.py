"""From the batch to the formal check: the moves that both programmes share."""

from io import BytesIO

import pypdfium2

from tests.journey.people import Person
from tests.journey.walk import Walk

DOCUMENT = "苏教工委〔2026〕12号"


def open_batch(walk: Walk, programme: str, title: str, opens: str, closing: dict[str, str]) -> str:
    """The clerk sets it up, every stage from the day it opens; its address."""
    clerk = walk.person("clerk")
    clerk.go("/brands/batches/new/")
    clerk.fill(
        programme=programme, year=2026, number=1, title=title,
        source_document=DOCUMENT.replace("〔", "[").replace("〕", "]"),
    )  # fmt: skip
    for stage, closes in closing.items():
        clerk.fill(**{f"stage-{stage}-opens_on": opens, f"stage-{stage}-closes_on": closes})
    clerk.press("保存设置")
    clerk.sees(DOCUMENT)
    clerk.press("开启批次")
    clerk.sees("进行中")
    return clerk.path


def apply(walk: Walk, secretary: Person, batch: str, title: str, number: str) -> str:
    """Fill in, attach, submit; the address of the project."""
    secretary.go(batch)
    secretary.press("开始申报")
    project = secretary.path
    for link in _sections(secretary):
        secretary.go(link)
        _answer(secretary, title)
    secretary.go(project)
    _attach(walk, secretary)
    secretary.go(project)
    secretary.press("核对并提交")
    secretary.press("提交申报")
    secretary.sees(number)
    _upload_stamped(walk, secretary, project)
    return project


def _upload_stamped(walk: Walk, secretary: Person, project: str) -> None:
    """The printed form, stamped and scanned: without it the check cannot accept."""
    secretary.go(project)
    secretary.sees("未盖章")
    scan = walk.stack.folder / "盖章件.pdf"
    if not scan.exists():
        scan.write_bytes(_sample_pdf())
    secretary.page.locator("#stamped-file").set_input_files(str(scan))
    with secretary.page.expect_navigation():
        secretary.page.locator("#stamped button[type=submit]").click()
    secretary.sees("盖章件已上传")
    secretary.sees("已盖章")


def _sections(secretary: Person) -> list[str]:
    links = secretary.page.locator("main a[href*='/sections/']")
    return list(dict.fromkeys(link.get_attribute("href") for link in links.all()))


def _answer(person: Person, title: str) -> None:
    fields = person.page.locator(
        "main form .form-control:visible, main form .form-select:visible, main form input[type=radio]"
    )
    for field in fields.all():
        name = field.get_attribute("name")
        kind = field.evaluate("e => e.tagName + ':' + (e.type || '')")
        if kind == "INPUT:file":
            continue  # What comes with the application is attached below.
        if name == "title":
            field.fill(title)
        elif kind == "INPUT:date":
            field.fill("2026-03-02")
        elif kind == "INPUT:radio":
            field.check()
        elif kind.startswith("SELECT"):
            field.select_option(index=1)
        elif name == "phone":
            field.fill("0512-69990001")
        elif not field.input_value():
            field.fill("按计划开展，有据可查。"[: int(field.get_attribute("maxlength") or 30)])
    with person.page.expect_navigation():
        person.page.locator("main form .actions button[type=submit]").first.click()


def _attach(walk: Walk, secretary: Person) -> None:
    pdf = walk.stack.folder / "佐证材料.pdf"
    if not pdf.exists():
        pdf.write_bytes(_sample_pdf())
    secretary.page.locator("main input[type=file]").first.set_input_files(str(pdf))
    secretary.page.locator("[data-upload-waiting]").get_by_label("没有").check()
    secretary.page.locator("[data-upload-place] button[type=submit]").click()
    secretary.sees("佐证材料.pdf")


def _sample_pdf() -> bytes:
    """A real one-page PDF."""
    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def accept(walk: Walk, project: str) -> None:
    """The clerk ticks every line of the checklist; all of them are asked for."""
    clerk = walk.person("clerk")
    clerk.go(project)
    for box in clerk.page.locator("main [name='items']").all():
        box.check()
    clerk.press("审查通过")
    clerk.sees("审查通过")
