"""Parts 3 to 8: a 一校一品 from its batch to the public honour."""

from tests.journey.applying import accept, apply, open_batch
from tests.journey.judging import choose_all, may_choose, scored_round
from tests.journey.walk import Walk


class Brand:
    def __init__(self, walk: Walk) -> None:
        self.walk, self.stack, self.person = walk, walk.stack, walk.person

    def batch_opens(self) -> None:
        self.batch = open_batch(
            self.walk, "school_brand", "2026年“一校一品”第一批申报", "2026-03-01",
            {"apply": "2026-03-20", "district": "2026-04-03", "check": "2026-04-10",
             "review": "2026-04-24", "decision": "2026-05-15"},
        )  # fmt: skip

    def schools_apply(self) -> None:
        entries = ((self.walk.secretary, "红烛领航"), (self.walk.direct_secretary, "百年树人"))
        self.projects = [
            apply(self.walk, secretary, self.batch, title, "2026-YP-")
            for secretary, title in entries
        ]

    def district_recommends(self) -> None:
        self.stack.move_clock("2026-03-23T10:00:00")
        district = self.person("gusu")
        district.go("/brands/desk/")
        district.sees("红烛领航")
        district.page.locator("main form[action$='/move/recommend/'] button").first.click()
        district.sees("1 / 5")

    def bureau_checks(self) -> None:
        self.stack.move_clock("2026-04-07T10:00:00")
        for project in self.projects:
            accept(self.walk, project)

    def experts_score(self) -> None:
        scores = scored_round(self.walk, self.batch, "2026-04-08T09:00", "2026-04-24T17:30", "R1")
        assert set(scores) == {"红烛领航", "百年树人"}

    def list_is_decided(self) -> None:
        self.stack.move_clock("2026-04-27T10:00:00")
        decision = f"{self.batch}decision/"
        choose_all(self.person("clerk"), decision, "列入拟定名单")
        leader = self.person("leader")
        choose_all(leader, decision, "审定所选", minutes_number="〔2026〕第3次会议")

    def list_is_published(self) -> None:
        clerk, second, public = self.person("clerk"), self.person("second"), self.person("public")
        clerk.go(f"{self.batch}publicity/new/")
        clerk.fill(contact_address="苏州市（测试地址）", contact_phone="0512-69990000")
        for box in clerk.page.locator("main input[name='project']").all():
            box.check()
        clerk.press("保存草稿，交他人复核")
        second.go(clerk.path)
        for box in second.page.locator("main input[type=checkbox]").all():
            box.check()
        second.press("复核无误，发布公示")
        public.go("/publicity/")
        public.sees("公示")

    def brands_are_named(self) -> None:
        """Five working days after 27 April, over the May holiday: 7 May is the last."""
        leader, public = self.person("leader"), self.person("public")
        naming = f"{self.batch}naming/"
        self.stack.move_clock("2026-05-11T09:00:00")
        self.stack.wait_for(lambda: may_choose(leader, naming), "the publicity to end")
        choose_all(leader, naming, "命名所选", document_number="苏教工委〔2026〕28号")
        public.go("/")
        public.sees("红烛领航")
        public.go("/verify/?number=苏YP-2026-0001")
        public.sees("核验通过，荣誉有效")
        public.go("/honours/苏YP-2026-0001/")
        public.sees("苏教工委〔2026〕28号")
