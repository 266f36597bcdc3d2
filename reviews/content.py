"""The material a reviewer reads: the judged version, never the project's later words."""

from dataclasses import dataclass
from typing import Any

from django.db.models import BigAutoField, QuerySet
from django.urls import reverse
from django.utils import timezone

from brands.filing import preview_of
from brands.forms import spec
from brands.models import Attachment, ProgressFile
from brands.presenting import notes_of
from foundation.documents import chinese_date
from foundation.statements import Row, Slot, Whole, composed_once
from reviews.models import Assignment, Entry, ReviewerCopy, RoundKind

CLOSING_REPORT = "closing_report"
# Personal facts that judging does not need (domain.md F-A).
WITHHELD = frozenset({"phone"})
# Who applies, told outright: on a blind round the whole answer stays away.
TELLING = ("principal", "contact", "phone")


@dataclass(frozen=True, slots=True)
class Answer:
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    answers: tuple[Answer, ...]


def sections_of(entry: Entry) -> tuple[Section, ...]:
    """What a reviewer reads of the judged version: every word of it has passed the mask."""
    hide = entry.mask.text
    return tuple(
        Section(
            hide(section.title),
            tuple(Answer(hide(one.label), hide(one.text)) for one in section.answers),
        )
        for section in submitted_of(entry)
    )


def submitted_of(entry: Entry) -> tuple[Section, ...]:
    """What was submitted at the judged version, in the form's own order."""
    form = spec.form_of(entry.project.batch)
    telling = {item.key for role in TELLING if (item := form.in_role(role))}
    left_out = telling if entry.round.is_blind else set()
    sections = [
        Section(
            section.title,
            tuple(
                Answer(answer.field.label, _shown(answer, entry))
                for answer in spec.answers(entry.version, section)
                if answer.field.kind not in WITHHELD
                and answer.field.key not in left_out
                and answer.value
            ),
        )
        for section in form.sections
    ]
    if entry.round.kind == RoundKind.CLOSING:
        sections = [*_closing(entry), *sections]
    return tuple(section for section in sections if section.answers)


def _shown(answer: spec.Answer, entry: Entry) -> str:
    """A file's name was given by the applicant: on a blind round only how many there are."""
    if entry.round.is_blind and answer.field.is_file:
        return f"{len(answer.value)}个文件，见佐证材料。"
    return answer.shown


def _closing(entry: Entry) -> list[Section]:
    """The report as it stands: it cannot be changed while its review is under way."""
    report = str(entry.project.content.get(CLOSING_REPORT) or "")
    done = tuple(
        Answer(milestone.title, _progress(milestone))
        for milestone in entry.project.milestones.all()
    )
    notes = tuple(
        Answer(f"{chinese_date(note.day)} {note.milestone}", note.text)
        for note in notes_of(entry.project).select_related("milestone")
    )
    return [
        Section("结项报告", (Answer("结项报告", report),) if report else ()),
        Section("节点任务", done),
        Section("推进记录", notes),
    ]


def _progress(milestone: Any) -> str:
    done = f"{chinese_date(milestone.done_on)}完成" if milestone.done_on else "未完成"
    due = chinese_date(milestone.due_on)
    return f"责任人：{milestone.owner}。完成时限：{due}，{done}。{milestone.result}"


def files_of(assignment: Assignment) -> list[dict[str, Any]]:
    """Attachments through the reviewers' own address; of a blind round their copies."""
    entry = assignment.entry
    if entry.round.is_blind:
        return [_copy(one, assignment) for one in copies_of(entry)]
    attachments = map(_ATTACHMENT.of, _attachments(project=entry.project_id))
    labels = {field.key: field.label for field in spec.form_of(entry.project.batch).fields}
    rows = [
        {
            **_file(one, "review-file", assignment),
            "note": labels.get(one.field, ""),
            "mark": "含未成年人影像" if one.contains_minor else "",
            "preview_url": preview_of(one, "reviews:review-file-view", assignment.pk, one.pk),
        }
        for one in attachments
    ]
    return rows + [_file(one, "review-progress-file", assignment) for one in progress_of(entry)]


_ATTACHMENT = Whole(Attachment)


@composed_once
def _attachments() -> QuerySet[Any, Row]:
    found = Attachment.objects.filter(project=Slot("project", BigAutoField()))
    return found.order_by("pk").values_list(*_ATTACHMENT.columns)


def copies_of(entry: Entry) -> QuerySet[ReviewerCopy]:
    served = ReviewerCopy.objects.served(entry.round_id, entry.project_id)
    return served.select_related("attachment")


def attachments_of(entry: Entry) -> QuerySet[Any]:
    """The one way to a file of this entry: the copies on a blind round, whatever key is named."""
    if entry.round.is_blind:
        return copies_of(entry)
    return Attachment.objects.filter(project=entry.project_id)


def _copy(copy: ReviewerCopy, assignment: Assignment) -> dict[str, Any]:
    """Without the day of the upload; the name is ours."""
    return {
        "name": copy.name,
        "size": copy.size,
        "who": "",
        "at": None,
        "note": "",
        "mark": "含未成年人影像" if copy.attachment and copy.attachment.contains_minor else "",
        "url": reverse("reviews:review-file", args=[assignment.pk, copy.pk]),
        "preview_url": preview_of(copy, "reviews:review-file-view", assignment.pk, copy.pk),
    }


def progress_of(entry: Entry) -> QuerySet[ProgressFile]:
    """What came with the progress notes: for the closing, never for the selection, and of a blind
    round among the copies."""
    if entry.round.kind != RoundKind.CLOSING or entry.round.is_blind:
        return ProgressFile.objects.none()
    return ProgressFile.objects.filter(project=entry.project_id)


def _file(file: Attachment | ProgressFile, name: str, assignment: Assignment) -> dict[str, Any]:
    return {
        "name": file.name,
        "size": file.size,
        "who": "",
        "at": timezone.localtime(file.at),
        "note": "推进材料" if isinstance(file, ProgressFile) else "",
        "url": reverse(f"reviews:{name}", args=[assignment.pk, file.pk]),
    }
