"""Everything about one project in one archive (档案包): what this person may see, and no more."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from brands import documents
from brands.forms import spec
from brands.models import Attachment, ProgressFile, Project, RecheckFile, StampedScan
from brands.outputs import dossier_after
from brands.permissions import is_member_of
from brands.timeline import timeline
from foundation import clock
from foundation.documents import OfficialDocument, chinese_date, label
from foundation.uploads import clean_name

_TIMELINE_WIDTHS = (40, 46, 28, 42)
_MILESTONE_WIDTHS = (32, 18, 36, 36, 34)
_BLOCK = 1024 * 1024
_WITH_MINORS = "含未成年人影像，不得公开"


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the archive. `expected` is its digest where the register knows it."""

    path: str
    open: Callable[[], IO[bytes]]
    expected: str = ""


@dataclass(frozen=True, slots=True)
class Packed:
    path: str
    size: int
    sha256: str
    note: str = ""


# Apps above add what they know of a project: (path, content) for each paper this person may read.
PAPERS: list[Callable[[Project, Any], Iterable[tuple[str, bytes]]]] = []


def write(
    project: Project,
    file: IO[bytes],
    *,
    user: Any,
    step: Callable[[int, int], None],
    with_minors: bool = False,
) -> list[Packed]:
    """The archive into `file`, with a manifest of every file's digest; what went in.

    What shows minors only when this person chose so and has consent (domain.md F-C 34).
    """
    parts = [
        *_papers(project, user),
        *_attachments(project, with_minors),
        *_reported(project, user),
    ]
    packed = []
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for number, part in enumerate(parts):
            step(number, len(parts))
            packed.append(_pack(archive, part))
        left_out = project.attachments.filter(contains_minor=True).count() if not with_minors else 0
        for name, text in _manifests(project, packed, left_out):
            archive.writestr(_entry(name), text.encode())
        step(len(parts), len(parts))
    return packed


def _papers(project: Project, user: Any) -> Iterator[Part]:
    own = bool(is_member_of(user, project))
    yield _paper("申报表.docx", documents.application_form(project, full_phone=own))
    for version in project.versions.all():
        day = chinese_date(timezone.localdate(version.at))
        form = documents.application_form(project, full_phone=own, version=version)
        yield _paper(f"提交版本/第{version.number}版（{day}提交）.docx", form)
    yield _paper("办理记录.docx", _timeline(project, user))
    if project.milestones.exists():
        yield _paper("节点任务.docx", _milestones(project))
    for path, content in dossier_after.papers(project, user):
        yield _paper(path, content)
    for fill in PAPERS:
        for path, content in fill(project, user):
            yield _paper(path, content)


def _paper(path: str, content: bytes) -> Part:
    return Part(path, lambda: ContentFile(content))


def _attachments(project: Project, with_minors: bool) -> Iterator[Part]:
    """What shows minors lies apart, under a name that says so wherever the archive goes."""
    fields = spec.form_of(project.batch).fields
    labels = {field.key: clean_name(field.label.replace("/", "_")) for field in fields}
    for number, attachment in enumerate(project.attachments.all(), 1):
        if attachment.contains_minor and not with_minors:
            continue
        folder = f"附件/{_WITH_MINORS}" if attachment.contains_minor else "附件"
        if attachment.field in labels:
            folder = f"{folder}/{labels[attachment.field]}"
        yield _attachment(f"{folder}/{number:02d}-{clean_name(attachment.name)}", attachment)
    for number, scan in enumerate(project.stamped_scans.all(), 1):
        yield _attachment(f"盖章件/{number:02d}-{clean_name(scan.name)}", scan)
    for number, file in enumerate(project.progress_files.all(), 1):
        yield _attachment(f"推进材料/{number:02d}-{clean_name(file.name)}", file)


def _reported(project: Project, user: Any) -> Iterator[Part]:
    return (_attachment(path, file) for path, file in dossier_after.files(project, user))


def _attachment(
    path: str, attachment: Attachment | ProgressFile | RecheckFile | StampedScan
) -> Part:
    return Part(path, lambda: default_storage.open(attachment.stored), attachment.sha256)


def _pack(archive: ZipFile, part: Part) -> Packed:
    """Block by block, so that a film does not fill the memory. A lost file is named, not hidden."""
    try:
        source = part.open()
    except FileNotFoundError:
        return Packed(part.path, 0, "", "存储中没有这个文件，未能打包")
    digest = hashlib.sha256()
    with source, archive.open(_entry(part.path), "w") as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            target.write(block)
        size = source.tell()
    changed = bool(part.expected) and part.expected != digest.hexdigest()
    return Packed(
        part.path, size, digest.hexdigest(), "与上传时登记的校验值不一致" if changed else ""
    )


def _entry(path: str) -> ZipInfo:
    entry = ZipInfo(path, timezone.localtime(clock.now()).timetuple()[:6])
    entry.compress_type = ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _manifests(project: Project, packed: list[Packed], left_out: int) -> Iterator[tuple[str, str]]:
    """One for people, one for `sha256sum --check`. Windows line ends: it opens in Notepad."""
    lines = [
        f"{project}　档案包清单",
        f"申报单位：{project.organisation.short}",
        f"批次：{project.batch.title}　受理编号：{project.number or '未提交'}",
        f"生成时间：{timezone.localtime(clock.now()):%Y-%m-%d %H:%M}　共 {len(packed)} 个文件",
        "",
        "校验值（SHA-256）　　大小（字节）　　文件",
    ]
    lines += [
        f"{one.sha256 or '—' * 32}  {one.size}  {one.path}{f'　【{one.note}】' if one.note else ''}"
        for one in packed
    ]
    if left_out:
        lines += ["", f"另有 {left_out} 个附件含未成年人影像，打包时没有选择放入。"]
    yield "清单.txt", "\ufeff" + "\r\n".join(lines) + "\r\n"
    yield "SHA256SUMS", "".join(f"{one.sha256}  {one.path}\n" for one in packed if one.sha256)


def _timeline(project: Project, user: Any) -> bytes:
    document = OfficialDocument()
    document.title(f"{project}\n办理记录")
    rows: list[list[Any]] = [[label(name) for name in ("时间", "办理人", "事项", "说明")]]
    for event in reversed(timeline(project, user)):
        at = timezone.localtime(event["at"])
        when = f"{chinese_date(at.date())}\n{at:%H:%M}"
        rows.append([when, event["who"] or "系统", event["label"], event["note"]])
    document.form_table(rows, _TIMELINE_WIDTHS, headings=1)
    return document.to_bytes()


def _milestones(project: Project) -> bytes:
    document = OfficialDocument()
    document.title(f"{project}\n节点任务")
    names = ("节点任务", "责任人", "完成时限", "完成日期", "完成情况")
    rows: list[list[Any]] = [[label(name) for name in names]]
    for one in project.milestones.all():
        done = chinese_date(one.done_on) if one.done_on else "未完成"
        rows.append([one.title, one.owner, chinese_date(one.due_on), done, one.result])
    document.form_table(rows, _MILESTONE_WIDTHS, headings=1)
    return document.to_bytes()
