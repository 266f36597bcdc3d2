"""What an audit action is called on the auditor's screen."""

from functools import cache

from brands.services.bulk import MOVES
from foundation.workflow.engine import WORKFLOWS

# Moves of a workflow table need no line here: they are called as their buttons are.
# fmt: off
WORDS = {
    "sign_in": "登录", "sign_in_failed": "登录失败", "sign_out": "退出登录",
    "password_changed": "修改密码", "password_reset": "重置密码",
    "one_time_passwords": "签发一次性密码", "bureau_admin_created": "建立局管理员",
    "privacy_accepted": "同意个人信息处理说明", "profile_changed": "修改联系方式",
    "person_created": "新建人员", "person_changed": "修改人员", "person_unlocked": "解除登录锁定",
    "person_enabled": "启用账号", "person_disabled": "停用账号",
    "appointed": "新增任职", "appointment_ended": "结束任职", "appointment_withdrawn": "撤销任职",
    "import": "导入学校", "export": "导出", "download": "下载", "upload.infected": "拦截带病毒文件",
    "branch-new": "新建党支部", "branch-merge": "合并党支部", "branch-close": "撤销党支部",
    "organisation-edit": "修改党组织", "phone.show": "查看完整电话",
    "calendar_changed": "录入工作日历", "calendar_day_deleted": "删除工作日历的一天",
    "calendar.key": "生成日历订阅地址",
    "audit_verified": "校验审计链", "audit.export": "导出审计档案", "outbox_resend": "重新发送消息",
    "programme.new": "新建项目类别", "programme.save": "修改项目类别",
    "form.change": "修改申报表", "form.version": "建立申报表新版本",
    "batch.save": "修改批次设置", "batch.copy": "沿用往年批次", "batch.extend": "批准延期",
    "quota.transfer": "名额调剂", "quota.ask": "提出名额调剂", "batch.allot": "设定拟定名额",
    "batch.release": "公布审定结果", "request.refused": "请求被拒绝",
    "draft.forget": "删除未提交的草稿", "project.start": "开始申报", "project.save": "保存申报", "project.refused": "拒绝越权修改",
    "project.reorder": "调整推荐顺序", "attachment.add": "上传附件", "attachment.remove": "删除附件",
    "stamped.add": "上传盖章件", "source.add": "上传批次依据文件",
    "source.remove": "删除批次依据文件",
    "attachment.mark": "标注附件是否含未成年人信息", "preview": "预览附件",
    "negative.record": "登记负面清单事件", "promotion.record": "登记推广",
    "publicity.dates": "确定公示截止日期", "project.dates": "确定修改截止日期",
    "publicity.draft": "起草公示", "publicity.edit": "修改公示",
    "objection.received": "收到异议",
    "suggestion.received": "收到意见建议", "suggestion.answer": "办理意见建议", "honour.import": "补录历年荣誉",
    "milestone.plan": "新增节点任务", "milestone.change": "修改节点任务",
    "milestone.note": "记录节点推进", "change.ask": "提出变更、延期或终止",
    "bulk.undo": "撤回批量办理",
    "upload.refused": "拒绝不是本人的上传", "recheck.arrange": "安排复核",
    "closing.explain": "说明未结项原因",
    "dossier.minors": "确认同意后打包含未成年人影像的附件",
    "milestone.remove": "删除节点任务", "milestone.report": "填写节点完成情况",
    "rubric.new": "新建评分标准", "rubric.change": "修改评分标准",
    "rubric.version": "建立评分标准新版本",
    "round.create": "新建评审轮次", "round.draw": "抽取专家", "round.window": "更改评分截止时间",
    "round.late_entries": "补入参评项目", "round.pledge": "作出廉洁保密承诺",
    "assignmentplan.create": "制定分配方案", "reviewer.profile": "登记评审专家信息", "reviewer.import": "导入评审专家",
    "invitation.create": "邀请专家", "lots.prepare": "准备专家抽签",
    "masking.propose": "列出盲评隐名词", "masking.add": "增加隐名词", "masking.drop": "删去隐名词",
    "masking.copies": "重新生成评审用副本", "masking.copy": "决定副本给不给专家看",
    "masking.confirm": "确认盲评隐名",
    "batch.weights": "设置各轮权重", "combined.vote": "记录综合名次并列表决",
    "score_upload.apply": "采用离线评分表",
    "avoidwish.ask": "申请专家回避",
    "tie.create": "登记利益关系", "tie.confirm": "确认申报单位申请的回避",
    "tie.declare": "申报利害关系", "assignment.declare": "申报没有利害关系", "tie.import": "导入专家任职经历",
    "assignment.assign": "分配专家", "assignment.old_scores": "退回前的评分存档",
    "assignment.ask": "请专家说明评分理由", "assignment.explain": "说明评分理由",
    "result.vote": "记录并列表决",
    "cycle.open": "开启季度体检", "template.source": "填写体检依据文件", "cycle.dates": "确定体检日期", "checkup.mark_late": "标记逾期补报",
    "rectification.note": "记录整改进展",
}
# fmt: on


@cache
def _moves() -> dict[str, str]:
    bulk = {f"bulk.{name}": f"批量{move.label}" for name, move in MOVES.items()}
    return bulk | {
        f"{model._meta.model_name}.{move.name}": f"{model._meta.verbose_name}：{move.label}"
        for (model, _), workflow in WORKFLOWS.items()
        for move in workflow.transitions.values()
    }


def words_of(action: str) -> str:
    """An action that nobody named here is shown as it is kept."""
    return WORDS.get(action) or _moves().get(action, action)


def actions_called(words: str) -> list[str]:
    """The actions whose words contain these."""
    return [action for action, called in (_moves() | WORDS).items() if words in called]
