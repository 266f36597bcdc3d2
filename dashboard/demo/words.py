"""What made-up schools write about themselves."""

from datetime import date

from brands.forms.spec import Value
from brands.models import Programme

BRANDS = [
    ("石桥先锋", "一块青石，一座桥", "党员教师牵头，为每名新教师搭一座成长的桥。"),
    ("银杏树下", "根深叶茂", "把主题党日开到银杏树下，师生家长一起议事。"),
    ("云端同心", "同心同行", "线上线下结合，党员名师带动薄弱学科。"),
    ("枕河微光", "微光成炬", "党员教师与社区家庭结对，办好家门口的亲子课堂。"),
    ("望湖领航", "领航每一程", "支部建在年级上，九年一贯育人。"),
    ("星桥对话", "以对话促理解", "民办学校党组织参与治理的校园对话机制。"),
    ("玉溪润心", "润物无声", "党员教师心理支持小组全员结对。"),
    ("千墩灯火", "一盏灯一个岗", "晚自习党员值守岗，解决学生课后困难。"),
    ("虞西书声", "书声琅琅", "党员领读，校园阅读进家庭。"),
    ("港城红帆", "扬帆启航", "高三年级党员先锋岗。"),
    ("湖东新芽", "新芽向阳", "党员带徒，青年教师三年成长计划。"),
    ("松陵渡口", "渡人达己", "党员教师学业帮扶小组。"),
    ("匠心石湖", "匠心筑梦", "党建进实训车间，师徒同台。"),
    ("运河行思", "行走中的思政课", "沿运河开发行走思政课程。"),
]
SECRETARY_PROJECTS = [
    "课后服务质量提升",
    "新教师三年成长支持",
    "随迁家庭家校沟通",
    "实训课程党员责任区",
]


def content(programme: str, number: int, secretary: str, meeting: date) -> dict[str, Value]:
    """A whole application in plain, checkable words."""
    day = meeting.isoformat()
    if programme == Programme.SECRETARY_PROJECT:
        name = SECRETARY_PROJECTS[number % len(SECRETARY_PROJECTS)]
        return {
            "title": name,
            "project_class": "basic",
            "background": "党组织走访教师 46 人、家长 120 户，梳理出反映集中的三个问题。",
            "problems": "1. 安排与家长需求不匹配。\n2. 责任分工不清。\n3. 缺少反馈渠道。",
            "aims": "起点：满意率 71%。目标：年底前达到 90%，每月公布一次进展。",
            "measures": "党员教师包班联系；每月一次家长恳谈；问题建账、逐项销号。",
            "milestones": [
                {
                    "task": "走访调研，形成问题清单",
                    "owner": "党务干事",
                    "due": "3月底",
                    "result": "问题清单",
                },
                {
                    "task": "两个年级试点",
                    "owner": "分管校长",
                    "due": "6月底",
                    "result": "试点记录",
                },
                {
                    "task": "全校推开，总结评估",
                    "owner": "书记",
                    "due": "11月底",
                    "result": "满意率调查表、制度文本",
                },
            ],
            "expected": "教师负担不增加，学生和家长的困难有人管、有回音。",
            "principal": secretary,
            "own_tasks": "书记主持每月例会，联系问题最多的两个班级。",
            "team": "书记牵头，分管校长负责实施，各年级党员教师参加。",
            "funds": "不需要专项经费。",
            "contact": "党务干事",
            "phone": "0512-00000000",
            "commitment": "按时完成节点任务，如实报告进展。",
        }
    title, slogan, summary = BRANDS[number % len(BRANDS)]
    return {
        "title": title,
        "slogan": slogan,
        "started_on": date(meeting.year - 2, 9, 1).isoformat(),
        "summary": summary,
        "meaning": f"“{title}”取自校园里人人熟悉的景物，寓意党员教师在平凡处带头。",
        "aims": "三年内形成稳定的制度和可推广的案例，教师参与面达到九成以上。",
        "measures": "主题党日、党员责任岗、师徒结对三项载体，每月一个主题，每学期一次展示。",
        "results": "结对教师 36 对，开设公开课 52 节，学生问卷满意率由 82% 提高到 94%。",
        "awards": "区级党建案例交流一次。",
        "evidence": [
            {
                "name": "师徒结对名册",
                "kind": "工作记录",
                "made": f"{meeting.year - 1}年9月",
                "proves": "结对教师 36 对",
            },
            {
                "name": "学生问卷统计表",
                "kind": "调查数据",
                "made": f"{meeting.year}年1月",
                "proves": "满意率由 82% 提高到 94%",
            },
        ],
        "plan": "与两所学校共建，整理案例集和制度汇编。",
        "principal": secretary,
        "contact": "党务干事",
        "phone": "0512-00000000",
        "meeting_on": day,
        "opinion": "经学校党组织会议研究，同意申报。",
    }


# Which file answers which field of the shipped forms.
PAPERS = {"plan_file": "实施方案", "research_files": "调研问卷汇总"}
COMMENTS = [
    "主题清楚、载体稳定，数据能说明变化，建议进一步整理可供他校参考的制度文本。",
    "与教学结合紧密，党员作用看得见；成效部分可补充前后对比的佐证材料。",
    "切口具体、分工明确，措施可行；建议补充家长和学生的直接反馈，增强说服力。",
    "做法扎实，有一定推广价值；创新之处还可写得更集中，避免面面俱到。",
]
