import json
from datetime import date

import pytest
from django.urls import reverse

from brands import opening
from brands.forms.batch import hexagonal
from brands.models import Batch, BatchStatus, Honour, Programme, Project, QuotaPlace, Stage
from foundation import clock
from foundation.audit.models import AuditEvent
from foundation.workflow.engine import perform
from schools.models import Role
from tests.factories.brands import BatchFactory, ProjectFactory, open_batch
from tests.factories.people import person
from tests.factories.schools import AreaFactory
from tests.moving import drawn

STAGES = {
    "apply": ("2026-04-01", "2026-04-28"),
    "district": ("2026-04-29", "2026-05-15"),
    "check": ("2026-05-16", "2026-05-22"),
    "review": ("2026-05-23", "2026-06-02"),
    "decision": ("2026-06-03", "2026-06-10"),
}


@pytest.fixture
def area(db):
    return AreaFactory(name="昆山市")


@pytest.fixture
def own_checks(monkeypatch):
    """Without the checks of the apps above."""
    monkeypatch.setattr(opening, "CHECKS", [])


def _data(area, **changes):
    data = {
        "programme": "school_brand", "year": "2026", "number": "1", "title": "2026年一校一品",
        "source_document": "苏教工委〔2026〕12号", "result_label": "建设成果",
        "approval_document": "", "approving_body": "", "publicity_days": "5", "return_days": "3",
        "reviewers_per_entry": "5", "project_megabytes": "200",
        "batch_megabytes": "20000", "quota-pasted": "", f"quota-area-{area.pk}": "8",
    }  # fmt: skip
    for stage, (opens, closes) in STAGES.items():
        data |= {f"stage-{stage}-opens_on": opens, f"stage-{stage}-closes_on": closes}
    return data | changes


def _create(client, area, **changes):
    return client.post(reverse("brands:batch-new"), _data(area, **changes))


def test_new_saves_windows_and_quotas(client, bureau, area):
    client.force_login(bureau)

    response = _create(client, area)

    batch = Batch.objects.get()
    assert response["Location"] == reverse("brands:batch", args=[batch.pk])
    assert batch.status == BatchStatus.DRAFT
    window = batch.stages.get(stage=Stage.APPLY)
    assert window.closes_at.isoformat() == "2026-04-28T15:59:59+00:00"
    assert [(q.area, q.places) for q in batch.quotas.all()] == [(area, 8)]


def test_new_offers_the_default_quota(client, bureau, area):
    client.force_login(bureau)

    page = client.get(reverse("brands:batch-new"))

    assert [fields[0].value() for _, fields in page.context["quotas"].rows] == [8]


def test_new_takes_a_pasted_quota_table(client, bureau, area):
    client.force_login(bureau)

    _create(client, area, **{"quota-pasted": "昆山\t9\n"})
    assert Batch.objects.get().quotas.get().places == 9

    response = _create(client, area, number="2", **{"quota-pasted": "月球\t9"})
    assert "认不出板块" in response.text


def test_new_makes_brackets_hexagonal_and_says_so(client, bureau, area):
    client.force_login(bureau)

    response = client.post(
        reverse("brands:batch-new"), _data(area, source_document="苏教工委[2026]12号"), follow=True
    )

    assert Batch.objects.get().source_document == "苏教工委〔2026〕12号"
    assert "六角括号" in response.text
    for typed in ("苏教工委(2026) 12号", "苏教工委（2026）12号", "苏教工委【2026】12号"):
        assert hexagonal(typed) == "苏教工委〔2026〕12号"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"publicity_days": "4"}, "公示不得少于5个工作日"),
        ({"publicity_days": "6", "publicity_unit": "calendar"}, "按自然日公示的，不少于7天"),
        ({"stage-apply-closes_on": "2026-03-01"}, "截止日期不能早于开始日期"),
        ({"stage-apply-closes_on": ""}, "须同时填写"),
        ({"return_days": "0"}, "1至30个工作日"),
        ({"year": "99999"}, "年"),
    ],
)
def test_new_refuses_and_keeps_what_was_typed(client, bureau, area, changes, words):
    client.force_login(bureau)

    response = _create(client, area, title="已经写好的名称", **changes)

    assert response.status_code == 200
    assert words in response.text
    assert "已经写好的名称" in response.text
    assert not Batch.objects.exists()


