"""The sources of this app, in one list."""

from brands.timeline import SOURCES, Source, after, selection, tracking

SOURCES += [
    Source("move", "办理", selection.moves),
    Source("file", "附件", selection.files),
    Source("file", "附件", selection.removed_files, rows=selection.removals),
    Source("extension", "延期", selection.extensions, rows=selection.longer_for_all),
    Source("milestone", "节点任务", tracking.milestones, tracking.is_tracked, tracking.planned),
    Source(
        "milestone", "节点任务", tracking.removed_milestones, tracking.is_tracked, tracking.removals
    ),
    Source("note", "推进记录", tracking.notes, tracking.is_tracked, tracking.noted),
    Source("change", "变更申请", tracking.changes, tracking.is_tracked, tracking.asked),
    Source("publicity", "公示", after.publicities, after.was_public, after.listed),
    Source("objection", "异议", after.objections, after.was_disputed, after.disputed),
    Source("honour", "荣誉", after.honours, after.is_named),
    Source("recheck", "动态管理", after.rechecks, after.has_rechecks, after.rechecked),
    Source("promotion", "推广", after.promotions, after.is_named, after.promoted),
    Source("negative", "负面清单", after.negatives, after.has_negatives, after.noted),
]
