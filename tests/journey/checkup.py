"""Part 10: the quarter's check, which the scheduler opens and reminds of."""

from tests.journey.people import Person
from tests.journey.walk import Walk


def document_is_named(walk: Walk) -> None:
    """Without a document number no quarter opens (F-A 6): the first page asks the bureau for it."""
    clerk = walk.person("clerk")
    clerk.at_work("填写2026年第一季度体检的依据文件和文号")
    clerk.fill(source_document="《关于落实季度“体检”制度的通知》（苏教工委[2026]8号）")
    clerk.press("保存")


def check_is_filed(walk: Walk) -> None:
    """Opened by the scheduler on 20 March, due 15 April: by 7 April a reminder has gone out."""
    secretary, district = walk.secretary, walk.person("gusu")
    walk.is_mailed(secretary, "体检")
    secretary.go("/checkups/")
    with secretary.page.expect_navigation():
        secretary.page.locator("main a[href^='/checkups/']", has_text="2026年").first.click()
    checkup = secretary.path
    for group in "ABCDEFG":
        secretary.go(f"{checkup}groups/{group}/")
        _fill_group(secretary, weak=group == "F")
    secretary.go(f"{checkup}check/")
    secretary.press("提交体检")
    secretary.sees("已提交")
    district.go(checkup)
    district.press("审核通过")
    district.go("/checkups/rectifications/")
    district.sees("ZG-2026Q1-")


def _fill_group(person: Person, *, weak: bool) -> None:
    """Full marks; in a weak group the first number falls short."""
    for field in person.page.locator("main form input, main form select").all():
        name, kind = field.get_attribute("name") or "", field.get_attribute("type") or ""
        value = field.get_attribute("value")
        if (
            (name.endswith("red_line_hit") and kind == "radio" and value in ("False", "false", "0"))
            or (name.endswith("achieved") and kind == "radio" and value in ("True", "true", "1"))
            or (name.endswith("grade") and kind == "radio" and value == "excellent")
        ):
            field.check()
        elif name.endswith("number"):
            field.fill("1" if weak else "3")
        elif name.endswith("target"):
            field.fill("3")
        elif name.endswith("rate"):
            field.fill("100")
        elif name.endswith("reason"):
            field.fill("按实际情况填写。")
    with person.page.expect_navigation():
        person.page.locator("main form .btn-primary").first.click()
