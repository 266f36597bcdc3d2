"""Many at once: read first, all or none, and all back or none."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from brands.models import Bulk, Programme, ProjectStatus, Quota, Stage
from brands.services import bulk
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.notifications.models import Notice
from foundation.outbox.models import Message
from foundation.outbox.services import drain
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import open_batch, ready_project
from tests.factories.people import person
from tests.factories.schools import AreaCommitteeFactory, UnitFactory

S = ProjectStatus


@pytest.fixture
def three(batch, unit):
    """Recommended to the bureau, each with a secretary who can be told."""
    units = [unit, UnitFactory(parent=unit.parent), UnitFactory(parent=unit.parent)]
    for each in units:
        person(Role.SECRETARY, each)
    return [ready_project(batch, each, status=S.FORMAL_CHECK) for each in units]


@pytest.fixture
def waiting(three):
    """The same, still with the district; it has two places."""
    for project in three:
        project.status = S.DISTRICT_REVIEW
        project.save(update_fields=["status"])
    return three


def do(name, projects, by, note="一句理由", **extra):
    via = bulk.may_do(by, name).via
    return bulk.carry_out(
        name, {p.pk: p.version for p in projects}, note=note, by=by, via=via, **extra
    )


def states(projects):
    for project in projects:
        project.refresh_from_db()
    return [project.status for project in projects]


def url(name, *projects):
    keys = "&".join(f"project={project.pk}" for project in projects)
    return f"{reverse('brands:bulk-new', args=[name])}?{keys}"


def sent(projects, **fields):
    return {"project": [f"{p.pk}.{p.version}" for p in projects], **fields}


REVERSIBLE = [("accept", S.ELIGIBLE), ("return", S.RETURNED), ("reject", S.REJECTED)]


@pytest.mark.parametrize(("name", "target"), REVERSIBLE)
def test_done_to_all_and_taken_back_from_all(three, bureau, name, target):
    row = do(name, three, bureau)
    assert states(three) == [target] * 3

    bulk.undo(row, note="选错了", by=bureau)

    assert states(three) == [S.FORMAL_CHECK] * 3
    row.refresh_from_db()
    assert (row.undone_by, row.undone_note) == (bureau, "选错了")
    assert [item.undone.note for item in row.items.all()] == ["选错了"] * 3
    actions = AuditEvent.objects.order_by("number").values_list("action", flat=True)
    assert actions[3] == f"bulk.{name}"
    assert actions[len(actions) - 1] == "bulk.undo"


@pytest.mark.parametrize(
    ("name", "target"), [("not_recommend", S.NOT_RECOMMENDED), ("district_return", S.RETURNED)]
)
def test_the_district_does_and_takes_back(waiting, district, name, target):
    row = do(name, waiting, district)
    assert states(waiting) == [target] * 3

    bulk.undo(row, note="选错了", by=district)

    assert states(waiting) == [S.DISTRICT_REVIEW] * 3


def test_recommending_takes_places_in_turn_and_undoing_frees_them(waiting, district):
    row = do("recommend", waiting[:2], district, note="")
    assert [project.place.number for project in _fresh(waiting[:2])] == [1, 2]

    bulk.undo(row, note="次序错了", by=district)

    assert [project.place for project in _fresh(waiting[:2])] == [None, None]


def _fresh(projects):
    states(projects)
    return projects


def test_one_too_many_for_the_quota_is_none(waiting, district):
    lines = bulk.preview(waiting, "recommend", by=district)
    assert [bool(line.verdict) for line in lines] == [True, True, False]
    assert "已全部用完" in lines[2].verdict.reason

    with pytest.raises(bulk.Refused) as refused:
        do("recommend", waiting, district, note="")

    assert [line.project for line in refused.value.lines] == [waiting[2]]
    assert states(waiting) == [S.DISTRICT_REVIEW] * 3
    assert not Bulk.objects.exists()


def test_the_preview_counts_what_is_kept_for_private_schools(waiting, district, batch):
    Quota.objects.filter(batch=batch).update(private=1)

    lines = bulk.preview(waiting[:2], "recommend", by=district)

    assert [bool(line.verdict) for line in lines] == [True, False]
    assert "民办学校" in lines[1].verdict.reason


def test_every_refusal_is_told_not_only_the_first(three, bureau):
    perform(three[0], "accept", by=bureau)
    perform(three[2], "reject", by=bureau, note="不符合")

    with pytest.raises(bulk.Refused) as refused:
        do("accept", three, bureau)

    assert [line.project for line in refused.value.lines] == [three[0], three[2]]
    assert states(three) == [S.ELIGIBLE, S.FORMAL_CHECK, S.REJECTED]


def test_what_changed_since_the_preview_stands_in_the_way(three, bureau):
    seen = {project.pk: project.version for project in three}
    perform(three[1], "return", by=bureau, note="请补充")
    perform(three[1], "unreturn", by=bureau, note="误退")

    with pytest.raises(bulk.Refused, match="1 项不能办理"):
        bulk.carry_out("accept", seen, note="", by=bureau, via=bulk.may_do(bureau, "accept").via)


def test_undo_is_refused_for_all_when_one_has_moved_on(three, bureau):
    row = do("accept", three, bureau)
    perform(three[1], "start_review", by=bureau)

    with pytest.raises(bulk.Refused) as refused:
        bulk.undo(row, note="选错了", by=bureau)

    assert [line.project for line in refused.value.lines] == [three[1]]
    assert states(three) == [S.ELIGIBLE, S.IN_REVIEW, S.ELIGIBLE]


def test_undo_ends_when_the_review_begins(three, bureau, batch):
    row = do("accept", three, bureau)
    check = batch.stages.get(stage=Stage.CHECK)
    check.closes_at = clock.now()
    check.save()

    with pytest.raises(bulk.Refused) as refused:
        bulk.undo(row, note="选错了", by=bureau)

    assert "专家评审”已经开始" in refused.value.lines[0].verdict.reason


def test_a_return_is_not_taken_back_once_the_school_corrects(three, bureau):
    row = do("return", three, bureau)
    three[0].versions.create(number=1, title="旧", content={}, by=bureau)

    with pytest.raises(bulk.Refused) as refused:
        bulk.undo(row, note="选错了", by=bureau)

    assert "学校已经开始修改" in refused.value.lines[0].verdict.reason


def test_a_return_taken_back_may_be_made_again(three, bureau):
    bulk.undo(do("return", three, bureau), note="选错了", by=bureau)

    assert [p.bureau_returns for p in _fresh(three)] == [0, 0, 0]
    do("return", three, bureau)
    assert states(three) == [S.RETURNED] * 3


def test_undone_once(three, bureau):
    row = do("accept", three, bureau)
    bulk.undo(row, note="选错了", by=bureau)

    with pytest.raises(Conflict, match="已经撤回"):
        bulk.undo(row, note="再撤一次", by=bureau)
    with pytest.raises(Conflict, match="理由"):
        bulk.undo(do("accept", _fresh(three), bureau), note=" ", by=bureau)


def test_a_peer_may_undo_and_nobody_else(three, waiting, bureau, district, root, secretary):
    row = do("not_recommend", waiting, district)
    elsewhere = person(Role.DISTRICT, AreaCommitteeFactory(parent=root))

    for other in (bureau, elsewhere, secretary):
        with pytest.raises(PermissionDenied):
            bulk.undo(row, note="选错了", by=other)
    bulk.undo(row, note="选错了", by=person(Role.DISTRICT, waiting[0].organisation.parent))

    assert states(waiting) == [S.DISTRICT_REVIEW] * 3


def test_letters_that_wait_are_withdrawn_and_sent_ones_corrected(three, bureau):
    told = do("accept", three, bureau)
    drain()
    bulk.undo(told, note="选错了", by=bureau)
    drain()
    corrections = Notice.objects.filter(subject__startswith="更正：")
    assert corrections.count() == 3
    first = corrections.first()
    assert "“审查通过”已经撤回" in first.text
    assert "理由：选错了" in first.text
    assert "待形式审查" in first.text

    unsent = do("reject", _fresh(three), bureau)
    letters = [f"inbox:project-event:{item.event_id}:" for item in unsent.items.all()]
    bulk.undo(unsent, note="又选错了", by=bureau)
    drain()

    assert not Notice.objects.filter(subject__startswith="不予通过").exists()
    assert corrections.count() == 3
    for key in letters:
        assert Message.objects.get(key__startswith=key).state == "dropped"


def test_preview_then_deed_then_undo_on_the_pages(client, three, bureau):
    client.force_login(bureau)
    shown = client.get(url("reject", *three))
    assert [line.outcome for line, _ in shown.context["rows"]] == ["未通过审查"] * 3
    assert states(three) == [S.FORMAL_CHECK] * 3

    nothing = client.post(url("reject"), sent(three))
    assert nothing.status_code == 200
    assert "请写明理由" in nothing.text

    done = client.post(url("reject"), sent(three, note="材料不全"))
    row = Bulk.objects.get()
    assert done["Location"] == reverse("brands:bulk", args=[row.pk])
    page = client.get(done["Location"]).text
    assert "撤回本次批量操作" in page
    assert "材料不全" in page

    client.post(reverse("brands:bulk-undo", args=[row.pk]), {"note": "选错了"})
    assert states(three) == [S.FORMAL_CHECK] * 3
    page = client.get(done["Location"]).text
    assert "已撤回" in page
    assert "选错了" in page
    assert "批量不予通过" in client.get(reverse("brands:bulks")).text


def test_accepting_asks_for_the_whole_checklist(client, three, bureau, batch):
    client.force_login(bureau)
    lines = batch.programme.checklist

    some = client.post(url("accept"), sent(three, items=lines[:1]))
    assert "全部符合后才能通过" in some.text
    client.post(url("accept"), sent(three, items=lines))

    assert states(three) == [S.ELIGIBLE] * 3
    assert lines[0] in three[0].events.get(name="accept").note


def test_a_refusal_names_each_and_offers_the_rest(client, three, bureau):
    perform(three[0], "accept", by=bureau)
    client.force_login(bureau)

    page = client.get(url("reject", *three))
    assert "有 1 项不能办理" in page.text
    assert "办理其余 2 项" in page.text
    posted = client.post(url("reject"), sent(three, note="不符合"))

    assert posted.status_code == 409
    assert "当前状态为“审查通过”" in posted.text
    assert states(three)[1:] == [S.FORMAL_CHECK] * 2


def test_who_may_not_and_what_is_not(client, three, waiting, bureau, district, secretary, root):
    row = do("not_recommend", waiting, district)
    elsewhere = person(Role.DISTRICT, AreaCommitteeFactory(parent=root))
    detail = reverse("brands:bulk", args=[row.pk])
    undo = reverse("brands:bulk-undo", args=[row.pk])

    client.force_login(secretary)
    assert client.get(url("reject", *three)).status_code == 403
    assert client.get(reverse("brands:bulks")).status_code == 403
    client.force_login(district)
    assert client.get(url("accept", *three)).status_code == 403
    assert client.get(url("nonsense", *three)).status_code == 404
    assert client.get(undo).status_code == 405
    client.force_login(elsewhere)
    assert client.get(detail).status_code == 404
    assert client.post(undo, {"note": "x"}).status_code == 404
    assert client.get(url("recommend", *waiting)).status_code == 404
    assert client.post(url("recommend"), sent(waiting)).status_code == 404
    client.force_login(bureau)
    assert "只有办理人或有同样权限" in client.get(detail).text
    assert client.post(undo, {"note": "x"}).status_code == 403


def test_a_kind_without_the_step_says_so(three, bureau, district):
    other = ready_project(
        open_batch(Programme.SECRETARY_PROJECT), three[0].organisation, status=S.PRECHECK
    )

    lines = bulk.preview([other], "recommend", by=district)

    assert "当前状态为“待预审”，不能推荐" in lines[0].verdict.reason


def test_one_that_is_gone_meanwhile_and_more_than_fit_on_a_page(client, three, bureau):
    client.force_login(bureau)
    three[0].status = S.WITHDRAWN
    three[0].save(update_fields=["status"])

    assert client.get(url("reject", *three)).status_code == 409
    many = client.get(url("reject"), {"project": list(range(1, 300))}, follow=True)
    assert "一次最多办理 200 项" in many.text


@pytest.mark.parametrize("keys", [["9" * 30], ["x"], [], ["²"], ["-1"]])
def test_nonsense_chooses_nothing(client, three, bureau, keys):
    client.force_login(bureau)

    assert client.get(url("reject"), {"project": keys}).status_code == 302
    assert client.post(url("reject"), {"project": keys, "note": "x"}).status_code == 302


def test_the_list_shows_those_of_the_own_desk_and_below(
    client, three, waiting, bureau, district, root
):
    """What a desk did to its schools is none of its neighbour's business."""
    here = do("district_return", waiting, district)
    neighbour = person(Role.DISTRICT, AreaCommitteeFactory(parent=root))

    def listed(user):
        client.force_login(user)
        return list(client.get(reverse("brands:bulks")).context["page"])

    assert [listed(user) for user in (district, bureau, neighbour)] == [[here], [here], []]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_them_asks_the_same_however_long(
    client, three, bureau, count, django_assert_num_queries
):
    for project in three[:count]:
        do("accept", [project], bureau)
    client.force_login(bureau)

    with django_assert_num_queries(5):  # session, user, rights and inbox, count, rows
        client.get(reverse("brands:bulks"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_of_a_check_asks_the_same_however_long(
    client, three, bureau, count, django_assert_num_queries
):
    client.force_login(bureau)

    with django_assert_num_queries(6):  # session, user, rights and inbox, list, stages, extensions
        client.get(url("reject", *three[:count]))


def test_only_what_awaits_the_check_can_be_ticked(client, three, bureau, district):
    perform(three[0], "accept", by=bureau)
    client.force_login(bureau)

    page = client.get(reverse("brands:projects"))

    assert [row.awaits_check for row in page.context["rows"]].count(True) == 2
    assert page.text.count('form="picks"') == 2
    client.force_login(district)
    assert 'form="picks"' not in client.get(reverse("brands:projects")).text
