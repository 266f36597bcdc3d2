"""Sample content of the style guide: schools, people and figures here do not exist."""

from datetime import UTC, date, datetime
from types import SimpleNamespace as Sample
from typing import Any

from crispy_forms.layout import Fieldset
from django import forms
from django.core.paginator import Page, Paginator

from foundation.charts import chart
from foundation.widgets import bare_helper

STATUSES = (
    ("草稿", "plain"),
    ("待区级推荐", "wait"),
    ("已命名", "good"),
    ("退回修改", "warn"),
    ("未通过形式审查", "bad"),
)

STAGES = (
    Sample(label="申报", window="9月1日—10月31日", state="done"),
    Sample(label="区级推荐", window="11月3日—11月14日", state="done"),
    Sample(label="形式审查", window="11月17日—11月28日", state="current"),
    Sample(label="专家评审", window="12月1日—12月19日", state="next"),
    Sample(label="现场答辩", window="", state="skipped"),
    Sample(label="公示", window="5 个工作日", state="next"),
    Sample(label="命名", window="明年 1 月", state="next"),
)

ENDED_STAGES = (
    Sample(label="申报", window="9月1日—10月31日", state="done"),
    Sample(label="区级推荐", window="", state="ended"),
    Sample(label="形式审查", window="", state="dropped"),
    Sample(label="公示", window="", state="dropped"),
)

DEADLINES = (
    {"due": datetime(2026, 12, 4, 9, 0, tzinfo=UTC), "days_left": 9, "done": False},
    {"due": datetime(2026, 11, 25, 9, 0, tzinfo=UTC), "days_left": 2, "done": False},
    {"due": datetime(2026, 11, 23, 9, 0, tzinfo=UTC), "days_left": 0, "done": False},
    {"due": date(2026, 11, 18), "days_left": -3, "done": False},
    {"due": date(2027, 1, 15), "days_left": None, "done": False},
    {"due": date(2026, 11, 20), "days_left": 1, "done": True},
)

TASKS = (
    Sample(
        name="修改《同心“育”见》品牌申报书",
        why="形式审查退回：第三部分缺少本年度活动佐证材料，其余部分不必改动。",
        due=datetime(2026, 11, 25, 9, 0, tzinfo=UTC),
        days_left=2,
        url="#task-1",
        tone="warn",
        done=False,
    ),
    Sample(
        name="填报第四季度党建“体检”表",
        why="共 24 项，已填 17 项；其中 5 项由上季度数据带入，请核对。",
        due=datetime(2026, 12, 10, 9, 0, tzinfo=UTC),
        days_left=13,
        url="#task-2",
        tone="plain",
        done=False,
    ),
    Sample(
        name="报送整改情况：党员活动室台账",
        why="第三季度体检列入整改台账，区教育工委督办。",
        due=date(2026, 11, 18),
        days_left=-3,
        url="#task-3",
        tone="bad",
        done=False,
    ),
    Sample(
        name="确认书记信息",
        why="每年 11 月核对一次。",
        due=date(2026, 11, 30),
        days_left=None,
        url="#task-4",
        tone="good",
        done=True,
    ),
)

ROWS = (
    ("同心“育”见", "示例第一中学党总支", "城东区", "形式审查", "wait", "86.50", "2026年11月14日"),
    ("红烛先锋", "示例实验小学党支部", "城西区", "退回修改", "warn", "84.00", "2026年11月13日"),
    ("匠心向党", "示例职业技术学校党委", "直属", "符合条件", "good", "91.25", "2026年11月12日"),
    ("润物细无声", "示例第三幼儿园党支部", "城南区", "未通过", "bad", "—", "2026年11月11日"),
    ("领航·同行", "示例外国语学校党总支", "高新区", "草稿", "plain", "—", "2026年11月10日"),
)

FILTERS = (
    Sample(label="年度", value="2026", remove_url="?area=east"),
    Sample(label="地区", value="城东区", remove_url="?year=2026"),
)

FILES = (
    Sample(
        name="2026年度党建品牌申报书（盖章）.pdf",
        size=2_483_200,
        who="周敏",
        at=date(2026, 11, 14),
        url="#file-1",
        preview_url="#preview-1",
        delete_url="#delete-1",
    ),
    Sample(name="主题党日活动照片.zip", size=18_874_368, note="上传中", progress=62),
    Sample(name="教师座谈记录.docx", size=96_256, note="网络中断，没有传完", retry_url="#retry-3"),
)

