"""Made-up words of the size that people write; no real school or person is among them."""

from brands.forms.fields import FormSpec
from brands.shipping import shipped

TOPICS = (
    "红烛领航",
    "先锋课堂",
    "党建联建",
    "初心讲堂",
    "园丁先行",
    "同心桥",
    "育人港湾",
    "红色研学",
)
DIRECTIONS = "东西南北中上下新古长"
_SENTENCE = "围绕立德树人根本任务，把组织生活、课堂教学和家校联系结合起来，形成可以复制的做法。"
# What each judged project went through: (name, words, from, to) of its events.
HISTORY = (
    ("submit", "提交", "draft", "district_review"),
    ("recommend", "推荐", "district_review", "recommended"),
    ("accept", "审查通过", "recommended", "eligible"),
    ("enter", "进入评审", "eligible", "in_review"),
    ("score", "评审完成", "in_review", "scored"),
)
STORIED, ROUNDS_OF_STORY = 1, 10  # The project at this place came back so many times.
_SHORT = {"date": "2026-03-02", "phone": "13800000000", "choice": "basic"}

FORM = next(facts["form"] for facts in shipped() if facts["key"] == "school_brand")
# An answer in words to every field of the form but its title.
CONTENT = {
    field.key: [dict(field.columns)]
    if field.kind == "table"
    else _SHORT.get(field.kind, _SENTENCE * 2)
    for section in FormSpec.read(FORM).sections
    for field in section.written
    if field.key != "title"
}


def name_of(number: int) -> str:
    return f"基准人员{number:02d}"
