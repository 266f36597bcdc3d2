"""The template of the quarterly check: 31 indicators, 100 points (domain.md C4)."""

from django.db import migrations

CODE = "quarterly"
TITLE = "党建工作季度体检"
SOURCE = "《关于落实党建工作季度“体检”制度的通知》（文号由主管处室填写）"

# code, title, kind, weight, standard, evidence, source, target, red line (None | "" always | case),
# may be merged by quarter in vacations
INDICATORS = [
    ("A1", "“第一议题”/理论学习中心组学习", "N", 4, "党委每月不少于1次，支部每季度不少于1次", "会议记录编号", "", 1, None, False),
    ("A2", "贯彻上级部署", "G", 4, "有清单、有措施、按时落实", "落实台账", "", None, None, False),
    ("A3", "党组织会议议事决策（“三重一大”）", "B", 4, "制度健全、记录完整", "会议记录编号", "", None, None, False),
    ("A4", "年度党建计划推进", "R", 3, "不低于计划进度", "工作计划", "", None, None, False),
    ("B1", "支部设置规范、按期换届", "B", 4, "无届满未换届", "党组织信息", "term", None, "届满逾期6个月以上且未经批准", False),
    ("B2", "支委配备齐全", "B", 2, "职务空缺不超过3个月", "党组织信息", "committee", None, None, False),
    ("B3", "支部党员大会", "N", 4, "每季度不少于1次", "活动记录", "", 1, None, False),
    ("B4", "支部委员会会议", "N", 3, "每月不少于1次", "活动记录", "", 3, None, True),
    ("B5", "党小组会", "N", 2, "设党小组的每月不少于1次", "活动记录", "", 3, None, True),
    ("B6", "党课", "N", 3, "每季度不少于1次，书记每年不少于1次", "活动记录", "", 1, None, False),
    ("B7", "主题党日", "N", 4, "每月1次", "活动记录", "", 3, None, True),
    ("B8", "组织生活会、民主评议党员", "B", 3, "每年不少于1次（应开展的季度）", "报告", "", None, None, False),
    ("C1", "党费按时足额收缴", "R", 3, "100%（只填人数比例）", "经办人确认", "", None, None, False),
    ("C2", "发展党员程序规范", "B", 3, "无违反程序情形", "书面确认", "", None, "弄虚作假", False),
    ("C3", "“双培养”", "N", 2, "不少于计划数", "名单人数", "", None, None, False),
    ("C4", "党员积分记实并在支部内公示", "B", 3, "季后第10个工作日前完成", "公示记录", "", None, None, False),
    ("C5", "党员教育学时", "R", 2, "达到序时进度（党员每年32学时，书记56学时）", "培训记录", "", None, None, False),
    ("C6", "谈心谈话、关怀帮扶", "N", 2, "不少于计划数", "次数", "", None, None, False),
    ("D1", "书记项目按节点推进", "R", 6, "100%", "项目节点", "milestones", None, None, False),
    ("D2", "“一校一品”培育任务", "R", 5, "100%", "品牌项目", "brand", None, None, False),
    ("D3", "案例、制度成果沉淀", "N", 2, "每半年不少于1项", "成果目录", "", 1, None, False),
    ("D4", "“菜单”项目落实", "R", 2, "到期项目100%落实并评价", "落实记录", "", None, None, False),
    ("E1", "意识形态工作责任制落实", "B", 4, "每半年不少于1次分析研判", "会议记录编号", "", None, "发生事件未及时处置", False),
    ("E2", "阵地管理（网站、公众号、讲座审批）", "G", 3, "审批记录完整", "审批台账", "", None, None, False),
    ("E3", "师德师风", "B", 3, "无查实的违规行为", "人事部门确认", "", None, "情节严重", False),
    ("F1", "廉政教育、风险点排查", "N", 3, "每季度不少于1次", "活动记录", "", 1, None, False),
    ("F2", "处分、问责情况如实报告", "B", 3, "无未报告情形", "纪检部门确认", "", None, "隐瞒不报", False),
    ("F3", "校园安全责任落实", "B", 4, "无责任事故", "书面确认", "", None, "", False),
    ("G1", "惠民诉求按时办结", "R", 5, "100%", "办理记录", "", None, None, False),
    ("G2", "联系服务（走访、志愿服务）", "N", 2, "不少于计划数", "活动记录", "", None, None, False),
    ("G3", "上季度整改完成", "R", 3, "到期事项100%销号", "整改台账", "ledger", None, None, False),
]


def create(apps, schema_editor):
    template = apps.get_model("checkups", "Template").objects.create(
        code=CODE, version=1, title=TITLE, source_document=SOURCE
    )
    Indicator = apps.get_model("checkups", "Indicator")
    Indicator.objects.bulk_create(
        Indicator(
            template=template,
            code=code,
            group=code[0],
            title=title,
            kind=kind,
            weight=weight,
            standard=standard,
            evidence_hint=evidence,
            source=source,
            target=target,
            red_line=red_line is not None,
            red_line_text=red_line or "",
            vacation_tolerant=tolerant,
            order=order,
        )
        for order, (
            code, title, kind, weight, standard, evidence, source, target, red_line, tolerant
        ) in enumerate(INDICATORS, 1)
    )


def remove(apps, schema_editor):
    apps.get_model("checkups", "Template").objects.filter(code=CODE, version=1).delete()


class Migration(migrations.Migration):
    dependencies = [("checkups", "0001_initial")]

    operations = [migrations.RunPython(create, remove)]
