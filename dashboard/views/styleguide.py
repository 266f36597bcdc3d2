"""Every piece of the interface on one page, for those who build with them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET

from dashboard import styleguide_samples as samples
from dashboard.permissions import can_see_styleguide


@require_GET
def styleguide(request: HttpRequest) -> HttpResponse:
    can_see_styleguide(request.user).require()
    deadline = render_to_string("includes/_deadline.html", samples.DEADLINES[1])
    context = {
        "facts": [
            ("重新提交期限", deadline),
            ("区级推荐排序", "第 2 / 18", "城东区名额 6 个"),
            ("佐证材料", "7 份"),
            ("负责人", "周敏"),
        ],
        "statuses": samples.STATUSES,
        "deadlines": samples.DEADLINES,
        "stages": samples.STAGES,
        "ended_stages": samples.ENDED_STAGES,
        "tasks": samples.TASKS,
        "rows": samples.ROWS,
        "chips": samples.FILTERS,
        "page": samples.page_of_many(),
        "files": samples.FILES,
        "events": samples.EVENTS,
        "diff": samples.DIFF,
        "columns": samples.MATRIX_COLUMNS,
        "matrix": samples.MATRIX_ROWS,
        "legend": samples.MATRIX_LEGEND,
        "descriptors": samples.DESCRIPTORS,
        "score_form": samples.SampleScoreForm(),
        "form": samples.refused_form(),
        "help_points": [
            "说清一件事：为什么做、做了什么、谁受益。",
            "用数据说话，如“结对 36 组，覆盖教师 72 人”。",
            "不写套话，不重复学校简介。",
        ],
        "consequences": [
            "申报书将提交到城东区教育工委，提交后不能再修改。",
            "共 7 份佐证材料一并提交。",
            "区级审核人员 2 人会收到通知。",
        ],
        "chart": samples.CHART,
    }
    return render(request, "dashboard/styleguide.html", context)