EVENTS = (
    Sample(
        at=datetime(2026, 11, 20, 6, 3, tzinfo=UTC),
        who="市委教育工委组织处 陈立",
        label="退回修改",
        note="第三部分缺少本年度活动佐证材料，请补充后于 11 月 25 日前重新提交。",
        system=False,
    ),
    Sample(
        at=datetime(2026, 11, 17, 1, 0, tzinfo=UTC),
        who="",
        label="进入形式审查，系统已通知审查人员",
        note="",
        system=True,
    ),
    Sample(
        at=datetime(2026, 11, 13, 8, 41, tzinfo=UTC),
        who="城东区教育工委 吴静",
        label="区级推荐，排序第 2",
        note="品牌内涵清楚，群众基础好，同意推荐。",
        system=False,
    ),
    Sample(
        at=datetime(2026, 10, 29, 2, 15, tzinfo=UTC),
        who="示例第一中学党总支 周敏",
        label="提交申报",
        note="",
        system=False,
    ),
)

DIFF = (
    ("equal", "本品牌以“支部建在年级上”为抓手，"),
    ("delete", "计划在三年内"),
    ("insert", "已在两个年级"),
    ("equal", "建立党员教师与青年教师结对机制，"),
    ("insert", "结对 36 组，"),
    ("equal", "每月开展一次主题研讨。"),
)

MATRIX_COLUMNS = ("组织建设", "党员教育", "制度落实", "品牌创建", "廉洁教育")
MATRIX_ROWS = tuple(
    Sample(
        label=label,
        url="#row",
        cells=[
            Sample(
                letter=letter,
                tone={"优": "good", "良": "", "中": "warn", "差": "bad"}.get(letter, ""),
                title={"优": "优秀", "良": "良好", "中": "需改进", "差": "需整改"}.get(
                    letter, "未填报"
                ),
                url="",
            )
            for letter in letters
        ],
    )
    for label, letters in (
        ("示例第一中学党总支", "优优良优良"),
        ("示例实验小学党支部", "良优中良优"),
        ("示例第三幼儿园党支部", "良—差中良"),
    )
)
MATRIX_LEGEND = (
    ("优", "good", "优秀"),
    ("良", "", "良好"),
    ("中", "warn", "需改进"),
    ("差", "bad", "需整改"),
)

DESCRIPTORS = (
    ("9—10 分", "主题鲜明，与学校实际结合紧密，党员群众普遍知晓"),
    ("7—8.5 分", "主题清楚，与学校实际有结合，多数党员知晓"),
    ("6—6.5 分", "有主题，但与学校工作联系不够具体"),
    ("6 分以下", "主题不清，或与学校工作脱节"),
)

CHART = chart(
    "地区",
    "所",
    ["城东区", "城西区", "城南区", "高新区", "直属学校"],
    {"已提交": [18, 22, 15, 11, 9], "未提交": [4, 1, 6, 3, 0]},
)


class SampleForm(forms.Form):
    """One field of each kind, so that a change of style shows everywhere at once."""

    title = forms.CharField(
        label="品牌名称", max_length=20, help_text="不超过 20 字，不必加书名号。"
    )
    area = forms.ChoiceField(
        label="所在地区", choices=[("", "请选择"), ("e", "城东区"), ("w", "城西区")]
    )
    kind = forms.ChoiceField(
        label="申报类别",
        choices=[("one", "一校一品"), ("two", "书记项目")],
        widget=forms.RadioSelect,
    )
    begun = forms.DateField(
        label="创建日期", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    summary = forms.CharField(
        label="品牌内涵",
        widget=forms.Textarea(attrs={"rows": 5, "data-max": 300, "data-min": 100}),
        help_text="写明为什么做、做了什么、谁受益。",
    )
    proof = forms.FileField(label="佐证材料", required=False, help_text="PDF、Word 或图片。")
    promise = forms.BooleanField(label="我已核对以上内容，保证真实")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = bare_helper(
            Fieldset("基本信息", "title", "area", "kind", "begun"),
            Fieldset("品牌内容", "summary", "proof", "promise"),
        )


class SampleScoreForm(forms.Form):
    """Two criteria as a reviewer sees them."""

    theme = forms.DecimalField(
        max_value=10,
        min_value=0,
        initial="8.5",
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.5"}),
    )
    theme_note = forms.CharField(
        initial="主题与年级组工作结合紧密。",
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )
    effect = forms.DecimalField(
        max_value=10,
        min_value=0,
        widget=forms.NumberInput(attrs={"class": "form-control", "step": "0.5"}),
    )
    effect_note = forms.CharField(widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}))


def refused_form() -> SampleForm:
    """The form as it comes back when half of it is wrong."""
    return SampleForm(
        {
            "title": "",
            "area": "e",
            "kind": "",
            "summary": "以支部为单位开展结对活动。",
            "promise": "on",
        }
    )


def page_of_many() -> Page:
    return Paginator(range(235), 20).page(3)
