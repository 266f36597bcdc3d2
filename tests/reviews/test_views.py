"""Who gets which page: not signed in, not visible, not allowed, not now, and then it works."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from brands.models import Attachment, Programme
from foundation.audit.models import AuditEvent
from reviews.models import (
    Assignment,
    AssignmentStatus,
    Pledge,
    Round,
    RoundKind,
    RoundStatus,
)
from reviews.services import freeze_round
from schools.models import Role
from tests.factories.brands import BatchFactory
from tests.factories.people import AppointmentFactory, person
from tests.factories.reviews import (
    GOOD_COMMENT,
    AssignmentFactory,
    EligibleProjectFactory,
    EntryFactory,
    RoundFactory,
    reviewer,
    staff,
    submitted,
)
from tests.factories.schools import RootFactory
from tests.moving import drawn

pytestmark = pytest.mark.django_db

CITY_PAGES = ["rounds", "round-new", "round", "round-open", "round-draw", "round-freeze",
              "round-window", "ranking", "ranking-export", "scores-export", "entry", "round-assign",
              "review-reopen", "review-release"]  # fmt: skip
STAFF_PAGES = ["round-new", "round-open", "round-draw", "round-freeze", "round-window",
               "round-assign", "review-reopen", "review-release"]  # fmt: skip
FILES = ["review-file", "review-file-view", "review-file-page"]
REVIEWER_PAGES = ["review", "review-submit", "review-recuse", "pledge"]


@pytest.fixture
def world():
    """A round with one entry under review by one reviewer, and a file."""
    assignment = AssignmentFactory()
    project = assignment.entry.project
    stored = default_storage.save("t/evidence.pdf", ContentFile(b"%PDF-1.4 evidence"))
    attachment = Attachment.objects.create(
        project=project, name="佐证.pdf", stored=stored, content_type="application/pdf", size=17,
        sha256="0" * 64, by=project.created_by,
    )  # fmt: skip
    return {"assignment": assignment, "entry": assignment.entry, "round": assignment.entry.round,
            "batch": assignment.entry.round.batch, "attachment": attachment}  # fmt: skip


def address(name, world):
    if name in ("rounds", "round-new"):
        key = "batch"
    elif name in ("entry", "round-assign"):
        key = "entry"
    elif name.startswith("review"):
        key = "assignment"
    else:
        key = "round"
    args = [world[key].pk]
    if name.startswith("review-file"):
        args.append(world["attachment"].pk)
    if name == "review-file-page":
        args.append(1)
    return reverse(f"reviews:{name}", args=args)


@pytest.fixture
def get(client, world):
    def fetch(name, user):
        client.force_login(user)
        return client.get(address(name, world))

    return fetch


@pytest.mark.parametrize("name", [*CITY_PAGES, *REVIEWER_PAGES, *FILES])
def test_a_stranger_signs_in_first(client, world, name):
    response = client.get(address(name, world))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.STAFF, Role.DISTRICT])
@pytest.mark.parametrize("name", [*CITY_PAGES, *REVIEWER_PAGES, *FILES])
def test_the_school_and_its_district_find_nothing(get, world, name, role):
    organisation = world["entry"].project.organisation
    at = organisation.parent if role == Role.DISTRICT else organisation
    assert get(name, person(role, at)).status_code == 404


def test_the_school_has_no_desk(client, world):
    client.force_login(person(Role.SECRETARY, world["entry"].project.organisation))
    assert client.get(reverse("reviews:desk")).status_code == 404


@pytest.mark.parametrize("name", CITY_PAGES)
def test_a_reviewer_finds_no_page_of_the_staff(get, world, name):
    assert get(name, world["assignment"].reviewer).status_code == 404


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_supervision_sees_but_does_not_act(get, world, name):
    user = person(Role.SUPERVISION, RootFactory())
    response = get(name, user)
    assert response.status_code == 403
    assert "只有局工作人员" in response.content.decode()


@pytest.mark.parametrize("role", [Role.LEADER, Role.SUPERVISION, Role.BUREAU])
@pytest.mark.parametrize("name", ["rounds", "round", "entry"])
def test_the_city_sees_the_progress(get, world, name, role):
    assert get(name, person(role, RootFactory())).status_code == 200


@pytest.mark.parametrize(
    ("name", "status"),
    [("round-new", 200), ("round-open", 409), ("round-draw", 200), ("round-freeze", 409),
     ("round-window", 200), ("round-assign", 200), ("ranking", 409), ("ranking-export", 409),
     ("scores-export", 409),
     ("review-reopen", 409), ("review-release", 200)],
)  # fmt: skip
def test_staff_act_when_it_is_time(get, name, status):
    assert get(name, staff()).status_code == status


@pytest.mark.parametrize("name", [*REVIEWER_PAGES, *FILES])
def test_another_reviewers_assignment_does_not_exist(get, name):
    assert get(name, reviewer()).status_code == 404


def test_a_reviewer_gets_the_page_and_the_file(get, world):
    user = world["assignment"].reviewer
    page = get("review", user).content.decode()
    assert "品牌内涵示例" in page
    assert "佐证.pdf" in page
    assert "13812345678" not in page
    file = get("review-file", user)
    assert b"".join(file.streaming_content) == b"%PDF-1.4 evidence"
    assert AuditEvent.objects.filter(action="download").count() == 1


def test_without_pledge_neither_page_nor_file(get, world):
    Pledge.objects.all().delete()
    user = world["assignment"].reviewer
    response = get("review", user)
    assert response.status_code == 403
    assert "请先签署廉洁保密承诺" in response.content.decode()
    assert "品牌内涵示例" not in response.content.decode()
    assert [get(name, user).status_code for name in FILES] == [403] * 3


def test_a_reviewer_looks_at_a_file_and_learns_nobodys_name(get, world):
    user, owner = world["assignment"].reviewer, world["attachment"].by
    owner.name = "上传者甲"
    owner.save(update_fields=["name"])

    text = get("review-file-view", user).text

    assert "佐证.pdf" in text
    assert "上传者甲" not in text
    assert AuditEvent.objects.filter(action="preview", actor_id=user.pk).count() == 1


def test_the_pledge_opens_the_way(client, world):
    Pledge.objects.all().delete()
    client.force_login(world["assignment"].reviewer)
    here = address("review", world)
    refused = client.post(address("pledge", world) + f"?next={here}", {})
    assert "请勾选承诺" in refused.content.decode()
    response = client.post(address("pledge", world) + f"?next={here}", {"agreed": "on"})
    assert response["Location"] == here
    assert client.get(here).status_code == 200


def test_the_pledge_leads_nowhere_else(client, world):
    client.force_login(world["assignment"].reviewer)
    response = client.post(address("pledge", world) + "?next=//evil.test/", {"agreed": "on"})
    assert response["Location"] == reverse("reviews:desk")


def test_who_becomes_part_of_the_school_loses_the_assignment(get, world):
    user = world["assignment"].reviewer
    AppointmentFactory(user=user, role=Role.STAFF, organisation=world["entry"].project.organisation)
    assert get("review", user).status_code == 404


def _typed(assignment, share=1, **extra):
    from tests.factories.reviews import scores

    given = {f"score_{pk}": str(value) for pk, value in scores(assignment, share).items()}
    return {**given, "comment": GOOD_COMMENT, "version": assignment.version, **extra}


def test_scoring_from_draft_to_submission(client, world):
    assignment = world["assignment"]
    client.force_login(assignment.reviewer)
    typed = _typed(assignment, 0.8, submit="1")
    response = client.post(address("review", world), typed)
    assert response["Location"] == address("review-submit", world)
    confirm = client.get(response["Location"])
    assert "总分80.00分" in confirm.content.decode()
    assignment.refresh_from_db()
    assert assignment.status == AssignmentStatus.DRAFT
    client.post(address("review-submit", world), {"version": assignment.version})
    assignment.refresh_from_db()
    assert (assignment.status, str(assignment.total)) == ("submitted", "80.00")
    assert "评分不能修改" in client.get(address("review", world)).content.decode()


def test_an_unfinished_sheet_is_kept_and_says_what_is_missing(client, world):
    assignment = world["assignment"]
    client.force_login(assignment.reviewer)
    typed = _typed(assignment, submit="1")
    missing = next(key for key in typed if key.startswith("score_"))
    typed[missing] = ""
    response = client.post(address("review", world), typed)
    assert response.status_code == 200
    assert "政治引领：请评分。" in response.content.decode()
    assert assignment.scores.count() == 6


@pytest.mark.parametrize(("value", "said"), [("15.5", "0到15分之间"), ("3.3", "0.5分为单位"),
                                             ("十分", "请填写数字"), ("-1", "0到15分之间")])  # fmt: skip
def test_bad_numbers_are_shown_back(client, world, value, said):
    assignment = world["assignment"]
    client.force_login(assignment.reviewer)
    first = assignment.entry.round.rubric.criteria.get(code="R1-1")
    typed = _typed(assignment, **{f"score_{first.pk}": value})
    page = client.post(address("review", world), typed).content.decode()
    assert said in page
    assert f'value="{value}"' in page
    assert GOOD_COMMENT in page
    assert not assignment.scores.exists()


def test_a_stale_page_gets_409_and_loses_nothing(client, world):
    assignment = world["assignment"]
    client.force_login(assignment.reviewer)
    typed = _typed(assignment)
    client.post(address("review", world), {**typed, "comment": "先保存的"})
    response = client.post(address("review", world), typed)
    page = response.content.decode()
    assert response.status_code == 409
    assert "尚未保存" in page
    assert GOOD_COMMENT in page
    assignment.refresh_from_db()
    assert assignment.comment == "先保存的"
    assert f'name="version" value="{assignment.version}"' in page


def test_status_total_and_reviewer_cannot_be_posted(client, world):
    assignment = world["assignment"]
    client.force_login(assignment.reviewer)
    other = reviewer()
    extra = {"status": "submitted", "total": "100", "reviewer": other.pk, "entry": 999, "save": "1"}
    client.post(address("review", world), _typed(assignment, 0.5, **extra))
    assignment.refresh_from_db()
    assert (assignment.status, assignment.total) == ("draft", None)
    assert assignment.reviewer_id != other.pk


def test_round_form_ignores_what_the_server_sets(client, world):
    client.force_login(staff())
    batch = RoundFactory.build().batch
    batch.save()
    typed = {"rubric": world["round"].rubric_id, "mode": "online", "weight": 100, "opens_at": "2026-12-01T09:00",
             "closes_at": "2026-12-10T18:00", "per_entry": 5, "scoring": "trimmed", "correction": "none",
             "status": "frozen", "draw_seed": 1, "batch": world["batch"].pk}  # fmt: skip
    client.post(reverse("reviews:round-new", args=[batch.pk]), typed)
    round = Round.objects.get(batch=batch)
    assert (round.status, round.draw_seed) == ("draft", None)
    again = client.post(reverse("reviews:round-new", args=[batch.pk]), typed)
    assert "不能重复新建" in again.content.decode()


def test_a_batch_that_had_its_selection_is_offered_a_closing_round(client):
    client.force_login(staff())
    batch = BatchFactory(programme_id=Programme.SECRETARY_PROJECT)
    page = reverse("reviews:round-new", args=[batch.pk])

    assert client.get(page).context["form"]["kind"].value() == RoundKind.SELECTION
    RoundFactory(batch=batch)
    assert client.get(page).context["form"]["kind"].value() == RoundKind.CLOSING


def test_save_and_next_goes_on(client, world):
    assignment = world["assignment"]
    second = AssignmentFactory(
        reviewer=assignment.reviewer, entry=EntryFactory(round=world["round"])
    )
    client.force_login(assignment.reviewer)
    response = client.post(address("review", world), _typed(assignment, next="1"))
    assert response["Location"] == reverse("reviews:review", args=[second.pk])


def test_recusal_wants_a_reason(client, world):
    client.force_login(world["assignment"].reviewer)
    here = address("review-recuse", world)
    assert "请写明理由" in client.post(here, {"reason": " "}).content.decode()
    assert (
        client.post(here, drawn(world["assignment"], reason="近亲属在该校任职")).status_code == 302
    )
    assert client.get(address("review", world)).status_code == 404


def test_the_page_of_a_recusal_is_not_there_once_the_scores_are_in(client, world):
    client.force_login(world["assignment"].reviewer)
    assert client.get(address("review-recuse", world)).status_code == 200

    done = submitted(world["entry"])
    client.force_login(done.reviewer)

    assert client.get(reverse("reviews:review-recuse", args=[done.pk])).status_code == 409


def test_a_locked_round_gets_no_other_end(client, world):
    client.force_login(staff())
    here, before = address("round-window", world), Round.objects.get().closes_at
    Round.objects.update(status=RoundStatus.FROZEN)

    assert client.get(here).status_code == 409
    data = {"closes_at": f"{timezone.localtime(before + timedelta(days=9)):%Y-%m-%dT%H:%M}"}
    assert client.post(here, data).status_code == 409
    assert Round.objects.get().closes_at == before


def test_staff_see_no_score_before_the_lock(client, world):
    done = submitted(world["entry"], 0.83)
    client.force_login(staff())
    for name in ("rounds", "round", "entry", "review-release"):
        page = client.get(address(name, world)).content.decode()
        assert str(done.total) not in page
        assert GOOD_COMMENT not in page


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.DISTRICT])
def test_applicants_never_see_who_judged_or_what_was_said(client, world, role):
    done = submitted(world["entry"], 0.83)
    Assignment.objects.exclude(pk=done.pk).delete()
    freeze_round(world["round"], by=staff())
    organisation = world["entry"].project.organisation
    user = person(role, organisation.parent if role == Role.DISTRICT else organisation)
    client.force_login(user)
    for here in ("brands:project", "brands:projects"):
        args = [world["entry"].project_id] if here == "brands:project" else []
        page = client.get(reverse(here, args=args)).content.decode()
        assert world["entry"].project.title in page
        for secret in (done.reviewer.name, done.reviewer.username, GOOD_COMMENT, str(done.total)):
            assert secret not in page


def test_supervision_sees_scores_at_once(get, world):
    done = submitted(world["entry"], 0.83)
    user = person(Role.SUPERVISION, RootFactory())
    assert str(done.total) in get("ranking", user).content.decode()
    assert str(done.total) in get("entry", user).content.decode()


def test_from_draft_round_to_ranking(client):
    round = RoundFactory(per_entry=1)
    EligibleProjectFactory(batch=round.batch)
    judge = reviewer()
    client.force_login(staff())
    world = {"round": round, "batch": round.batch}
    assert "1个项目进入专家评审" in client.get(address("round-open", world)).content.decode()
    client.post(address("round-open", world), drawn(round))
    client.post(address("round-draw", world))
    assert Assignment.objects.get().reviewer == judge
    assignment = Assignment.objects.get()
    client.force_login(judge)
    client.post(
        reverse("reviews:pledge", args=[round.pk]),
        {"agreed": "on", f"tie_{assignment.pk}": ""},
    )
    world["assignment"] = assignment
    client.post(address("review", world), _typed(assignment, 0.9, submit="1"))
    assignment.refresh_from_db()
    client.post(address("review-submit", world), {"version": assignment.version})
    client.force_login(staff())
    Round.objects.update(kind=RoundKind.CLOSING)
    said = client.get(address("round-freeze", world)).text
    assert "结项得分移交项目" in said
    assert "得分和名次" not in said
    Round.objects.update(kind=RoundKind.SELECTION)
    assert "得分和名次移交项目" in client.get(address("round-freeze", world)).text
    client.post(address("round-freeze", world), drawn(round))
    page = client.get(address("ranking", world)).content.decode()
    assert "90.00" in page or "89." in page
    workbook = client.get(address("ranking-export", world))
    assert workbook.content.startswith(b"PK")
    assert AuditEvent.objects.filter(action="export").count() == 1
    assert judge.name.encode() not in workbook.content


def test_deviations_are_flagged_after_the_lock(client, world):
    Assignment.objects.all().delete()
    for share in (0.9, 0.9, 0.65):
        last = submitted(world["entry"], share)
    user = staff()
    client.force_login(user)
    assert "偏差较大" not in client.get(address("round", world)).content.decode()
    freeze_round(world["round"], by=user)
    page = client.get(address("round", world)).content.decode()
    assert "偏差较大" in page
    assert last.reviewer.name in page


@pytest.mark.parametrize(("name", "most"), [("ranking", 8), ("round", 13), ("desk", 8)])
def test_query_counts_are_flat(client, django_assert_max_num_queries, name, most):
    round = RoundFactory(status="open")
    judge = reviewer()
    for _ in range(1):
        AssignmentFactory(entry=EntryFactory(round=round), reviewer=judge)
    user = judge if name == "desk" else person(Role.BUREAU, RootFactory())
    if name != "desk":
        AppointmentFactory(user=user, role=Role.LEADER, organisation=RootFactory())
    client.force_login(user)
    here = (
        reverse("reviews:desk") if name == "desk" else reverse(f"reviews:{name}", args=[round.pk])
    )
    client.get(here)
    with django_assert_max_num_queries(most) as first:
        client.get(here)
    for _ in range(2):
        AssignmentFactory(entry=EntryFactory(round=round), reviewer=judge)
        AssignmentFactory(entry=round.entries.last())
    with django_assert_max_num_queries(len(first)):
        client.get(here)
