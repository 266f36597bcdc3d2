"""The tables of what becomes of a named brand: its checks, negative events, promotion (B1 11–15)."""

from brands import permissions_keeping as may
from brands.models import (
    NegativeEvent,
    NegativeStatus,
    Promotion,
    PromotionStatus,
    Recheck,
    RecheckStatus,
)
from brands.models.recheck import UNFINISHED
from brands.services import keeping, negatives, promoting, recheck_letters, rechecking
from foundation.workflow.engine import Route, Transition, Workflow

R = RecheckStatus
P = PromotionStatus
REPORTED = Route(rechecking.after_report, frozenset({R.FILED, R.SUBMITTED}))
GRADED = Route(rechecking.grade_of, frozenset({R.EXCELLENT, R.PASSED, R.EXTENDED, R.ADVISED}))

# fmt: off
RECHECK = Workflow(Recheck, (
    Transition("open", "启动", {R.PLANNED}, R.OPEN, may.may_judge, when=keeping.is_due,
               change=keeping.opened, announce=recheck_letters.tell_opened, automatic=True),
    Transition("report", "提交报告", {R.OPEN}, REPORTED, may.may_report, when=rechecking.has_time,
               change=rechecking.reported, announce=recheck_letters.tell_bureau),
    Transition("miss", "逾期未申请", {R.OPEN}, R.MISSED, may.may_judge, when=keeping.is_missed,
               announce=recheck_letters.tell_missed, automatic=True),
    Transition("allow", "准予补报", {R.MISSED}, R.OPEN, may.may_judge,
               change=rechecking.allowed_again, announce=recheck_letters.tell_opened,
               needs_note=True),
    Transition("pass", "通过", {R.SUBMITTED}, R.PASSED, may.may_judge,
               when=rechecking.is_judged_in_words, change=rechecking.passed,
               announce=rechecking.renew),
    Transition("demand", "限期整改", {R.SUBMITTED}, R.FIXING, may.may_judge,
               when=rechecking.is_judged_in_words, change=rechecking.demanded,
               announce=recheck_letters.tell_school, needs_note=True),
    Transition("report_fix", "报送整改", {R.FIXING}, R.FIXED, may.may_report,
               change=rechecking.fix_reported, announce=recheck_letters.tell_bureau),
    Transition("clear", "复查通过", {R.FIXED}, R.PASSED, may.may_look_again,
               change=rechecking.passed, announce=rechecking.renew),
    Transition("score", "登记验收得分", {R.SUBMITTED}, R.SCORED, may.may_judge,
               when=rechecking.is_graded_by_score, change=rechecking.scored, needs_note=True),
    Transition("grade", "审定验收", {R.SCORED}, GRADED, may.may_grade, announce=rechecking.graded),
    Transition("advise", "建议撤销", {R.SUBMITTED, R.FIXED, R.FIXING, R.MISSED}, R.ADVISED, may.may_look_again,
               when=rechecking.may_be_advised, announce=recheck_letters.tell_advised,
               needs_note=True),
    Transition("fail", "认定未通过", {R.FIXED, R.FIXING, R.MISSED}, R.FAILED, may.may_look_again,
               when=rechecking.may_fail, announce=recheck_letters.tell_school, needs_note=True),
    Transition("keep", "不撤销，保留命名", {R.ADVISED}, R.PASSED, may.may_decide,
               change=rechecking.passed, announce=rechecking.renew, needs_note=True),
    Transition("end", "终止", UNFINISHED, R.ENDED, may.may_judge, when=keeping.is_moot,
               automatic=True),
))

NEGATIVE = Workflow(NegativeEvent, (
    Transition("withdraw", "撤回", {NegativeStatus.RECORDED}, NegativeStatus.WITHDRAWN,
               may.may_record_negative, announce=negatives.end_reviews, needs_note=True),
))

PROMOTION = Workflow(Promotion, (
    Transition("confirm", "确认并公开", {P.RECORDED}, P.CONFIRMED, may.may_confirm_promotion,
               when=promoting.may_confirm_now, announce=promoting.tell_school),
    Transition("void", "作废", {P.RECORDED, P.CONFIRMED}, P.VOID, may.may_confirm_promotion,
               announce=promoting.tell_school, needs_note=True),
))
# fmt: on
