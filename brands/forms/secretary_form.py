"""书记项目 立项申报书 (domain.md B2)."""

from brands.forms.fields import Field, FormSpec, Section

CLASSES = (("basic", "基础类"), ("innovative", "创新类"))

SECRETARY = FormSpec(
    name="“书记项目”立项申报书",
    sections=(
        Section(
            "basics",
            "项目基本信息",
            (
                Field("title", "项目名称", max_length=30, help="切口要小，从名称就能看出解决什么问题。"),
                Field("project_class", "项目类别", "choice", choices=CLASSES),
                Field("background", "选题背景", "long", 800, help="为什么要做，调研了哪些人。"),
                Field("problems", "问题清单", "long", 800, help="一行一个问题，写明依据。"),
            ),
            why="类别、背景、要解决的问题",
        ),
        Section(
            "plan",
            "目标与举措",
            (
                Field("aims", "项目目标", "long", 600, help="写明起点、目标值和完成日期，便于结项时核对。"),
                Field("measures", "主要举措", "long", 1500, help="步骤、责任人、所需条件。"),
                Field("schedule", "进度安排", "long", 800, help="按月份列出，年内能够完成。"),
                Field("expected", "预期成效", "long", 600, help="教师、学生、家长将得到什么。"),
            ),
            why="可衡量的目标，步骤和进度",
        ),
        Section(
            "team",
            "团队与承诺",
            (
                Field("principal", "领办书记", max_length=20, help="系统已带出登记的姓名，请核对。"),
                Field("own_tasks", "书记本人承担的任务", "long", 400),
                Field("team", "团队与分工", "long", 600),
                Field("funds", "经费安排", "long", 300, required=False, help="不需要经费可不填。"),
                Field("contact", "联系人", max_length=20),
                Field("phone", "联系电话", "phone", 20, help="仅供办理本次申报联系，导出时隐去中间四位。"),
                Field("commitment", "项目承诺", "long", 300),
            ),
            why="谁来做，书记做什么",
        ),
    ),
)  # fmt: skip
