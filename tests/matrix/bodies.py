"""What the rightful person posts to each address that takes a POST: one valid body a line.

A line has to stand here for every such address (test_forms.py fails otherwise), with what the person
types over what the page already holds. The page's own hidden fields, its version among them, come
from the page as a browser would send them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from brands.models import (
    Batch,
    BatchStage,
    Objection,
    Project,
    ProjectVersion,
    Publicity,
    PublicityEntry,
)
from brands.models import Milestone as Task
from foundation import clock
from foundation.accounts.models import User
from reviews.models import Assignment, CombinedLine, Entry, Explanation, Pledge, Round
from schools.models import OrganisationKind, PartyOrganisation, Tier
from tests.brands.test_honour_import import row as honour_row
from tests.brands.test_honour_import import sheet as honour_sheet
from tests.factories.checkups import answer_all
from tests.factories.people import PASSWORD
from tests.factories.reviews import GOOD_COMMENT, EligibleProjectFactory, scores
from tests.foundation import upload_samples as samples
from tests.matrix.world import World
from tests.reviews.test_offline import Filled
from tests.reviews.test_pool import sheet as employment_sheet
from tests.reviews.test_pool_import import row as expert_row
from tests.reviews.test_pool_import import sheet as expert_sheet
from tests.schools.sheets import line as school_line
from tests.schools.sheets import sheet as school_sheet
from tests.schools.sheets import upload as school_upload

Said = Mapping[str, Any] | Callable[[World], Mapping[str, Any]]
NOWHERE = "-"  # No page has this form: a script sends it.


@dataclass(frozen=True)
class Body:
    """`page` is the line of the page that holds the form, the address itself by default.

    `ready` brings the world into the state in which this may be posted; `answer` is what it is
    answered with when all is well.
    """

    role: str
    said: Said = ()  # type: ignore[assignment]
    page: str = ""
    ready: Callable[[World], object] = lambda world: None
    answer: int = 302
    query: Callable[[World], str] = lambda world: ""
    like: str = ""  # The line whose form a script sends here.

    def words(self, world: World) -> dict[str, Any]:
        return dict(self.said(world) if callable(self.said) else self.said)


def day(days: int = 0) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def pdf(name: str = "材料.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.pdf(), content_type="application/pdf")


def picture(name: str = "盖章.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, samples.picture("PNG"), content_type="image/png")


def status(kind: str, value: str, model: Any = Project, **more: Any) -> Callable[[World], object]:
    """The row of `world.keys[kind]` in this status."""
    return lambda world: model.objects.filter(pk=world.keys[kind]).update(status=value, **more)


def _ranked(world: World, state: str) -> Project:
    """The project of the world, scored."""
    Project.objects.filter(pk=world.keys["project"]).update(status=state, score=90, rank=1)
    return Project.objects.get(pk=world.keys["project"])


def _chosen(world: World) -> str:
    return f"?project={world.keys['project']}"


def _second_branch(world: World) -> PartyOrganisation:
    return PartyOrganisation.objects.create(
        name="第二支部", kind=OrganisationKind.BRANCH, tier=Tier.BRANCH, parent=world.unit,
        area=world.unit.area, school=world.unit.school,
    )  # fmt: skip


def _released(world: World) -> None:
    _ranked(world, "declined")


def _in_publicity(world: World, state: str) -> None:
    """The project on the notice of the world."""
    Project.objects.filter(pk=_listed(world)).update(status=state, score=90, rank=1)


def _listed(world: World) -> int:
    return Publicity.objects.get(pk=world.keys["publicity"]).entries.get().project_id


def _nameable(world: World) -> None:
    _in_publicity(world, "publicity")
    Objection.objects.all().delete()
    Publicity.objects.filter(pk=world.keys["publicity"]).update(
        status="ended", closes_at=clock.now() - timedelta(days=1)
    )


def _approved_draft(world: World) -> None:
    _in_publicity(world, "approved")
    notice = Publicity.objects.get(pk=world.keys["draft_publicity"])
    PublicityEntry.objects.create(publicity=notice, project_id=_listed(world))


def _approved(world: World) -> None:
    project = _ranked(world, "approved")
    Project.objects.filter(pk=project.pk).update(batch=world.keys["batch"])


def _scored_sheet(world: World) -> None:
    from reviews.services import save_scores

    sheet = Assignment.objects.get(pk=world.keys["assignment"])
    save_scores(sheet, scores(sheet), GOOD_COMMENT, by=sheet.reviewer, version=sheet.version)


def _weights(world: World) -> dict[str, str]:
    rounds = Round.objects.filter(batch=world.keys["weighed_batch"]).order_by("pk")
    return {f"weight_{one.pk}": given for one, given in zip(rounds, ("70", "30"), strict=True)}


def _combined_lines(world: World) -> Any:
    return CombinedLine.objects.filter(combined__batch=world.keys["combined_batch"])


def _filled(world: World) -> Any:
    assignment = Assignment.objects.get(pk=world.keys["assignment"])
    sheet = Filled(assignment)
    sheet.score(assignment)
    return sheet.file()


def _handed_in(world: World) -> None:
    from reviews.services import submit_review

    _scored_sheet(world)
    sheet = Assignment.objects.get(pk=world.keys["assignment"])
    submit_review(sheet, by=sheet.reviewer)


def _all_judged(world: World) -> None:
    _handed_in(world)
    Round.objects.filter(pk=world.keys["round"]).update(per_entry=1)
    Assignment.objects.filter(
        entry__round=world.keys["round"], reviewer=world.people["dual"]
    ).delete()


def _tied(world: World) -> list[int]:
    return list(Entry.objects.filter(round=world.keys["frozen_round"]).values_list("pk", flat=True))


def _asked_why(world: World) -> None:
    _handed_in(world)
    Explanation.objects.create(
        assignment_id=world.keys["assignment"], asked_by=world.people["bureau"]
    )


def _sheet(world: World) -> dict[str, Any]:
    sheet = Assignment.objects.get(pk=world.keys["assignment"])
    return {f"score_{key}": str(value) for key, value in scores(sheet).items()} | {
        "comment": GOOD_COMMENT
    }


def _may_open(world: World) -> None:
    """The draft batch with its windows, paper and quota."""
    batch = Batch.objects.get(pk=world.keys["draft_batch"])
    whole = Batch.objects.get(pk=world.keys["batch"])
    for stage in whole.stages.all():
        BatchStage.objects.create(
            batch=batch, stage=stage.stage, opens_at=stage.opens_at, closes_at=stage.closes_at
        )
    batch.quotas.create(area=world.unit.area, places=2)
    for n, stage in enumerate(batch.stages.order_by("pk")):
        begins = clock.today() + timedelta(days=10 * n)
        BatchStage.objects.filter(pk=stage.pk).update(
            opens_at=clock.start_of(begins), closes_at=clock.end_of(begins + timedelta(days=8))
        )


def _two_tasks(world: World) -> None:
    for title in ("甲", "乙"):
        Task.objects.create(
            project_id=world.keys["established"], title=title, owner="负责人",
            due_on=clock.today() + timedelta(days=30),
        )  # fmt: skip


def _typed_plan(world: World) -> None:
    rows = [{"task": "调研", "owner": "负责人", "due": "2026年12月"}]
    projects = Project.objects.filter(pk=world.keys["established"])
    projects.update(content={"milestones": rows})


def _second_task(world: World) -> None:
    Task.objects.create(
        project_id=world.keys["running"], title="总结", owner="负责人",
        due_on=clock.today() + timedelta(days=40),
    )  # fmt: skip


def _all_done(world: World) -> None:
    Task.objects.filter(project=world.keys["running"]).update(
        done_on=clock.today(), result="已完成"
    )


def _answered(world: World) -> None:
    from checkups.models import Checkup

    answer_all(Checkup.objects.get(pk=world.keys["checkup"]))


def _waiting_check(world: World) -> None:
    from checkups.models import Checkup
    from foundation.workflow.engine import perform

    _answered(world)
    checkup = Checkup.objects.get(pk=world.keys["checkup"])
    perform(checkup, "submit", by=world.people["secretary"])


def _eligible(world: World) -> None:
    EligibleProjectFactory(batch=Round.objects.get(pk=world.keys["draft_round"]).batch)


def _stamp_asked(world: World) -> None:
    running = Project.objects.get(pk=world.keys["project"])
    ProjectVersion.objects.create(
        project=running, number=1, title=running.title, content={}, by=world.people["secretary"]
    )
    Batch.objects.filter(pk=running.batch_id).update(needs_stamp=True)


NOTE = {"note": "理由写在这里"}
BRANCH = {
    "name": "第三党支部", "kind": "branch", "secretary_name": "王示例", "full_members": "10",
    "probationary_members": "1", "term_starts_on": "2025-01-01", "term_ends_on": "2028-01-01",
}  # fmt: skip
OBJECTION = {"text": "材料与事实不符", "name": "张某", "contact": "13812345678"}

BODIES: dict[str, Body] = {
    "portal:objection": Body(
        "anonymous", lambda w: OBJECTION | {"project": _listed(w)}),
    "portal:feedback": Body("anonymous", {"text": "希望能批量下载", "contact": "办公室"}),
    "portal:paper": Body("anonymous", {"number": "2026-YP-0001", "code": "ABCD1234"}, answer=200),
    "dashboard:suggestion": Body("bureau", {"reply": "已经可以批量下载。"}),
    "dashboard:calendar-notice": Body(
        "bureau",
        {"year": "2031", "source": "国办发明电〔2030〕7号", "confirm": "1",
         "text": "一、元旦：1月1日放假，共1天。"},
    ),
    "dashboard:audit-verify": Body("auditor", page="dashboard:audit"),
    "dashboard:outbox-resend": Body("system_admin", page="dashboard:outbox"),
    "dashboard:calendar": Body(
        "bureau", lambda w: {"first": day(), "last": day(), "kind": "off", "source": "通知"}
    ),
    "dashboard:feed": Body("secretary"),
    "dashboard:calendar-day-delete": Body("bureau", page="dashboard:calendar"),
    "accounts:login": Body(
        "anonymous", lambda w: {"username": w.people["staff"].username, "password": PASSWORD}
    ),
    "accounts:logout": Body("staff", page="dashboard:home"),
    "accounts:ping": Body("staff", page=NOWHERE, answer=204),
    "accounts:password": Body(
        "staff",
        {"old_password": PASSWORD, "new_password1": "Other-Horse-10",
         "new_password2": "Other-Horse-10"},
    ),
    "accounts:privacy": Body(
        "staff", {"accepted": "on"},
        ready=lambda w: User.objects.filter(pk=w.people["staff"].pk).update(
            privacy_accepted_at=None
        ),
    ),
    "accounts:email": Body(
        "staff", {"email": "neu@example.test"},
        ready=lambda w: User.objects.filter(pk=w.people["staff"].pk).update(email=""),
    ),
    "accounts:profile": Body("staff", {"email": "neu@example.test", "phone": "13812345678"}),
    "notifications:inbox-read-all": Body("secretary", page="notifications:inbox"),
    "notifications:notice": Body("secretary", page="notifications:inbox"),
    "jobs:restart": Body("bureau", page=NOWHERE),
    "schools:school-phone": Body("staff", page=NOWHERE, answer=200),
    "schools:organisation-edit": Body("secretary", BRANCH),
    "schools:branch-new": Body(
        "secretary", BRANCH,
        ready=lambda w: PartyOrganisation.objects.filter(pk=w.unit.pk).update(
            kind=OrganisationKind.GENERAL_BRANCH
        ),
    ),
    "schools:branch-merge": Body(
        "secretary", lambda w: {"into": _second_branch(w).pk, "note": "合并"}
    ),
    "schools:branch-close": Body("secretary", NOTE),
    "schools:import": Body(
        "bureau", lambda w: {"sheet": school_upload(school_sheet(school_line(1)))}
    ),
    "schools:import-apply": Body("bureau", page=NOWHERE),
    "schools:person-new": Body(
        "bureau", {"username": "newone", "name": "新人", "email": "n@example.test", "phone": ""},
        answer=200,
    ),
    "schools:person-edit": Body("bureau", {"name": "改名"}),
    "schools:person-disable": Body("bureau", page="schools:person"),
    "schools:person-enable": Body(
        "bureau", page="schools:person",
        ready=lambda w: User.objects.filter(pk=w.people["staff"].pk).update(is_active=False),
    ),
    "schools:person-unlock": Body("bureau", page=NOWHERE, answer=409),
    "schools:person-reset": Body("bureau", page="schools:person", answer=200),
    "schools:people-issue": Body("bureau", page=NOWHERE),
    "schools:appointment-new": Body(
        "bureau",
        lambda w: {"role": "bureau", "organisation": w.root.name, "since": day(), "until": ""},
    ),
    "schools:appointment-end": Body("bureau", lambda w: {"until": day()}),
    "brands:quota-transfer": Body(
        "district",
        lambda w: {
            "source": w.unit.area_id, "places": "1", "why": "名额有余",
            "target": Batch.objects.get(pk=w.keys["batch"]).quotas.exclude(
                area=w.unit.area).get().area_id,
        },
    ),
    "brands:transfer-move": Body("bureau", page="brands:transfer"),
    "brands:transfer-move#take_back": Body("district", page="brands:transfer"),
    "brands:batch-extend": Body(
        "bureau",
        lambda w: {"stage": "district", "area": w.unit.area_id, "until": day(40), "why": "停电"},
    ),
    "brands:project-extend": Body(
        "bureau", lambda w: {"stage": "district", "until": day(40), "why": "停电"}
    ),
    "brands:batch-copy": Body("bureau", page="brands:batch"),
    "brands:programme-new": Body(
        "bureau",
        {"name": "新类别", "track": "naming", "applicant": "unit", "number_code": "XB",
         "result_label": "成果", "checklist": "材料齐全"},
    ),
    "brands:programme": Body("bureau", {"name": "一校一品改"}),
    "brands:form-version": Body("bureau", page=NOWHERE),
    "brands:form-arrange": Body("bureau", {"part": "slogan", "do": "down"}, page=NOWHERE),
    "brands:form-section": Body("bureau", {"title": "新的栏目名"}),
    "brands:form-name": Body("bureau", {"name": "推荐表"}),
    "brands:source-add": Body("bureau", lambda w: {"file": pdf("通知.pdf")}, page="brands:batch#draft"),
    "brands:source-remove": Body("bureau", page="brands:batch#draft"),
    "brands:form-field": Body("bureau", {"label": "新的字段名"}),
    "brands:batch-new": Body(
        "bureau",
        lambda w: {
            "programme": "school_brand", "year": "2031", "number": "77", "title": "新批次",
            "source_document": "苏教工委〔2026〕12号", "result_label": "建设成果",
            **{
                f"stage-{name}-{end}": day(10 * n + (8 if end == "closes_on" else 0))
                for n, name in enumerate(("apply", "district", "check", "review", "decision"))
                for end in ("opens_on", "closes_on")
            },
        },
    ),
    "brands:batch-edit": Body("bureau", {"title": "改名的批次"}),
    "brands:batch-open": Body("bureau", page="brands:batch#draft", ready=_may_open),
    "brands:batch-close": Body("bureau"),
    "brands:bulk-undo": Body("district", NOTE, page="brands:bulk"),
    "brands:bulk-new": Body("district", query=_chosen),
    "brands:bulk-new#bureau": Body(
        "bureau", NOTE, query=_chosen, ready=status("project", "formal_check")
    ),
    "brands:desk-reorder": Body("district", page=NOWHERE),
    "brands:projects-export": Body("bureau", page=NOWHERE),
    "brands:project-phone": Body("staff", page=NOWHERE, answer=200),
    "brands:project-new#open": Body("other", lambda w: {"batch": w.keys["batch"]}, page=NOWHERE),
    "brands:project-section": Body("staff", {"title": "改过的名称"}),
    "brands:project-autosave": Body(
        "staff",
        lambda w: {
            "title": "改过的名称", "user": w.people["staff"].pk,
            "field": ["background", "problems", "project_class", "title"],
        },
        page="brands:project-section",
        like="brands:project-section",
        answer=200,
    ),
    "brands:project-dossier": Body("staff", page="brands:project"),
    "brands:project-transition": Body("secretary", page="brands:project-review"),
    "brands:project-transition#recommend": Body("district", page="brands:project"),
    "brands:project-transition#accept": Body(
        "bureau",
        lambda w: {"items": Batch.objects.get(pk=w.keys["batch"]).programme.checklist},
        page="brands:project", ready=status("project", "formal_check"),
    ),
    "brands:stamped-add": Body(
        "staff", lambda w: {"file": pdf()}, page="brands:project", ready=_stamp_asked
    ),
    "brands:attachment-add": Body(
        "staff", lambda w: {"file": pdf(), "contains_minor": "no"}, page="brands:project#draft"
    ),
    "brands:upload-begin": Body(
        "staff", {"name": "甲.pdf", "size": "900", "mark": "1"}, page=NOWHERE, answer=200
    ),
    "brands:upload": Body("secretary", page=NOWHERE, answer=400),
    "brands:upload-finish": Body(
        "secretary", {"contains_minor": "no"}, page=NOWHERE, answer=409
    ),
    "brands:upload-cancel": Body("secretary", page=NOWHERE, answer=200),
    "brands:attachment-mark#draft": Body("staff", {"contains_minor": "yes"}, page=NOWHERE),
    "brands:attachment-delete": Body("staff"),
    "brands:decision-propose": Body(
        "bureau", query=_chosen, ready=lambda w: _ranked(w, "scored")
    ),
    "brands:decision-unpropose": Body(
        "bureau", NOTE, query=_chosen, ready=lambda w: _ranked(w, "proposed")
    ),
    "brands:decision-approve": Body(
        "leader", {"minutes_number": "3号"}, query=_chosen, ready=lambda w: _ranked(w, "proposed")
    ),
    "brands:decision-decline": Body(
        "leader", NOTE, query=_chosen, ready=lambda w: _ranked(w, "proposed")
    ),
    "brands:decision-release": Body("leader", {"minutes_number": "3号"}, ready=_released),
    "brands:allotments": Body("bureau"),
    "brands:publicity-new": Body(
        "bureau", lambda w: {"project": w.keys["project"], "contact_address": "示例路1号"},
        ready=_approved,
    ),
    "brands:publicity-edit": Body("bureau", {"title": "改过的公示"}, ready=_approved_draft),
    "brands:publicity-confirm": Body(
        "leader", page="brands:publicity#draft", ready=_approved_draft
    ),
    "brands:publicity-take-down#asked": Body("bureau", NOTE, page="brands:publicity"),
    "brands:objection-transition": Body("bureau", page="brands:objection"),
    "brands:naming-confirm": Body(
        "leader", {"document_number": "18号"}, ready=_nameable,
        query=lambda w: f"?project={_listed(w)}",
    ),
    "brands:honour-import": Body("bureau", lambda w: {"sheet": honour_sheet(honour_row())}),
    "brands:honour-import-apply": Body("bureau", page=NOWHERE),
    "brands:certificates": Body("bureau", {"kind": "certificate"}, page=NOWHERE),
    "brands:honour-edit": Body("bureau", {"plaque_number": "P-7"}),
    "brands:honour-revoke": Body("leader", NOTE | {"document": "撤1号"}),
    "brands:recheck-move": Body("secretary", {"report-text": "过半任务完成"}, page="brands:recheck"),
    "brands:recheck-move#judge": Body("bureau", {"pass-note": "进度正常", "version": "0"}, page=NOWHERE),
    "brands:recheck-new": Body("bureau", lambda w: {"due_on": day(40)}),
    "brands:negative-new": Body(
        "bureau",
        lambda w: {
            "school_words": w.foreign.school.code, "kind": "safety", "happened_on": day(),
            "document_number": "苏教函2号", "note": "经过",
        },
    ),
    "brands:negative": Body("bureau", NOTE),
    "brands:promotion-new": Body(
        "secretary", lambda w: {"kind": "visit", "day": day(), "place": "报告厅", "people": "9"}
    ),
    "brands:promotion-move": Body("bureau", page="brands:promotions"),
    "brands:milestones-export": Body("bureau", page=NOWHERE),
    "brands:closing-explain": Body("secretary", {"text": "因装修推迟"}, page=NOWHERE, answer=409),
    "brands:milestones-take-over": Body("staff", page="brands:milestones", ready=_typed_plan),
    "brands:milestone-new": Body(
        "staff", lambda w: {"title": "调研", "owner": "王", "due_on": day(30)}
    ),
    "brands:milestone#running": Body("staff", lambda w: {"day": day(), "text": "开了会"}),
    "brands:milestone-edit": Body("staff", {"title": "改了"}),
    "brands:milestone-report": Body("staff", lambda w: {"done_on": day(), "result": "已完成"}),
    "brands:milestone-remove": Body("staff", page="brands:milestones"),
    "brands:change-new": Body(
        "secretary",
        lambda w: {"reason": "场地变化，需要调整", f"m{w.keys['milestone']}-title": "换个任务"},
        ready=_second_task,
    ),
    "brands:change-move": Body("bureau", page="brands:change"),
    "brands:change-move#take_back": Body("secretary", page="brands:change"),
    "brands:project-closing": Body("secretary", {"report": "目标全部达成"}, ready=_all_done),
    "brands:closing-move#start": Body("secretary", page="brands:milestones", ready=_two_tasks),
    "reviews:rubric-new": Body("bureau", {"title": "领航项目评审", "halves": "on"}),
    "reviews:rubric-edit": Body("bureau", {"title": "改过的名称"}),
    "reviews:rubric-version": Body("bureau", page=NOWHERE),
    "reviews:rubric-criterion": Body("bureau", {"title": "改过的指标"}),
    "reviews:pool-employment": Body(
        "bureau", lambda w: {"sheet": employment_sheet((w.people["reviewer"].username, w.unit.school.code, "2026-08-31"))}
    ),
    "reviews:pool-import": Body("bureau", lambda w: {"sheet": expert_sheet(expert_row())}),
    "reviews:pool-import-apply": Body("bureau", page=NOWHERE),
    "reviews:pool-member": Body("bureau", {"kind": "researcher", "unit": "教科院"}),
    "reviews:tie-new": Body(
        "bureau", lambda w: {"kind": "relative", "school": w.unit.school.code, "reason": "配偶在该校"}
    ),
    "reviews:tie-confirm": Body("bureau", page=NOWHERE),
    "reviews:maskings": Body("bureau", {"propose": "1"}),
    "reviews:masking": Body("bureau", {"add": "1", "found": "红烛先锋", "shown": "某校"}),
    "reviews:invite": Body(
        "bureau", lambda w: {"people": [w.people["dual"].pk], "answer_by": f"{day(3)}T18:00"}
    ),
    "reviews:invitation-move": Body("free_reviewer", page="reviews:invitation"),
    "reviews:invitation-move#appoint": Body(
        "bureau", {"note": "本人来电同意"}, page="reviews:invitation"
    ),
    "reviews:lots-new": Body("bureau", {"kind_1": "校长、书记", "count_1": "1"}),
    "reviews:lots-draw": Body("supervision", {"seed": "314159"}, page="reviews:lots"),
    "reviews:lots-discard": Body("bureau", {"note": "名单有误"}, page="reviews:lots"),
    "reviews:wishes": Body(
        "staff", {"name": "李某", "unit": "教科院", "reason": "与我校有公开争议"}
    ),
    "reviews:wish": Body("bureau", {"person": "none"}),
    "reviews:wish-refuse": Body("bureau", {"note": "不影响公正"}, page="reviews:wish"),
    "reviews:wish-take-back": Body("staff", page="reviews:wishes"),
    "reviews:plan-new": Body("bureau", {"most": "9"}),
    "reviews:plan-exchange": Body(
        "bureau",
        lambda w: {"leaves": w.people["free_reviewer"].pk, "comes": w.people["reviewer"].pk},
        page=NOWHERE, answer=409,
    ),
    "reviews:plan-publish": Body("bureau", answer=409),
    "reviews:plan-discard": Body("bureau", page="reviews:plan"),
    "reviews:round-new": Body(
        "bureau",
        lambda w: {"opens_at": f"{day()}T00:00", "closes_at": f"{day(9)}T18:00", "per_entry": "3"},
    ),
    "reviews:round-open": Body("bureau", ready=_eligible),
    "reviews:round-window": Body("bureau", lambda w: {"closes_at": f"{day(9)}T18:00"}),
    "reviews:round-entries": Body("bureau", page=NOWHERE),
    "reviews:round-draw": Body("bureau"),
    "reviews:round-freeze": Body("bureau", ready=_all_judged),
    "reviews:result-vote": Body(
        "bureau",
        lambda w: {f"place_{pk}": str(n) for n, pk in enumerate(_tied(w), 1)} | {"note": "4比1"},
        ready=lambda w: Project.objects.filter(entries__in=_tied(w)).update(status="scored"),
    ),
    "reviews:review-ask": Body("bureau", page=NOWHERE, answer=409),
    "reviews:review-explain": Body("reviewer", {"reason": "材料与事实不符"}, ready=_asked_why),
    "reviews:pledge": Body("reviewer", {"agreed": "on"}, ready=lambda w: Pledge.objects.all().delete()),
    "reviews:round-weights": Body("bureau", _weights),
    "reviews:combined-vote": Body(
        "bureau",
        lambda w: {
            f"place_{line.pk}": str(n)
            for n, line in enumerate(_combined_lines(w), 1)
        } | {"note": "5人参加，4比1"},
    ),
    "reviews:offline": Body("reviewer", lambda w: {"sheet": _filled(w)}),
    "reviews:offline-apply": Body("reviewer", page=NOWHERE),
    "reviews:round-assign": Body("bureau", lambda w: {"reviewer": w.people["free_reviewer"].pk}),
    "reviews:review": Body("reviewer", _sheet),
    "reviews:review-submit": Body("reviewer", ready=_scored_sheet),
    "reviews:review-recuse": Body("reviewer", {"reason": "近亲属在该校任职"}),
    "reviews:review-reopen": Body("bureau", {"reason": "漏评一项"}, ready=_handed_in),
    "reviews:review-release": Body("bureau", {"reason": "逾期未评"}),
    "checkups:template-source": Body("bureau", {"source_document": "苏教工委〔2026〕13号"}),
    "checkups:checkup-group": Body("staff"),
    "checkups:checkup-transition": Body("secretary", page="checkups:checkup-check", ready=_answered),
    "checkups:checkup-transition#review": Body(
        "district", page="checkups:checkup", ready=_waiting_check
    ),
    "checkups:rectification-plan": Body(
        "staff",
        lambda w: {"cause": "原因", "measures": "措施", "leader_name": "甲",
                   "responsible_name": "乙", "due_on": day(20)},
    ),
    "checkups:rectification-note": Body("staff", {"text": "已开会研究"}, page=NOWHERE, answer=409),
    "checkups:rectification-transition": Body(
        "staff", page=NOWHERE, answer=409
    ),
}  # fmt: skip
