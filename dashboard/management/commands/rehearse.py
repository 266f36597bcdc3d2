"""`manage.py rehearse`: a whole year on a database of its own, with a report."""

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.models import Max

from brands.models import Honour, HonourStatus, Project, Recheck
from foundation import clock
from foundation.accounts.models import User
from foundation.audit.models import AuditEvent

START = date(2026, 3, 2)
DAYS = 1310  # To the re-verification in the third year and its outcome.
SCRATCH = "YIPIN_REHEARSAL"  # Set for the child process only: its database is its own.


def _last_record() -> int:
    """The number of the last row of the audit record."""
    return AuditEvent.objects.aggregate(last=Max("number"))["last"] or 0


class Command(BaseCommand):
    help = "Rehearse a batch of 一校一品 and a year of 书记项目, day by day, on a scratch database."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--schools", type=int, default=18)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, schools: int, seed: int, **options: Any) -> None:
        if not 6 <= schools <= 2000:
            raise CommandError("--schools 应在 6 至 2000 之间。")
        if not os.environ.get(SCRATCH):
            self._in_a_scratch_folder(schools, seed)
            return
        if not Path(connection.settings_dict["NAME"]).is_relative_to(settings.VAR_DIR):
            raise CommandError("The database is not its own; nothing was changed.")
        call_command("migrate", verbosity=0)
        if User.objects.exists():
            raise CommandError("The scratch database is not empty; nothing was changed.")
        self._rehearse(schools, seed)

    def _in_a_scratch_folder(self, schools: int, seed: int) -> None:
        """The same command in a process of its own, with its own folder, clock and mail."""
        with tempfile.TemporaryDirectory(prefix="yipin-rehearsal-") as folder:
            environment = os.environ | {
                SCRATCH: "1",
                "VAR_DIR": folder,
                "DATABASE_URL": f"sqlite:///{Path(folder) / 'rehearsal.sqlite3'}",
                "REDIS_URL": "",
                "EMAIL_HOST": "",
                "CLOCK_SHIFTABLE": "1",
                "DEMO": "1",
            }
            manage = settings.BASE_DIR / "manage.py"
            words = [str(manage), "rehearse", f"--schools={schools}", f"--seed={seed}"]
            done = subprocess.run([sys.executable, *words], env=environment, check=False)  # noqa: S603
        if done.returncode:
            raise CommandError("排演没有通过，见上面的报告。", returncode=done.returncode)

    def _rehearse(self, schools: int, seed: int) -> None:
        from dashboard.demo.days import moment
        from dashboard.rehearsal.brand import BrandYear
        from dashboard.rehearsal.keeping import Keeping
        from dashboard.rehearsal.secretary import SecretaryYear
        from dashboard.rehearsal.watching import Watch
        from dashboard.rehearsal.world import World, tick

        began = time.monotonic()
        clock.move_to(moment(START))
        world = World(schools)
        years = [BrandYear(world, START, seed), SecretaryYear(world, START, seed + 1)]
        kept = Keeping(world, seed + 2)
        watch = Watch()
        faults: list[str] = []
        recorded = 0
        for day in range(1, DAYS + 1):
            today = START + timedelta(days=day)
            clock.move_to(moment(today))
            tick()
            for year in years:
                year.act()
            kept.act()
            is_quiet = recorded == _last_record()
            faults += [f"{today} {words}" for words in self._broken(watch, today, is_quiet)]
            recorded = _last_record()
        self._report(schools, faults, sum(year.refusals for year in years) + kept.refusals, began)
        if faults:
            raise CommandError(f"{len(faults)} 处不符合规则。", returncode=1)

    def _broken(self, watch: Any, today: date, is_quiet: bool) -> list[str]:
        """What the record does not know of has not happened: a quiet day is asked what is late, any
        other about what changed. The last day of a month is asked about everything, so that what
        changed past the record shows, too."""
        from dashboard.rehearsal import invariants

        if (today + timedelta(days=1)).day == 1 or today == START + timedelta(days=DAYS):
            return invariants.broken(invariants.DAILY, watch.everything())
        if is_quiet:
            return invariants.broken(invariants.OF_TIME)
        return invariants.broken(invariants.DAILY, watch.changed())

    def _report(self, schools: int, faults: list[str], refusals: int, began: float) -> None:
        statuses = Counter(
            f"{project.batch.programme}·{project.get_status_display()}"
            for project in Project.objects.select_related("batch__programme")
        )
        checks = Counter(
            f"{row.get_kind_display()}·{row.get_status_display()}" for row in Recheck.objects.all()
        )
        revoked = Honour.objects.filter(status=HonourStatus.REVOKED).count()
        lines = [
            f"排演 {DAYS} 天，{schools} 所学校，用时 {time.monotonic() - began:.0f} 秒。",
            *(f"  {words}：{count}" for words, count in sorted(statuses.items())),
            *(f"  {words}：{count}" for words, count in sorted(checks.items())),
            f"  荣誉 {Honour.objects.count()} 条（撤销 {revoked} 条），审计记录 {AuditEvent.objects.count()} 条，"
            f"按规则拒绝 {refusals} 次",
            *(f"  不符：{words}" for words in faults[:50]),
            "全部规则成立。" if not faults else "有规则不成立。",
        ]
        self.stdout.write("\n".join(lines))
