"""The steps of the main job, each as the person who does it."""

from io import BytesIO
from pathlib import Path

import openpyxl
from playwright.sync_api import Browser

from tests.journey.people import Person
from tests.journey.stack import Stack

DOCUMENT = "苏教工委〔2026〕12号"
# A school of 姑苏区 and one directly under the city, both in the sheet: no score is invented for
# anybody here but in this scratch database, which is gone when the test ends.
GUSU, DIRECT = "姑苏区", "市直属"
REVIEWERS = [f"expert{number}" for number in range(1, 6)]


class Walk:
    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack, self.browser = stack, browser
        self.people: dict[str, Person] = {}

    def person(self, username: str) -> Person:
        if username not in self.people:
            self.people[username] = Person(self.browser, self.stack.base, username)
        return self.people[username]

    def faults(self) -> list[str]:
        """Console errors; a first look without the pledge is a 403 page by design."""
        found = [fault for person in self.people.values() for fault in person.faults]
        return [
            fault for fault in found if not ("/reviews/assignments/" in fault and "403" in fault)
        ]

    # 1, 2: people, schools ---------------------------------------------------------------------

    def people_and_schools(self, sheet: Path) -> None:
        self.stack.move_clock("2026-03-02T09:00:00")
        start = "First-Morning-26"
        self.stack.manage(
            "create_bureau_admin", "--username", "clerk", "--name", "局工作人员",
            "--password-stdin", stdin=f"{start}\n",
        )  # fmt: skip
        clerk = self.person("clerk")
        clerk.first_sign_in(start, "clerk@example.test")
        clerk.go("/schools/import/")
        clerk.fill(sheet=str(sheet))
        clerk.press("上传并预览")
        clerk.sees("73")
        clerk.press("确认导入")
        clerk.go("/schools/")
        clerk.sees("江苏省苏州中学校")
        self._appoint("second", "局工作人员二", "bureau", "市委教育工委")
        self._appoint("leader", "工委领导", "leader", "市委教育工委")
        for username in REVIEWERS:
            self._appoint(username, f"评审{username}", "reviewer", "市委教育工委")
        self._appoint("gusu", "姑苏干事", "district", f"中共{GUSU}教育工作委员会")
        self._issue_secretaries()

    def _appoint(self, username: str, name: str, role: str, organisation: str) -> None:
        clerk = self.person("clerk")
        clerk.go("/schools/people/new/")
        clerk.fill(username=username, name=name)
        clerk.press("新建并生成一次性密码")
        password = clerk.page.locator("main code").first.inner_text()
        clerk.press("已抄录，前往人员页")
        clerk.press("新增任职")
        clerk.fill(role=role, organisation=organisation)
        clerk.press("办理任职")
        self.person(username).first_sign_in(password, f"{username}@example.test")

    def _issue_secretaries(self) -> None:
        clerk = self.person("clerk")
        clerk.go("/schools/people/issue/")
        with clerk.page.expect_download() as download:
            clerk.page.get_by_role("button", name="签发并下载密码表").click()
        rows = list(
            openpyxl.load_workbook(BytesIO(Path(download.value.path()).read_bytes()))
            .active.iter_rows(values_only=True)
        )  # fmt: skip
        head = next(row for row in rows if "用户名" in row)
        where = {title: head.index(title) for title in head if title}
        body = [row for row in rows[rows.index(head) + 1 :] if row[where["用户名"]]]
        self.issued = {
            str(row[where["用户名"]]): (str(row[where["一次性密码"]]), " ".join(map(str, row)))
            for row in body
        }
        assert len(self.issued) == 73

    # 3: a batch opens --------------------------------------------------------------------------

    def batch_opens(self) -> None:
        self.batch = self._batch(
            "school_brand", "2026年“一校一品”第一批申报",
            {"apply": "2026-03-20", "district": "2026-04-03", "check": "2026-04-10",
             "review": "2026-04-24", "decision": "2026-05-15"},
        )  # fmt: skip

    def _batch(self, programme: str, title: str, closing: dict[str, str]) -> str:
        clerk = self.person("clerk")
        clerk.go("/brands/batches/new/")
        clerk.fill(
            programme=programme, year=2026, number=1, title=title,
            source_document=DOCUMENT.replace("〔", "[").replace("〕", "]"),
        )  # fmt: skip
        for stage, closes in closing.items():
            clerk.fill(
                **{f"stage-{stage}-opens_on": "2026-03-01", f"stage-{stage}-closes_on": closes}
            )
        clerk.press("保存设置")
        clerk.sees(DOCUMENT)
        clerk.press("开启批次")
        clerk.sees("进行中")
        return clerk.page.url.removeprefix(self.stack.base)

    # 4: a secretary applies --------------------------------------------------------------------

    def school_applies(self) -> None:
        for area, title in ((GUSU, "红烛领航"), (DIRECT, "百年树人")):
            username, (password, _) = next(
                (name, line) for name, line in self.issued.items() if area in line[1]
            )
            secretary = self.person(username)
            secretary.first_sign_in(password, f"{username}@example.test")
            self._apply(secretary, self.batch, title, "2026-YP-")
            setattr(self, "secretary" if area == GUSU else "direct_secretary", secretary)

    def _apply(self, secretary: Person, batch: str, title: str, number: str) -> None:
        secretary.go(batch)
        secretary.press("开始申报")
        home = secretary.page.url.removeprefix(self.stack.base)
        for link in self._sections(secretary):
            secretary.go(link)
            self._answer(secretary, title)
        secretary.go(home)
        self._attach(secretary)
        secretary.go(home)
        secretary.press("核对并提交")
        secretary.press("提交申报")
        secretary.sees(number)
        secretary.projects = [*getattr(secretary, "projects", []), home]

    def _sections(self, secretary: Person) -> list[str]:
        links = secretary.page.locator("main a[href*='/sections/']")
        return list(dict.fromkeys(link.get_attribute("href") for link in links.all()))

    def _answer(self, person: Person, title: str) -> None:
        fields = person.page.locator(
            "main form .form-control:visible, main form .form-select:visible, main form input[type=radio]"
        )
        for field in fields.all():
            name = field.get_attribute("name")
            kind = field.evaluate("e => e.tagName + ':' + (e.type || '')")
            if name == "title":
                field.fill(title)
            elif kind == "INPUT:date":
                field.fill("2026-03-02")
            elif kind == "INPUT:radio":
                field.check()
            elif kind.startswith("SELECT"):
                field.select_option(index=1)
            elif name == "phone":
                field.fill("0512-69990001")
            elif not field.input_value():
                field.fill("按计划开展，有据可查。"[: int(field.get_attribute("maxlength") or 30)])
        with person.page.expect_navigation():
            person.page.locator("main form button[type=submit]").first.click()

    def _attach(self, secretary: Person) -> None:
        pdf = self.stack.folder / "佐证材料.pdf"
        if not pdf.exists():
            pdf.write_bytes(sample_pdf())
        secretary.page.locator("main input[type=file]").first.set_input_files(str(pdf))
        secretary.press("上传")
        secretary.sees("佐证材料.pdf")

    # 5, 6: district and bureau -----------------------------------------------------------------

    def district_recommends(self) -> None:
        self.stack.move_clock("2026-03-23T10:00:00")
        district = self.person("gusu")
        district.go("/brands/desk/")
        district.sees("红烛领航")
        with district.page.expect_navigation():
            district.page.locator("main form[action$='/move/recommend/'] button").first.click()
        district.sees("1 / 5")

    def bureau_checks(self) -> None:
        self.stack.move_clock("2026-04-07T10:00:00")
        for secretary in (self.secretary, self.direct_secretary):
            self._accept(secretary.projects[0])

    def _accept(self, project: str) -> None:
        clerk = self.person("clerk")
        clerk.go(project)
        for box in clerk.page.locator("main [name='items']").all():
            box.check()
        clerk.press("审查通过")
        clerk.sees("审查通过")

    # 7: experts --------------------------------------------------------------------------------

    def experts_score(self) -> None:
        self._scored_round(self.batch, "2026-04-08T09:00", "2026-04-24T17:30", "R1")
        self.person("clerk").sees("红烛领航")

    def _scored_round(self, batch: str, opens: str, closes: str, code: str, **more: object) -> None:
        self._round(batch, opens, closes, code, **more)
        clerk = self.person("clerk")
        for number, username in enumerate(REVIEWERS):
            self._score_all(self.person(username), 0.8 + number * 0.03)
        clerk.go(self.round)
        clerk.press("锁定评分")
        clerk.page.locator("main form.confirm button[type=submit]").click()
        clerk.page.wait_for_load_state()
        clerk.go(f"{self.round}ranking/")

    def _round(self, batch: str, opens: str, closes: str, code: str, **more: object) -> None:
        self.stack.move_clock(f"{opens}:30")
        clerk = self.person("clerk")
        clerk.go(f"/reviews/batches/{batch.strip('/').split('/')[-1]}/new/")
        rubric = clerk.page.locator("main [name='rubric'] option", has_text=code)
        clerk.fill(rubric=rubric.first.get_attribute("value"))
        clerk.fill(opens_at=opens, closes_at=closes, per_entry=5, **more)
        clerk.press("新建评审轮次")
        self.round = clerk.page.url.removeprefix(self.stack.base)
        for step in ("开始评审", "抽取专家"):
            clerk.go(self.round)
            clerk.press(step)
            with clerk.page.expect_navigation():
                clerk.page.locator("main form .btn-primary").first.click()

    def _score_all(self, reviewer: Person, share: float) -> None:
        reviewer.go("/reviews/")
        while reviewer.page.locator("main .page-actions a.btn-primary").count():
            with reviewer.page.expect_navigation():
                reviewer.page.locator("main .page-actions a.btn-primary").first.click()
            if reviewer.page.locator("main [name='agreed']").count():
                reviewer.fill(agreed=True)
                reviewer.press("承诺并继续")
                reviewer.go("/reviews/")
                continue
            for field in reviewer.page.locator("main input[name^='score_']").all():
                most = float(field.get_attribute("max") or 10)
                field.fill(str(round(most * share * 2) / 2))
            reviewer.fill(
                comment="主题清楚、载体稳定，数据能够说明变化，建议进一步整理可供他校参考的制度文本。"
            )
            reviewer.press("提交评分")
            if "submit" in reviewer.page.url:
                with reviewer.page.expect_navigation():
                    reviewer.page.locator("main form .btn-primary").first.click()
            reviewer.go("/reviews/")

    # 8: decision, publicity, naming ------------------------------------------------------------

    def _choose_all(self, person: Person, path: str, button: str, **values: object) -> None:
        person.go(path)
        for box in person.page.locator("main input[name='project']").all():
            box.check()
        person.press(button)
        if values:
            person.fill(**values)
        with person.page.expect_navigation():
            person.page.locator("main form .btn-primary").last.click()

    def decided_published_named(self) -> None:
        self.stack.move_clock("2026-04-27T10:00:00")
        clerk, second, leader = self.person("clerk"), self.person("second"), self.person("leader")
        decision = f"{self.batch}decision/"
        self._choose_all(clerk, decision, "列入拟定名单")
        self._choose_all(leader, decision, "审定所选", minutes_number="〔2026〕第3次会议")
        clerk.go(f"{self.batch}publicity/new/")
        clerk.fill(contact_address="苏州市（测试地址）", contact_phone="0512-69990000")
        for box in clerk.page.locator("main input[name='project']").all():
            box.check()
        clerk.press("保存草稿，交他人复核")
        notice = clerk.page.url.removeprefix(self.stack.base)
        second.go(notice)
        for box in second.page.locator("main input[type=checkbox]").all():
            box.check()
        second.press("复核无误，发布公示")
        public = self.person("public")
        public.go("/publicity/")
        public.sees("公示")
        # Five working days after 27 April, over the May holiday: 7 May is the last.
        self.stack.move_clock("2026-05-11T09:00:00")
        clerk.page.wait_for_timeout(3000)
        self._choose_all(
            leader,
            f"{self.batch}naming/",
            "命名所选",
            document_number="苏教工委〔2026〕28号",
        )
        public.go("/")
        public.sees("红烛领航")
        public.go("/verify/?number=苏YP-2026-0001")
        public.sees("核验通过，荣誉有效")
        public.go("/honours/苏YP-2026-0001/")
        public.sees("苏教工委〔2026〕28号")

    # 10: the quarter's check -------------------------------------------------------------------

    def check_is_filed(self) -> None:
        """Opened by the scheduler on 20 March, due 15 April: by 7 April a reminder has gone out."""
        secretary, district = self.secretary, self.person("gusu")
        address = f"{secretary.username}@example.test"
        self.stack.wait_for(
            lambda: any(
                to == address and "体检" in subject for to, subject in self.stack.sink.mails
            ),
            "the reminder of the quarter's check",
        )
        secretary.go("/checkups/")
        with secretary.page.expect_navigation():
            secretary.page.locator("main a[href^='/checkups/']", has_text="2026年").first.click()
        self.checkup = secretary.page.url.removeprefix(self.stack.base)
        for group in "ABCDEFG":
            secretary.go(f"{self.checkup}groups/{group}/")
            self._fill_group(secretary, weak=group == "F")
        secretary.go(f"{self.checkup}check/")
        secretary.press("提交体检")
        secretary.sees("已提交")
        district.go(self.checkup)
        district.press("审核通过")
        district.go("/checkups/rectifications/")
        district.sees("ZG-2026Q1-")

    def _fill_group(self, person: Person, *, weak: bool) -> None:
        """Full marks; in a weak group the first number falls short."""
        for field in person.page.locator("main form input, main form select").all():
            name, kind = field.get_attribute("name") or "", field.get_attribute("type") or ""
            value = field.get_attribute("value")
            if (
                (
                    name.endswith("red_line_hit")
                    and kind == "radio"
                    and value in ("False", "false", "0")
                )
                or (
                    name.endswith("achieved") and kind == "radio" and value in ("True", "true", "1")
                )
                or (name.endswith("grade") and kind == "radio" and value == "excellent")
            ):
                field.check()
            elif name.endswith("number"):
                field.fill("1" if weak else "3")
            elif name.endswith("target"):
                field.fill("3")
            elif name.endswith("rate"):
                field.fill("100")
            elif name.endswith("reason"):
                field.fill("按实际情况填写。")
        with person.page.expect_navigation():
            person.page.locator("main form .btn-primary").first.click()


def sample_pdf() -> bytes:
    """A real one-page PDF."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(200, 200)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()
