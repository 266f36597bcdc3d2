"""The rubrics R1, R3 and R4 as shipped (domain.md B1, B2): data that a new version may replace."""

from django.db import migrations

# code, title, comment required, criteria: title, weight, order among ties, descriptors 优 良 中 差
RUBRICS = [
    (
        "R1",
        "“一校一品”申报评审",
        False,
        [
            ("政治引领", 15, None, "政治方向鲜明，紧扣立德树人，党组织领导并集体决策", "方向明确，部分表述较笼统", "口号较多，与学校工作联系不紧", "偏离主题"),
            ("品牌内涵", 15, None, "名称简洁有原创性，有标识，内涵扎根学校历史、逻辑清楚", "名称较好，部分借鉴他人", "名称和内涵较为一般", "只有名称，没有内涵"),
            ("载体举措", 15, None, "有3个以上稳定载体，制度、人员、时间安排齐全", "有载体，部分为一次性活动", "活动零散，不成体系", "缺少载体和举措"),
            ("党建业务融合", 15, None, "切实促进教学、德育和教师队伍建设，有事实佐证", "可以看到党建与业务的联系", "存在“两张皮”现象", "没有融合"),
            ("实际成效", 20, 1, "有前后对比数据，教师、学生、家长认可", "有成效，数据较少", "只有自我评价", "没有成效"),
            ("创新特色", 10, 2, "方法新，解决了难点问题", "部分有新意", "较为普通", "照搬他人"),
            ("示范推广", 10, None, "已被其他单位采用，形成案例或制度", "具备推广条件", "推广价值有限", "不具推广价值"),
        ],
    ),
    (
        "R3",
        "“书记项目”立项评审",
        True,
        [
            ("切口小", 15, None, "聚焦一个具体问题，边界清楚", "问题较具体，边界大体清楚", "题目偏大，问题不够集中", "题目空泛"),
            ("有难度、问题导向", 20, 1, "有调研证据说明问题，不是日常工作", "问题真实，调研证据较少", "问题较一般，接近日常工作", "没有明确问题"),
            ("目标可量化", 15, None, "有基数、有目标值、有完成时间", "多数目标可以衡量", "少数目标可以衡量", "目标无法衡量"),
            ("举措可行", 20, 2, "步骤、责任人、资源相互匹配", "举措可行，个别环节不够具体", "举措笼统，责任不够明确", "举措不可行"),
            ("书记领办", 10, None, "书记本人任务明确，不转交他人", "书记任务较明确", "书记参与较少", "书记没有实际任务"),
            ("融合中心工作", 10, None, "教师、学生、家长受益", "与中心工作有联系", "联系不够紧密", "脱离中心工作"),
            ("示范推广", 10, None, "方法可供其他单位采用", "部分做法可供借鉴", "推广价值有限", "不具推广价值"),
        ],
    ),
    (
        "R4",
        "“书记项目”结项评审",
        True,
        [
            ("目标达成", 25, None, "各项指标均完成并有佐证", "主要指标完成，佐证较齐", "部分指标完成", "多数指标未完成"),
            ("解决问题实效", 25, 1, "有前后对比，受益对象认可", "问题明显缓解，有部分佐证", "问题有所缓解", "问题没有解决"),
            ("创新性", 20, 2, "形成新思路、新机制", "部分做法有新意", "做法较为普通", "没有创新"),
            ("可推广性", 15, None, "形成案例和制度成果", "有案例或制度之一", "成果尚未成形", "没有成果"),
            ("书记履责", 10, None, "书记履责记录可追溯", "有记录，个别环节缺失", "记录较少", "没有记录"),
            ("过程规范", 5, None, "节点按时完成，变更经过批准", "个别节点延后，有说明", "多个节点延后", "过程不规范"),
        ],
    ),
]


def ship(apps, schema_editor):
    Rubric = apps.get_model("reviews", "Rubric")
    Criterion = apps.get_model("reviews", "Criterion")
    for code, title, comment_required, criteria in RUBRICS:
        rubric = Rubric.objects.create(code=code, title=title, comment_required=comment_required)
        Criterion.objects.bulk_create(
            Criterion(
                rubric=rubric,
                code=f"{code}-{order}",
                title=name,
                weight=weight,
                tie_order=tie_order,
                excellent=excellent,
                good=good,
                fair=fair,
                poor=poor,
                order=order,
            )
            for order, (name, weight, tie_order, excellent, good, fair, poor) in enumerate(
                criteria, start=1
            )
        )


def withdraw(apps, schema_editor):
    apps.get_model("reviews", "Rubric").objects.filter(code__in=["R1", "R3", "R4"]).delete()


class Migration(migrations.Migration):
    dependencies = [("reviews", "0001_initial")]

    operations = [migrations.RunPython(ship, withdraw)]
