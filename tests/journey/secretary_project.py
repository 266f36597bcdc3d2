"""Part 9: a 书记项目 from its batch to its closing, with its milestones in between."""

from tests.journey.applying import accept, apply, open_batch
from tests.journey.judging import COMMENT, choose_all, scored_round
from tests.journey.walk import Walk

BATCH, TITLE = "2026年“书记项目”第一批申报", "课后服务质量提升"
MINUTES = "〔2026〕第5次会议"
MILESTONES = [("完成调研", "2026-07-31"), ("全校推广", "2026-10-30")]
REPORT = "目标全部达到：满意率由 71% 提高到 93%，形成制度两项、案例一篇。"


class SecretaryProject:
    def __init__(self, walk: Walk) -> None:
        self.walk, self.stack, self.person = walk, walk.stack, walk.person
        self.secretary = walk.direct_secretary

    def school_applies(self) -> None:
        self.stack.move_clock("2026-05-12T09:00:00")
        self.batch = open_batch(
            self.walk, "secretary", BATCH, "2026-05-12",
            {"apply": "2026-05-20", "check": "2026-05-29", "review": "2026-06-12",
             "decision": "2026-06-30"},
        )  # fmt: skip
        self.secretary.at_work(f"申报{BATCH}")
        self.project = apply(self.walk, self.secretary, self.batch, TITLE, "2026-SJ-")

    def bureau_prechecks(self) -> None:
        self.stack.move_clock("2026-05-18T10:00:00")
        self.secretary.go(self.project)
        self.secretary.sees("待预审")
        accept(self.walk, self.project)
        name = f"《{TITLE}》"
        self.walk.is_told(self.secretary, "审查通过：", name, text=f"{name}：审查通过。")

    def experts_score(self) -> None:
        """The school learns neither score nor rank before the decision."""
        scores = scored_round(
            self.walk, self.batch, "2026-05-21T09:00", "2026-06-12T17:30", "R3", kind="selection"
        )
        self.score = scores[TITLE]
        clerk = self.person("clerk")
        clerk.press(TITLE)
        clerk.sees(COMMENT)
        self.secretary.go(self.project)
        self.secretary.sees("专家评审中")
        self.secretary.misses(str(self.score))

    def leader_establishes(self) -> None:
        self.stack.move_clock("2026-06-16T10:00:00")
        leader = self.person("leader")
        leader.at_work(f"审定{BATCH}：1 项")
        leader.sees(str(self.score))
        choose_all(leader, leader.path, "审定所选立项", minutes_number=MINUTES)
        self.secretary.go(self.project)
        self.secretary.misses("已立项")  # Nothing is told before it is released.
        leader.press("公布审定结果")
        with leader.page.expect_navigation():
            leader.page.locator("main form .btn-primary").last.click()
        leader.sees("已立项")
        self.walk.is_told(
            self.secretary, "书记项目已立项", text=f"《{TITLE}》已立项（会议纪要号：{MINUTES}）。"
        )

    def milestones_are_planned(self) -> None:
        """One is too few to start with."""
        secretary = self.secretary
        secretary.at_work(f"列出《{TITLE}》的节点任务")
        for title, due in MILESTONES:
            secretary.sees("请先安排至少 2 个节点任务")
            secretary.press("新增节点任务")
            secretary.fill(title=title, owner="书记", due_on=due)
            secretary.press("保存")
        secretary.press("启动推进")
        secretary.sees("推进中")

    def milestones_are_reported(self) -> None:
        """Both are late by then, which the page says; without a word on them there is no closing."""
        secretary = self.secretary
        self.stack.move_clock("2026-11-02T09:00:00")
        secretary.at_work(f"节点：{MILESTONES[0][0]}")
        secretary.press("结项")
        secretary.sees("还有 2 个节点任务没有完成，也没有写明原因，请先填写。")
        for number, (title, due) in enumerate(MILESTONES):
            secretary.go(f"{self.project}milestones/")
            secretary.sees("已逾期")
            with secretary.page.expect_navigation():
                secretary.page.get_by_role("link", name="填写完成情况").nth(number).click()
            secretary.fill(done_on=due, result=f"{title}：按计划完成，问题清单已销号。")
            secretary.press("保存")
            secretary.sees(f"{title}：按计划完成")
        secretary.misses("已逾期")

    def school_asks_for_closing(self) -> None:
        secretary = self.secretary
        secretary.at_work(f"申请《{TITLE}》结项")
        secretary.fill(report=REPORT)
        secretary.press("提交结项申请")
        secretary.sees("结项申请中")
        self.walk.is_told(
            self.person("clerk"), "收到结项申请", text=f"申请书记项目《{TITLE}》结项。"
        )

    def experts_judge_the_closing(self) -> None:
        clerk = self.person("clerk")
        clerk.at_work(f"安排结项评审：{BATCH}，1 项")
        scores = scored_round(
            self.walk, self.batch, "2026-11-03T09:00", "2026-11-30T17:30", "R4", kind="closing"
        )
        self.score = scores[TITLE]
        self.secretary.go(f"{self.project}closing/")
        self.secretary.sees("结项评审完成")
        self.secretary.misses(str(self.score))

    def leader_closes(self) -> None:
        """Between 75 and 90: 良好. The school now sees the score, and nothing is left to do."""
        assert 75 <= self.score < 90
        leader, secretary = self.person("leader"), self.secretary
        leader.at_work(f"审定结项《{TITLE}》")
        leader.sees(REPORT)
        leader.sees(str(self.score))
        leader.press("审定结项")
        leader.sees("结项（良好）")
        self.walk.is_told(secretary, "书记项目结项进展", text="当前状态“结项（良好）”。")
        secretary.go(self.project)
        secretary.sees("结项（良好）")
        secretary.press("结项")
        secretary.sees(str(self.score))
        secretary.misses("提交结项申请")
        secretary.misses("不能申请")
        secretary.press("节点任务")
        secretary.misses("新增节点任务")
