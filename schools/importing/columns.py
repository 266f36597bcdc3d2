"""The columns of the sheet, and the words that are understood in them."""

from dataclasses import dataclass

from foundation.spreadsheets import Column
from schools.areas import AREAS
from schools.models import OrganisationKind, Ownership, SchoolKind

VERSION = "2026.1"
SERIAL = "序号"
CODE = "学校标识码"
NAME = "学校名称"
AREA = "所属区域"
KIND = "学校类别"
OWNERSHIP = "办学性质"
ORG_KIND = "党组织类型"
ORG_NAME = "党组织名称"
SECRETARY = "党组织书记"
PHONE = "联系电话"
BRANCHES = "党支部数"
FULL = "正式党员数"
PROBATIONARY = "预备党员数"
NOTE = "备注"

TITLES = (
    SERIAL,
    CODE,
    NAME,
    AREA,
    KIND,
    OWNERSHIP,
    ORG_KIND,
    ORG_NAME,
    SECRETARY,
    PHONE,
    BRANCHES,
    FULL,
    PROBATIONARY,
    NOTE,
)
OPTIONAL = (SERIAL, NOTE)
REQUIRED = tuple(title for title in TITLES if title not in OPTIONAL)
NUMBERS = (BRANCHES, FULL, PROBATIONARY)
ALIASES = {
    "标识码": CODE,
    "学校代码": CODE,
    "单位名称": NAME,
    "学校全称": NAME,
    "所属板块": AREA,
    "板块": AREA,
    "类别": KIND,
    "性质": OWNERSHIP,
    "书记": SECRETARY,
    "书记姓名": SECRETARY,
    "支部数": BRANCHES,
    "正式党员": FULL,
    "预备党员": PROBATIONARY,
}


@dataclass(frozen=True, slots=True)
class Field:
    """Where a column lives: on the school or on its Party organisation."""

    title: str
    attribute: str
    limit: int = 0


SCHOOL_FIELDS = (
    Field(NAME, "name", 80),
    Field(AREA, "area"),
    Field(KIND, "kind"),
    Field(OWNERSHIP, "ownership"),
    Field(PHONE, "phone", 30),
    Field(NOTE, "note", 200),
)
ORGANISATION_FIELDS = (
    Field(ORG_KIND, "kind"),
    Field(ORG_NAME, "name", 100),
    Field(SECRETARY, "secretary_name", 40),
    Field(BRANCHES, "declared_branches"),
    Field(FULL, "full_members"),
    Field(PROBATIONARY, "probationary_members"),
)
LIMITS = {
    field.title: field.limit for field in (*SCHOOL_FIELDS, *ORGANISATION_FIELDS) if field.limit
}

UNIT_KINDS = (
    OrganisationKind.COMMITTEE,
    OrganisationKind.GENERAL_BRANCH,
    OrganisationKind.BRANCH,
    OrganisationKind.JOINT_BRANCH,
)
# What a cell may say → what it means. Keys carry no spaces.
WORDS: dict[str, dict[str, str]] = {
    KIND: {
        **{str(kind.label): kind.value for kind in SchoolKind},
        "高级中学": SchoolKind.SENIOR,
        "普通高中": SchoolKind.SENIOR,
        "初级中学": SchoolKind.JUNIOR,
        "中等职业学校": SchoolKind.VOCATIONAL,
        "中职学校": SchoolKind.VOCATIONAL,
        "职业学校": SchoolKind.VOCATIONAL,
        "特教": SchoolKind.SPECIAL,
        "特殊教育学校": SchoolKind.SPECIAL,
        "九年一贯制学校": SchoolKind.NINE_YEAR,
        "十二年一贯制学校": SchoolKind.TWELVE_YEAR,
        "直属单位(非学校)": SchoolKind.UNIT,
        "直属单位（非学校）": SchoolKind.UNIT,
    },
    OWNERSHIP: {
        **{str(kind.label): kind.value for kind in Ownership},
        "公立": Ownership.PUBLIC,
        "私立": Ownership.PRIVATE,
        "中外合作办学": Ownership.JOINT,
    },
    ORG_KIND: {
        **{str(kind.label): kind.value for kind in UNIT_KINDS},
        "总支": OrganisationKind.GENERAL_BRANCH,
        "党总支部": OrganisationKind.GENERAL_BRANCH,
        "支部": OrganisationKind.BRANCH,
        "联合支部": OrganisationKind.JOINT_BRANCH,
    },
}
LABELS: dict[str, dict[str, str]] = {
    KIND: {kind.value: str(kind.label) for kind in SchoolKind},
    OWNERSHIP: {kind.value: str(kind.label) for kind in Ownership},
    ORG_KIND: {kind.value: str(kind.label) for kind in UNIT_KINDS},
}
CHOICES = {
    AREA: tuple(area.name for area in AREAS),
    KIND: tuple(LABELS[KIND].values()),
    OWNERSHIP: tuple(LABELS[OWNERSHIP].values()),
    ORG_KIND: tuple(LABELS[ORG_KIND].values()),
}
_WIDTHS = {SERIAL: 7, CODE: 14, NAME: 30, AREA: 14, ORG_NAME: 40, PHONE: 16, NOTE: 20}


def sheet_columns() -> list[Column]:
    return [
        Column(
            title,
            width=_WIDTHS.get(title, 11),
            choices=CHOICES.get(title, ()),
            numeric=title in NUMBERS,
        )
        for title in TITLES
    ]
