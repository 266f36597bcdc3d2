"""The application form as a Word document (domain.md F-D 37–41)."""

import json

from django.utils.crypto import salted_hmac

from brands import presenting
from brands.forms import spec
from brands.models import Project, ProjectVersion
from foundation.clock import today
from foundation.documents import OfficialDocument, chinese_date, label, value

_WIDTHS = (36, 120)


def verification_code(project: Project, source: spec.Source | None = None) -> str:
    """Eight characters that fit this content only: a changed paper no longer matches."""
    words = source or project
    content = json.dumps([project.number, words.title, words.content], sort_keys=True)
    return salted_hmac("brands.application", content, algorithm="sha256").hexdigest()[:8].upper()


def application_form(
    project: Project, *, full_phone: bool, version: ProjectVersion | None = None
) -> bytes:
    """As it stands, or as it was submitted in `version`.

    `full_phone` for the unit itself; everybody else reads 138****1234.
    """
    form = spec.form_of(project.batch)
    source = version or project
    document = OfficialDocument(author=project.organisation.short)
    document.title(form.name)
    rows = [[label(name), value(text)] for name, text in presenting.registry_facts(project)]
    for section in form.sections:
        rows += [[label(section.title, columns=2)]]
        for answer in spec.answers(source, section):
            text = answer.shown
            if answer.field.kind == "phone" and not full_phone:
                text = presenting.masked(text)
            rows.append([label(answer.field.label), value(text)])
    document.form_table(rows, _WIDTHS)
    document.signature_row("学校党组织意见")
    if project.batch.has_district and not project.organisation.is_direct:
        document.signature_row("区（市）教育工委意见")
    document.signature_row("市委教育工委意见")
    number = project.number or "未提交，草稿"
    edition = f"　第{version.number}版" if version else ""
    document.footer_note(
        f"受理编号：{number}{edition}　校验码：{verification_code(project, source)}　"
        f"导出日期：{chinese_date(today())}"
    )
    return document.to_bytes()