def test_new_twice_with_one_number_is_told(client, bureau, area):
    client.force_login(bureau)
    _create(client, area)

    assert _create(client, area).status_code == 200
    assert Batch.objects.count() == 1


def test_set_up_is_the_bureaus(client, root, secretary, area):
    batch = BatchFactory()
    client.force_login(person(Role.LEADER, root))
    for name, args in [("batch-new", []), ("batch-edit", [batch.pk])]:
        assert client.get(reverse(f"brands:{name}", args=args)).status_code == 403
    assert client.post(reverse("brands:batch-open", args=[batch.pk])).status_code == 403

    client.force_login(secretary)
    for name in ("batch", "batch-edit"):
        assert client.get(reverse(f"brands:{name}", args=[batch.pk])).status_code == 404
    assert client.post(reverse("brands:batch-open", args=[batch.pk])).status_code == 404


def test_edit_after_opening_is_a_conflict(client, bureau, area):
    client.force_login(bureau)
    batch = open_batch(quotas=[(area, 2)])
    url = reverse("brands:batch-edit", args=[batch.pk])

    assert client.get(url).status_code == 409
    assert client.post(url, _data(area, title="改名")).status_code == 409


def test_edit_cannot_set_the_status(client, bureau, area):
    client.force_login(bureau)
    _create(client, area)
    batch = Batch.objects.get()

    client.post(
        reverse("brands:batch-edit", args=[batch.pk]),
        _data(area, status="open", version="77", title="改名"),
    )

    batch.refresh_from_db()
    assert (batch.status, batch.title, batch.version) == ("draft", "改名", 1)


def test_the_record_says_what_a_setting_was_before(client, bureau, area):
    client.force_login(bureau)
    _create(client, area)
    batch = Batch.objects.get()
    data = _data(area, title="改名", **{"stage-apply-closes_on": "2026-04-27"})

    client.post(reverse("brands:batch-edit", args=[batch.pk]), data)

    changed = json.loads(AuditEvent.objects.filter(action="batch.save").first().detail)["changed"]
    assert changed == {
        "名称": [batch.title, "改名"],
        "学校申报时间": ["2026-04-01至2026-04-28", "2026-04-01至2026-04-27"],
    }


def test_open_makes_a_row_of_each_place(client, bureau, area, own_checks):
    client.force_login(bureau)
    _create(client, area)
    batch = Batch.objects.get()
    url = reverse("brands:batch-open", args=[batch.pk])

    assert client.get(url).status_code == 405
    assert client.post(url, drawn(batch)).status_code == 302
    assert client.post(url).status_code == 409
    assert QuotaPlace.objects.filter(quota__batch=batch).count() == 8


@pytest.mark.parametrize("label", ["优秀成果奖", "表彰单位", "先进党组织"])
def test_open_with_a_prize_word_needs_the_approval(client, bureau, area, own_checks, label):
    client.force_login(bureau)
    _create(client, area, result_label=label)
    batch = Batch.objects.get()

    response = client.post(reverse("brands:batch-open", args=[batch.pk]))

    assert response.status_code == 409
    assert "批准文号" in response.text
    Batch.objects.update(approval_document="苏办〔2026〕1号", approving_body="某机关")
    assert opening.reasons(Batch.objects.get()) == []


def test_open_lists_every_reason(client, bureau, own_checks):
    batch = BatchFactory(source_document="随便")
    client.force_login(bureau)

    page = client.get(reverse("brands:batch", args=[batch.pk]))

    assert len(page.context["reasons"]) == 7  # paper, five windows, quotas
    assert "不能开启" in page.text


