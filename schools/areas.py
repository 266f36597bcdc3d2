"""The areas of Suzhou in the order of its papers (domain.md H1), and what people call them."""

from typing import NamedTuple


class KnownArea(NamedTuple):
    code: str
    name: str
    aliases: tuple[str, ...]
    is_direct: bool = False


AREAS = (
    KnownArea("320500", "市直属", ("市直", "直属", "苏州市直属", "市属"), True),
    KnownArea("320582", "张家港市", ("张家港", "苏州市张家港市")),
    KnownArea("320581", "常熟市", ("常熟", "苏州市常熟市")),
    KnownArea("320585", "太仓市", ("太仓", "苏州市太仓市")),
    KnownArea("320583", "昆山市", ("昆山", "苏州市昆山市")),
    KnownArea("320509", "吴江区", ("吴江", "苏州市吴江区")),
    KnownArea("320506", "吴中区", ("吴中", "苏州市吴中区")),
    KnownArea("320507", "相城区", ("相城", "苏州市相城区")),
    KnownArea("320508", "姑苏区", ("姑苏", "苏州市姑苏区")),
    KnownArea("320571", "苏州工业园区", ("工业园区", "园区", "SIP")),
    KnownArea(
        "320505",
        "苏州高新区",
        (
            "高新区",
            "虎丘区",
            "虎丘",
            "苏州市虎丘区",
            "虎丘区/苏州高新区",
            "苏州高新区（虎丘区）",
            "高新区（虎丘区）",
        ),
    ),
)
AREA_NAMES = {alias: area.name for area in AREAS for alias in (area.name, *area.aliases)}
