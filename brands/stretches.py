"""The stretches of the pipeline as a person counts them."""

from brands.models import ProjectStatus as S

# key → (words, statuses). The list filters by the key, the first page counts by it.
STRETCHES: dict[str, tuple[str, frozenset[S]]] = {
    "recommend": ("待推荐", frozenset({S.DISTRICT_REVIEW})),
    "check": ("待审查", frozenset({S.RECOMMENDED, S.FORMAL_CHECK, S.PRECHECK})),
    "eligible": ("待评审", frozenset({S.ELIGIBLE})),
    "review": ("评审中", frozenset({S.IN_REVIEW})),
    "decision": ("待审定", frozenset({S.SCORED, S.PROPOSED})),
    "publicity": ("待公布、公示", frozenset({S.APPROVED, S.PUBLICITY, S.ON_HOLD})),
    "named": ("已命名", frozenset({S.NAMED})),
    "progress": ("推进中", frozenset({S.ESTABLISHED, S.IN_PROGRESS})),
    "closing": ("结项", frozenset({S.CLOSING, S.CLOSING_REVIEW, S.CLOSING_SCORED})),
}