@pytest.mark.parametrize(
    ("decided", "days", "unit", "last"),
    [
        # 2026-09-18 is a Friday; 09-25 is Mid-Autumn, and 09-20 a Sunday that is worked.
        ("2026-09-18", 7, "calendar", "2026年9月25日，是休息日"),
        ("2026-09-19", 7, "calendar", "2026年9月27日，是休息日"),  # Published on the 20th.
        ("2026-09-17", 7, "calendar", ""),
        ("2026-09-18", 7, "workday", ""),
        ("2026-09-18", 10, "calendar", ""),
    ],
)
def test_open_refuses_a_publicity_that_would_end_on_a_day_off(
    client, bureau, area, own_checks, decided, days, unit, last
):
    client.force_login(bureau)
    changes = {"stage-decision-closes_on": decided, "publicity_days": days, "publicity_unit": unit}
    _create(client, area, **changes)
    batch = Batch.objects.get()

    response = client.post(reverse("brands:batch-open", args=[batch.pk]), drawn(batch))

    assert response.status_code == (409 if last else 302)
    assert last in response.text
    batch.refresh_from_db()
    assert batch.status == (BatchStatus.DRAFT if last else BatchStatus.OPEN)


def test_open_asks_no_days_of_publicity_where_there_is_none(area):
    batch = BatchFactory(
        programme_id=Programme.SECRETARY_PROJECT, publicity_days=7, publicity_unit="calendar"
    )
    batch.stages.create(
        stage=Stage.DECISION,
        opens_at=clock.start_of(date(2026, 9, 1)),
        closes_at=clock.end_of(date(2026, 9, 18)),
    )
    assert not any("休息日" in reason for reason in opening.reasons(batch))


def test_open_asks_the_apps_above(batch, monkeypatch):
    monkeypatch.setattr(opening, "CHECKS", [lambda batch: ["还没有评审细则。"]])

    assert "还没有评审细则。" in opening.reasons(batch)


def test_close_asks_first(client, bureau, batch):
    client.force_login(bureau)
    url = reverse("brands:batch-close", args=[batch.pk])

    assert "不能重新开启" in client.get(url).text
    assert client.post(url, drawn(batch)).status_code == 302
    assert client.get(url).status_code == 409


def test_school_page_offers_to_begin(client, secretary, batch, unit):
    client.force_login(secretary)

    page = client.get(reverse("brands:batch", args=[batch.pk]))

    assert "开始申报" in page.text
    assert "苏教工委〔2026〕12号" in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_list_query_count_does_not_grow(client, bureau, count, django_assert_num_queries):
    BatchFactory.create_batch(count)
    client.force_login(bureau)

    with django_assert_num_queries(5):  # session, user, rights and inbox, count, page
        response = client.get(reverse("brands:batches"))

    assert len(response.context["rows"]) == count


def test_draft_batch_is_the_citys_alone(client, secretary, district, bureau):
    batch = BatchFactory()

    for user, found in [(secretary, []), (district, []), (bureau, [batch])]:
        client.force_login(user)
        assert list(client.get(reverse("brands:batches")).context["page"]) == found


def test_open_batch_in_use_makes_no_second_places(batch, bureau):
    assert batch.quotas.get().place_rows.count() == 2
    perform(batch, "close", by=bureau)
    assert batch.status == BatchStatus.CLOSED


SECRETARY_STAGES = [Stage.APPLY, Stage.CHECK, Stage.REVIEW, Stage.DECISION, Stage.CLOSING]


def test_pages_of_a_secretary_batch_show_its_own_stages_only(client, bureau):
    batch = open_batch(Programme.SECRETARY_PROJECT)  # With a window for every stage there is.
    draft = BatchFactory(programme_id=Programme.SECRETARY_PROJECT)
    client.force_login(bureau)

    page = client.get(reverse("brands:batch", args=[batch.pk])).context
    form = client.get(reverse("brands:batch-edit", args=[draft.pk])).context

    assert [row.stage for row in page["windows"]] == SECRETARY_STAGES
    assert "公示" not in dict(page["facts"])
    assert [row.stage for row in form["stages"]] == SECRETARY_STAGES
    assert form["quotas"] is None
    assert not {"publicity_days", "quota_total"} & set(form["form"].fields)


def test_pages_of_a_brand_batch_have_no_closing(client, bureau):
    client.force_login(bureau)

    page = client.get(reverse("brands:batch", args=[open_batch().pk]))
    form = client.get(reverse("brands:batch-edit", args=[BatchFactory().pk]))

    stages = [stage for stage in Stage if stage != Stage.CLOSING]
    assert [row.stage for row in page.context["windows"]] == stages
    assert [row.stage for row in form.context["stages"]] == stages
    assert "公示" in dict(page.context["facts"])
    assert "publicity_days" in form.context["form"].fields


