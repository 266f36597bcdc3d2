"""What the register knows of an applicant: the dictionary that the staff start from."""

import re
from collections.abc import Iterator

from django.db.models import QuerySet
from pypinyin import lazy_pinyin

from brands.forms import spec
from brands.models import Milestone, Project, ProjectVersion
from reviews.masking.words import AREA, HIDDEN, PERSON, SCHOOL, plain
from schools.models import Appointment, CommitteePost, PartyOrganisation, School

LEAST = 2  # characters: a single one would take half the text with it
MOST = 100
_PLACE = re.compile(r"^[\u4e00-\u9fff]{2,3}?(?:省|市|区|县|镇|街道)")
_KIND = re.compile(
    r"(?:中心|附属|实验)?(?:高级|初级|职业|中等专业|特殊教育)?(?:小学校?|幼儿园|中学|学校)$"
)
_BESIDES = re.compile(r"[（(][^）)]*[）)]")  # A campus, an earlier name: people leave it out.
_PARTY = re.compile(r"^中(?:共|国共产党)|(?:总支部?|党支部|支部|党总支)?委员会$|支部$")
# In a table of the form a column with such a heading holds people.
_PEOPLE = ("姓名", "负责人", "责任人", "联系人", "成员", "主讲人")
_ROLES = ("principal", "contact")
# Left of a name when place and kind are gone, these say nothing of a school.
_COMMON = frozenset(map(plain, ("实验", "中心", "第一", "第二", "第三", "附属", "外国语", "学校")))


def proposed(project: Project, version: ProjectVersion, text: str) -> dict[str, str]:
    """String → what stands for it. What people rarely say is left out unless `text` has it."""
    found: dict[str, str] = {}

    def take(words: Iterator[str] | list[str], shown: str) -> None:
        for word in words:
            clean = " ".join(word.split())[:MOST]
            if len(plain(clean)) >= LEAST:
                found.setdefault(clean, shown)

    unit = project.organisation
    schools = _schools(unit)
    names = [name for school in schools for name in (school.name, school.short_name)]
    names.append(unit.name)
    take([*names, *_below(unit).values_list("name", flat=True)], SCHOOL)
    areas = {area.name for area in (project.area, unit.area, *(s.area for s in schools)) if area}
    take(sorted(areas), AREA)
    take(_people(project, version, unit), PERSON)
    take([school.code for school in schools] + [school.phone for school in schools], HIDDEN)
    there = plain(text)
    derived = list(_derived(names, areas))
    take([name for name, is_sure in derived if is_sure or plain(name) in there], SCHOOL)
    take([stem for stem in map(_stem, sorted(areas)) if plain(stem) in there], AREA)
    return found


def _schools(unit: PartyOrganisation) -> list[School]:
    own = [unit.school] if unit.school else []
    return [*own, *unit.joint_schools.select_related("area").order_by("pk")]


def _below(unit: PartyOrganisation) -> QuerySet[PartyOrganisation]:
    return PartyOrganisation.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk)


def _derived(names: list[str], areas: set[str]) -> Iterator[tuple[str, bool]]:
    """What people make of a full name: without the place, without the kind, in short, in pinyin.

    True: worth looking for in the files, too, whether or not the form has it.
    """
    stems = sorted({stem for area in areas if len(stem := _stem(area)) >= LEAST})
    for name in filter(None, names):
        rest = _BESIDES.sub("", name)
        forms = [_PARTY.sub("", _PARTY.sub("", rest))]
        while len(shorter := _PLACE.sub("", forms[-1])) < len(forms[-1]) and len(shorter) > LEAST:
            forms.append(shorter)
        for stem in stems:
            forms += [form.removeprefix(stem) for form in forms if form.startswith(stem)]
        for form in forms:
            bare = _KIND.sub("", form)
            if plain(bare) not in _COMMON and len(bare) >= LEAST:
                yield from ((form, True), (bare, True))
            elif bare and form != name:
                yield form, True
            if kind := _KIND.search(form):
                yield f"{bare}{kind.group()[-2:][0] if '学' in kind.group() else '幼'}", False
            yield "".join(lazy_pinyin(form)), False


def _stem(area: str) -> str:
    return re.sub(r"(?:区|县|市|开发区|新区|板块)$", "", area)


def _people(project: Project, version: ProjectVersion, unit: PartyOrganisation) -> Iterator[str]:
    yield unit.secretary_name
    yield from _below(unit).values_list("secretary_name", flat=True)
    yield from CommitteePost.objects.filter(organisation__path__startswith=unit.path).values_list(
        "name", flat=True
    )
    yield from Appointment.objects.filter(organisation__path__startswith=unit.path).values_list(
        "user__name", flat=True
    )
    yield project.person
    for user in (project.lead, project.created_by, version.by):
        yield user.name if user else ""
    milestones = Milestone.objects.filter(project=project)
    for owners in milestones.values_list("owner", flat=True):
        yield from _split(owners)
    yield from _named_in(version, project)


def _named_in(version: ProjectVersion, project: Project) -> Iterator[str]:
    for item in spec.form_of(project.batch).fields:
        value = spec.value_of(version, item.key)
        if isinstance(value, str):
            if item.role in _ROLES or item.key in _ROLES:
                yield from _split(value)
            continue
        for key, heading in item.columns:
            if any(word in heading for word in _PEOPLE):
                for row in value:
                    yield from _split(str(row.get(key, "")))


def _split(names: str) -> Iterator[str]:
    """Several in one cell; what is as long as a sentence is no name."""
    for name in re.split(r"[、，,；;/\s]+", names):
        if 2 <= len(name) <= 4:
            yield name
