"""The application form as a Word document (domain.md F-D 37–41)."""

from brands import presenting
from brands.forms import spec
from brands.links import paper_url
from brands.models import Project, ProjectVersion
from foundation.clock import today
from foundation.documents import OfficialDocument, chinese_date, label, value

_WIDTHS = (36, 120)


def application_form(
    project: Project, *, full_phone: bool, version: ProjectVersion | None = None
) -> bytes:
    """As it stands, or as it was submitted in `version`.

    `full_phone` for the unit itself; everybody else reads 138****1234.
    """
    form = spec.form_of(project.batch)
    if version is None and not project.is_editable:
        version = _submitted_so(project, form)
    source = version or project
    document = OfficialDocument(author=project.organisation.short)
    document.title(form.name)
    rows = [[label(name), value(text)] for name, text in presenting.registry_facts(project)]
    for section in form.sections:
        rows += [[label(section.title, columns=2)]]
        for answer in spec.answers(source, section, full_phone=full_phone):
            rows.append([label(answer.field.label), value(answer.shown)])
    if names := [file["name"] for file in spec.files_of(source).get("", [])]:
        rows.append([label(form.loose_files), value("\n".join(names))])
    document.form_table(rows, _WIDTHS)
    document.signature_row("学校党组织意见")
    if project.batch.has_district and not project.organisation.is_direct:
        document.signature_row("区（市）教育工委意见")
    document.signature_row("市委教育工委意见")
    document.footer_note(_footer(project, version))
    return document.to_bytes()


def _submitted_so(project: Project, form: spec.FormSpec) -> ProjectVersion | None:
    """The last version, while the project still says the same: an approved change may differ."""
    last = project.versions.last()
    keys = [field.key for field in form.fields]
    same = last and all(spec.value_of(last, key) == spec.value_of(project, key) for key in keys)
    return last if same else None


def _footer(project: Project, version: ProjectVersion | None) -> str:
    """The edition of the form, and a code that only the paper of this submission carries."""
    form = project.batch.form
    parts = [
        f"受理编号：{project.number or '未提交，草稿'}",
        f"表样第{form.version}版" if form else "",
        f"第{version.number}次提交　校验码：{version.code}" if version else "非提交版本，盖章无效",
        f"导出日期：{chinese_date(today())}",
        f"核验网址：{paper_url()}" if version else "",
    ]
    return "　".join(part for part in parts if part)