def test_new_secretary_batch_keeps_no_window_that_it_does_not_use(client, bureau, area):
    client.force_login(bureau)

    _create(client, area, programme="secretary")

    batch = Batch.objects.get()
    assert set(batch.stages.values_list("stage", flat=True)) == {
        "apply", "check", "review", "decision",
    }  # fmt: skip
    assert not batch.quotas.exists()


def test_edit_saves_what_a_secretary_batch_is_asked(client, bureau, area):
    batch = BatchFactory(programme_id=Programme.SECRETARY_PROJECT, number=7)
    client.force_login(bureau)
    data = _data(area, programme="secretary", number="7", title="改过的名称")
    data = {name: value for name, value in data.items() if "district" not in name}
    del data["publicity_days"], data[f"quota-area-{area.pk}"], data["quota-pasted"]

    response = client.post(reverse("brands:batch-edit", args=[batch.pk]), data)

    batch.refresh_from_db()
    assert response.status_code == 302
    assert (batch.title, batch.publicity_days) == ("改过的名称", 5)


def _offered(client, batch):
    response = client.get(reverse("brands:batch", args=[batch.pk]))
    assert "开始申报" in response.text
    return [honour.brand_name for honour in response.context["named"]]


def test_school_is_told_before_it_writes_that_it_was_named_already(client, secretary, batch, unit):
    old = ProjectFactory(organisation=unit, status="named", batch=BatchFactory(year=2024))
    common = {"level": "district", "label": "建设成果", "named_on": "2024-06-01", "batch_number": 1}
    Honour.objects.create(
        number="A-1",
        project=old,
        school=unit.school,
        holder="本校",
        brand_name="红烛",
        year=2024,
        **common,
    )
    client.force_login(secretary)

    page = client.get(reverse("brands:batch", args=[batch.pk])).text

    assert "《红烛》已于2024年命名" in page
    # Named before there was a system: known by its school alone.
    Honour.objects.create(
        number="A-2", school=unit.school, holder="本校", brand_name="旧品牌", year=2018, **common
    )
    assert sorted(_offered(client, batch)) == ["旧品牌", "红烛"]
    Honour.objects.update(status="revoked", revoked_on="2025-01-01")
    assert _offered(client, batch) == []


def test_an_honour_of_another_school_or_programme_is_no_reason_to_warn(client, secretary, unit):
    common = {"level": "district", "label": "建设成果", "named_on": "2024-06-01", "batch_number": 1}
    other = ProjectFactory(status="named")
    Honour.objects.create(
        number="A-1", project=other, holder="他校", brand_name="他校品牌", year=2024, **common
    )
    Honour.objects.create(
        number="A-2", school=unit.school, holder="本校", brand_name="本校品牌", year=2018, **common
    )
    client.force_login(secretary)

    assert _offered(client, open_batch(Programme.SECRETARY_PROJECT)) == []
    assert _offered(client, open_batch()) == ["本校品牌"]


def named(unit, **fields):
    return Honour.objects.create(
        **{
            "number": "A-1",
            "school": unit.school,
            "holder": "本校",
            "brand_name": "红烛",
            "label": "建设成果",
            "year": 2024,
            "document_number": "1号",
            **fields,
        }
    )


@pytest.mark.parametrize("level", ["province", "city"])
def test_a_school_named_at_the_same_or_a_higher_level_does_not_apply_again(
    client, secretary, batch, unit, level
):
    named(unit, level=level)
    client.force_login(secretary)

    page = client.get(reverse("brands:batch", args=[batch.pk])).text
    response = client.post(reverse("brands:project-new"), {"batch": batch.pk})

    assert "不能再申报同级命名" in page
    assert "开始申报" not in page
    assert response.status_code == 409
    assert "不能再申报同级命名" in response.text
    assert not Project.objects.filter(batch=batch).exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"level": "district"},
        {"level": "school"},
        {"level": "city", "valid_until": "2020-06-30"},
        {"level": "city", "status": "revoked", "revoked_on": "2025-01-01"},
    ],
)
def test_a_lower_an_expired_or_a_revoked_honour_is_no_bar(client, secretary, batch, unit, fields):
    named(unit, **fields)
    client.force_login(secretary)

    assert client.post(reverse("brands:project-new"), {"batch": batch.pk}).status_code == 302
