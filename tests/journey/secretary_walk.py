"""The second half of the walk: a 书记项目 from draft to closed (domain.md B2)."""

from tests.journey.walk import Walk

TITLE = "课后服务质量提升"


class SecretaryWalk(Walk):
    def secretary_project(self) -> None:
        self.stack.move_clock("2026-05-12T09:00:00")
        secretary, leader = self.direct_secretary, self.person("leader")
        batch = self._batch(
            "secretary", "2026年“书记项目”第一批申报",
            {"apply": "2026-05-20", "check": "2026-05-29", "review": "2026-06-12",
             "decision": "2026-06-30"},
        )  # fmt: skip
        self._apply(secretary, batch, TITLE, "2026-SJ-")
        project = secretary.projects[-1]
        self._accept(project)
        self._scored_round(batch, "2026-05-21T09:00", "2026-06-12T17:30", "R3", kind="selection")
        self._choose_all(
            leader, f"{batch}decision/", "批准所选立项", minutes_number="〔2026〕第5次会议"
        )
        self._tracked(project)
        self._closed(batch, project)

    def _tracked(self, project: str) -> None:
        secretary = self.direct_secretary
        for title, due in (("完成调研", "2026-07-31"), ("全校推广", "2026-10-30")):
            secretary.go(f"{project}milestones/new/")
            secretary.fill(title=title, owner="书记", due_on=due)
            secretary.press("保存")
        secretary.go(f"{project}milestones/")
        secretary.press("启动推进")
        self.stack.move_clock("2026-11-02T09:00:00")
        for number in range(2):
            secretary.go(f"{project}milestones/")
            links = secretary.page.get_by_role("link", name="填写完成情况")
            with secretary.page.expect_navigation():
                links.nth(number).click()
            secretary.fill(done_on="2026-10-30", result="按计划完成，问题清单已销号。")
            secretary.press("保存")

    def _closed(self, batch: str, project: str) -> None:
        secretary, leader = self.direct_secretary, self.person("leader")
        secretary.go(f"{project}closing/")
        secretary.fill(report="目标全部达到：满意率由 71% 提高到 93%，形成制度两项、案例一篇。")
        secretary.press("提交结项申请")
        self._scored_round(batch, "2026-11-03T09:00", "2026-11-30T17:30", "R4", kind="closing")
        leader.go(f"{project}closing/")
        leader.press("审定结项")
        leader.sees("结项（")
