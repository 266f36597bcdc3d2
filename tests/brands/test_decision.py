import pytest
from django.urls import reverse

from brands.models import Programme
from foundation.verdict import Conflict
from foundation.workflow.engine import perform
from tests.brands.after import city, ranked, secretary_of
from tests.factories.brands import ProjectFactory
from tests.moving import chosen

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return city()


def page(name, batch, *projects):
    keys = "&".join(f"project={project.pk}" for project in projects)
    return f"{reverse(f'brands:{name}', args=[batch.pk])}?{keys}"


def form(*projects, **fields):
    return chosen(*projects, **fields)


def states(*projects):
    for project in projects:
        project.refresh_from_db()
    return [project.status for project in projects]


@pytest.mark.parametrize("count", [1, 3])
def test_decision_lists_by_rank_with_flat_queries(
    client, people, count, django_assert_max_num_queries
):
    batch, projects = ranked(count)
    client.force_login(people.bureau)

    with django_assert_max_num_queries(13):  # four of the frame, one of a hole, two of the rules
        response = client.get(reverse("brands:decision", args=[batch.pk]))

    assert list(response.context["page"]) == projects


def test_decision_cut_line_chooses_down_to_the_rank(client, people):
    batch, _ = ranked(3)
    client.force_login(people.bureau)

    response = client.get(reverse("brands:decision", args=[batch.pk]), {"cut": "2"})

    assert [project.chosen for project in response.context["page"]] == [True, True, False]


def test_decision_is_refused_to_a_school_and_hidden_from_a_stranger(client, people):
    batch, projects = ranked(1)
    client.force_login(secretary_of(projects[0]))
    assert client.get(reverse("brands:decision", args=[batch.pk])).status_code == 403

    batch.status = "draft"
    batch.save()
    assert client.get(reverse("brands:decision", args=[batch.pk])).status_code == 404


def test_decision_does_not_take_a_post(client, people):
    batch, _ = ranked(1)
    client.force_login(people.bureau)

    assert client.post(reverse("brands:decision", args=[batch.pk])).status_code == 405


def test_propose_confirms_first_then_moves_all(client, people):
    batch, projects = ranked(2)
    client.force_login(people.bureau)
    shown = client.get(page("decision-propose", batch, *projects))
    assert shown.status_code == 200
    assert states(*projects) == ["scored", "scored"]

    response = client.post(page("decision-propose", batch), form(*projects))

    assert response.status_code == 302
    assert states(*projects) == ["proposed", "proposed"]


def test_propose_is_all_or_nothing(client, people):
    batch, projects = ranked(2)
    perform(projects[1], "propose", by=people.bureau)
    client.force_login(people.bureau)

    response = client.post(page("decision-propose", batch), form(*projects))

    assert response.status_code == 409
    assert states(*projects) == ["scored", "proposed"]


def test_propose_ignores_another_batch_and_forbidden_fields(client, people):
    batch, projects = ranked(1)
    other = ProjectFactory(status="scored", score=90, rank=1)
    client.force_login(people.bureau)

    foreign = client.post(page("decision-propose", batch), form(other))
    client.post(
        page("decision-propose", batch), form(*projects, score="1", rank="9", status="named")
    )

    assert foreign.status_code == 200
    assert states(other, *projects) == ["scored", "proposed"]
    assert (projects[0].score, projects[0].rank) == (95, 1)


def test_nothing_chosen_goes_back_with_a_word(client, people):
    batch, _ = ranked(1)
    client.force_login(people.bureau)

    response = client.get(page("decision-propose", batch), follow=True)

    assert "请先勾选项目" in response.text


@pytest.mark.parametrize(
    ("name", "who"), [("propose", "leader"), ("approve", "bureau"), ("decline", "supervision")]
)
def test_each_step_belongs_to_its_role(client, people, name, who):
    batch, projects = ranked(1)
    client.force_login(getattr(people, who))

    assert client.post(page(f"decision-{name}", batch), form(*projects)).status_code == 403


def test_leader_approves_with_the_minutes(client, people):
    batch, projects = ranked(2, status="proposed")
    client.force_login(people.leader)

    without = client.post(page("decision-approve", batch), form(*projects))
    response = client.post(
        page("decision-approve", batch), form(*projects, minutes_number="会纪〔2026〕3号")
    )

    assert without.status_code == 200
    assert response.status_code == 302
    assert states(*projects) == ["approved", "approved"]
    assert projects[0].minutes_number == "会纪〔2026〕3号"


def test_passing_over_a_better_rank_needs_a_reason(people):
    _, (better, worse) = ranked(2, status="proposed")
    perform(better, "decline", by=people.leader, note="会议研究决定")

    with pytest.raises(Conflict, match="写明理由"):
        perform(worse, "approve", by=people.leader, minutes_number="3号")
    perform(worse, "approve", by=people.leader, minutes_number="3号", note="地区平衡")

    assert worse.status == "approved"


def test_decline_needs_a_reason(client, people):
    batch, projects = ranked(1)
    client.force_login(people.leader)

    client.post(page("decision-decline", batch), form(*projects, note=""))
    assert states(*projects) == ["scored"]

    client.post(page("decision-decline", batch), form(*projects, note="材料不实"))
    assert states(*projects) == ["declined"]


def test_unpropose_takes_a_project_off_the_list(client, people):
    batch, projects = ranked(1, status="proposed")
    client.force_login(people.bureau)

    client.post(page("decision-unpropose", batch), form(*projects, note="选错"))

    assert states(*projects) == ["scored"]


def test_secretary_projects_are_established_by_the_leader(client, people):
    batch, projects = ranked(2, programme_id=Programme.SECRETARY_PROJECT)
    client.force_login(people.leader)
    assert client.get(reverse("brands:decision", args=[batch.pk])).status_code == 200

    client.post(page("decision-approve", batch), form(projects[0], minutes_number="4号"))
    client.post(page("decision-decline", batch), form(projects[1], note="不解决具体问题"))

    assert states(*projects) == ["approved", "declined"]
    client.post(
        reverse("brands:decision-release", args=[batch.pk]), form(*projects, minutes_number="4号")
    )
    assert states(*projects) == ["established", "declined"]
    client.force_login(people.bureau)
    assert client.get(page("decision-propose", batch, *projects)).status_code == 404


@pytest.mark.parametrize("key", ["9" * 30, "0", "-1", "x", "²"])
def test_nonsense_keys_choose_nothing(client, people, key):
    batch, _ = ranked(1)
    client.force_login(people.bureau)

    assert client.get(page("decision-propose", batch), {"project": key}).status_code < 500
    assert client.post(page("decision-propose", batch), {"project": [key]}).status_code == 200
