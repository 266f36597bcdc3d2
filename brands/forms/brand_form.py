"""一校一品 申报表 (domain.md B1)."""

from brands.forms.fields import Field, FormSpec, Section

BRAND = FormSpec(
    name="“一校一品”党建品牌申报表",
    sections=(
        Section(
            "basics",
            "品牌基本信息",
            (
                Field("title", "品牌名称", max_length=20, help="不超过20字，不用加书名号。"),
                Field("slogan", "品牌口号", max_length=30, required=False, help="一句话，可不填。"),
                Field("started_on", "创建日期", kind="date", help="品牌开始建设的日期。"),
                Field("summary", "一句话介绍", max_length=60, help="命名后用于公开展示。"),
            ),
            why="名称、创建日期",
        ),
        Section(
            "meaning",
            "内涵与目标",
            (
                Field(
                    "meaning", "品牌内涵", "long", 800,
                    help="名称从何而来，与学校历史、办学特色和立德树人有什么联系。",
                ),
                Field("aims", "建设目标", "long", 500, help="三年内要达到什么，用什么衡量。"),
            ),
            why="名称的由来，要达到的目标",
        ),
        Section(
            "measures",
            "载体举措与成效",
            (
                Field(
                    "measures", "载体举措", "long", 1500,
                    help="写稳定的载体、制度、责任人和时间安排，不必罗列一次性活动。",
                ),
                Field(
                    "results", "实际成效", "long", 1500,
                    help="用事实和数据说明前后变化，说明教师、学生、家长得到了什么。",
                ),
                Field(
                    "awards", "获奖与宣传", "long", 600, required=False,
                    help="按“名称、单位、时间”逐条列出；没有可不填，不影响申报。",
                ),
                Field("plan", "下一步计划", "long", 600),
            ),
            why="怎样做的，做成了什么",
        ),
        Section(
            "opinion",
            "联系人与学校意见",
            (
                Field("principal", "党组织书记", max_length=20, help="系统已带出登记的姓名，请核对。"),
                Field("contact", "联系人", max_length=20),
                Field("phone", "联系电话", "phone", 20, help="仅供办理本次申报联系，导出时隐去中间四位。"),
                Field("meeting_on", "学校党组织会议日期", kind="date", help="集体研究同意申报的会议日期。"),
                Field("opinion", "学校党组织意见", "long", 300),
            ),
            why="联系方式，集体研究意见",
        ),
    ),
)  # fmt: skip
