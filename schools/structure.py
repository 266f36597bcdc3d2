"""How a Party organisation should be built (domain.md B0): sentences of advice, never a refusal."""

from datetime import timedelta

from foundation import clock
from schools.models.organisation import OrganisationKind, PartyOrganisation

K = OrganisationKind
SMALLEST_BRANCH = 3
COMMITTEE_FROM = 7
LARGEST_BRANCH = 50
FULL_COMMITTEE_FROM = 100
LARGEST_JOINT = 5
TERM_NOTICE = timedelta(days=180)


def size_warnings(kind: str, members: int, branches: int) -> list[str]:
    """What the numbers of full members and of branches say about the kind of organisation."""
    found = []
    if kind in (K.BRANCH, K.JOINT_BRANCH):
        if members < SMALLEST_BRANCH and kind == K.BRANCH:
            found.append(f"正式党员只有 {members} 名，不足 3 名，宜与邻近单位组建联合党支部。")
        if members > LARGEST_BRANCH:
            found.append(f"正式党员 {members} 名，超过 50 名，宜改设党总支或党委。")
        if branches > 1:
            found.append(f"类型是党支部，却登记了 {branches} 个党支部。")
    elif kind == K.GENERAL_BRANCH:
        if members < LARGEST_BRANCH:
            found.append(f"正式党员 {members} 名，党总支一般应有 50 名以上。")
        if members >= FULL_COMMITTEE_FROM:
            found.append(f"正式党员 {members} 名，已达 100 名，可以设立党委。")
    elif kind == K.COMMITTEE and members < FULL_COMMITTEE_FROM:
        found.append(f"正式党员 {members} 名，党委一般应有 100 名以上。")
    if kind in (K.GENERAL_BRANCH, K.COMMITTEE) and branches < 2:
        found.append(f"登记支部数是 {branches}，党总支、党委之下一般应有 2 个以上党支部。")
    return found


def warnings(organisation: PartyOrganisation, *, posts: int, joint: int = 0) -> list[str]:
    """Everything to mind about a live organisation with `posts` committee members."""
    if organisation.closed_on:
        return []
    found = size_warnings(
        organisation.kind, organisation.full_members, organisation.declared_branches
    )
    if organisation.kind in (K.BRANCH, K.JOINT_BRANCH):
        if organisation.full_members >= COMMITTEE_FROM and posts < 3:
            found.append("正式党员 7 名以上，应设支部委员会（委员 3 至 5 名，一般不超过 7 名）。")
        if posts > 7:
            found.append(f"支部委员登记了 {posts} 名，一般不超过 7 名。")
    if joint > LARGEST_JOINT:
        found.append(f"联合党支部包含 {joint} 个单位，一般不超过 5 个。")
    return found + term_warnings(organisation)


def term_warnings(organisation: PartyOrganisation) -> list[str]:
    ends_on, today = organisation.term_ends_on, clock.today()
    if ends_on is None:
        return []
    day = f"{ends_on.year}年{ends_on.month}月{ends_on.day}日"
    if ends_on < today:
        return [f"本届任期已于 {day} 届满，请尽快换届。"]
    if ends_on - today <= TERM_NOTICE:
        return [f"本届任期将于 {day} 届满，请提前 6 个月筹备换届。"]
    return []
