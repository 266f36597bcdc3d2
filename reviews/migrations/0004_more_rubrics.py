"""R2 of domain.md B1, which was code, and the two of 机关党建年度项目 (M18): data from now on."""

from django.db import migrations, models

# code, title, comment required, criteria: code, title, weight, order among ties, descriptors 优 良 中 差
RUBRICS = [
    (
        "R2",
        "“一校一品”验收",
        True,
        [
            ("tasks", "任务完成", 30, None, "申报书和节点任务逐项完成，有据可查。", "", "", ""),
            ("effect", "实效与满意度", 30, 1, "有前后对比数据，教师、学生、家长认可。", "", "", ""),
            ("lasting", "成果固化", 20, 2, "形成案例、制度、画册等可以留存的成果。", "", "", ""),
            ("spread", "辐射带动", 10, None, "带动了哪些学校和支部，被谁采用。", "", "", ""),
            ("order", "档案与经费规范", 10, None, "过程档案齐全，经费使用合规。", "", "", ""),
        ],
    ),
    (
        "R5",
        "机关党建年度项目立项评审",
        True,
        [
            ("R5-1", "选题方向", 15, None, "符合年度党建重点，属于制度建设、丰富载体、校长书记培训三类之一", "方向符合，类别不够清楚", "与年度重点联系不紧", "偏离机关党建"),
            ("R5-2", "问题与需求", 20, 1, "有调研依据，服务对象和要解决的问题具体", "问题较具体，依据较少", "问题笼统", "没有明确问题"),
            ("R5-3", "任务安排", 20, None, "任务、责任人、完成时间逐项对应，年内能够完成", "安排可行，个别任务不够具体", "责任或时间不够明确", "无法实施"),
            ("R5-4", "预期成果", 20, 2, "年底能够看到、能够核对，可以形成制度、载体或课程", "成果较明确，多数可以核对", "成果笼统", "没有成果要求"),
            ("R5-5", "服务基层", 15, None, "学校和党员教师直接受益，不增加基层负担", "基层能够受益", "与基层联系不紧", "增加基层负担"),
            ("R5-6", "经费合理", 10, None, "不需要经费，或用途、来源写明，测算合理", "用途写明，测算较粗", "用途不够明确", "经费不合规"),
        ],
    ),
    (
        "R6",
        "机关党建年度项目结项评审",
        True,
        [
            ("R6-1", "任务完成", 30, None, "各项任务按时完成，有据可查", "主要任务完成，个别延后并有说明", "部分任务完成", "多数任务未完成"),
            ("R6-2", "实际成效", 30, 1, "问题得到解决，有前后对比，基层认可", "问题明显缓解，有部分佐证", "成效一般", "没有成效"),
            ("R6-3", "成果固化", 20, 2, "形成制度、载体或课程，已经使用", "成果成形，尚未使用", "成果尚未成形", "没有成果"),
            ("R6-4", "服务基层", 10, None, "学校和党员教师普遍受益", "部分单位受益", "受益面较小", "没有受益"),
            ("R6-5", "过程与经费规范", 10, None, "记录齐全，变更经过批准，经费使用合规", "个别记录缺失", "记录较少", "过程不规范"),
        ],
    ),
]  # fmt: skip


def ship(apps, schema_editor):
    Rubric = apps.get_model("reviews", "Rubric")
    Criterion = apps.get_model("reviews", "Criterion")
    for code, title, comment_required, criteria in RUBRICS:
        rubric = Rubric.objects.create(code=code, title=title, comment_required=comment_required)
        for order, (own, name, weight, tie, excellent, good, fair, poor) in enumerate(criteria, 1):
            Criterion.objects.create(
                rubric=rubric,
                code=own,
                title=name,
                weight=weight,
                tie_order=tie,
                excellent=excellent,
                good=good,
                fair=fair,
                poor=poor,
                order=order,
            )


def withdraw(apps, schema_editor):
    codes = [code for code, *_ in RUBRICS]
    apps.get_model("reviews", "Rubric").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_covering_rank")]

    operations = [
        migrations.AddField(
            model_name="rubric",
            name="halves",
            field=models.BooleanField(default=True, verbose_name="可以打半分"),
        ),
        migrations.RunPython(ship, withdraw),
    ]
