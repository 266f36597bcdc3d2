"""Side by side a text is read, not deciphered."""

import pytest

from brands.edits import ops_of

RED_CANDLE = (
    "品牌取名“红烛”，源于学校建校之初的夜校传统，寓意党员教师燃烧自己、照亮学生。"
    "我们把这一精神融入课堂教学、课后服务和家校沟通，每学期开展一次主题活动。"
)
PIONEER = (
    "“先锋领航”以党员名师工作室为载体，建立传帮带机制，三年培养骨干教师四十名，"
    "形成可复制的制度文本，得到家长和社会的认可。"
)
LAST = "党支部每季度听取一次汇报，年底在教职工大会上公布结果。"


def marked(old, new):
    """[-went-]{+came+}, and the rest as it stands."""
    signs = {"delete": "[-{}-]", "insert": "{{+{}+}}", "equal": "{}"}
    return "".join(signs[kind].format(text) for kind, text in ops_of(old, new))


@pytest.mark.parametrize(
    ("old", "new", "seen"),
    [
        ("一座石桥", "一座青石桥", "一座{+青+}石桥"),
        ("旧", "新", "[-旧-]{+新+}"),
        ("", "新", "{+新+}"),
        ("旧", "", "[-旧-]"),
        ("", "", ""),
        (
            "学校党支部组织党员教师开展结对帮扶，每学期不少于三次。",
            "学校党总支组织党员教师开展师徒结对，每学期不少于五次。",
            "学校党[-支部-]{+总支+}组织党员教师开展[-结对帮扶-]{+师徒结对+}，"
            "每学期不少于[-三-]{+五+}次。",
        ),
        (
            "党员示范课覆盖率90%，开展学习12次。",
            "党员示范课覆盖率100%，开展学习15次。",
            "党员示范课覆盖率[-90-]{+100+}%，开展学习[-12-]{+15+}次。",
        ),
        (RED_CANDLE, PIONEER, f"[-{RED_CANDLE}-]{{+{PIONEER}+}}"),
        (RED_CANDLE + LAST, PIONEER + LAST, f"[-{RED_CANDLE}-]{{+{PIONEER}+}}{LAST}"),
        (LAST, LAST + RED_CANDLE, f"{LAST}{{+{RED_CANDLE}+}}"),
        (
            "组织学习。" + LAST,
            "组织学习。" + RED_CANDLE + LAST,
            f"组织学习。{{+{RED_CANDLE}+}}{LAST}",
        ),
        (
            "调研；张老师；6月底\n总结；李老师；年底",
            "调研；王老师；6月底\n总结；李老师；年底",
            "调研；[-张-]{+王+}老师；6月底\n总结；李老师；年底",
        ),
    ],
)
def test_what_changed_is_seen_and_what_stayed_is_left_alone(old, new, seen):
    assert marked(old, new) == seen


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (RED_CANDLE, PIONEER),
        (PIONEER + LAST, LAST + RED_CANDLE),
        (
            RED_CANDLE,
            RED_CANDLE.replace("每学期开展一次主题活动", "每月开展两次志愿服务，逢节走访"),
        ),
        ("甲乙丙", "乙丁"),
    ],
)
def test_both_texts_are_there_whole_and_nothing_is_in_single_characters(old, new):
    ops = ops_of(old, new)
    assert "".join(text for kind, text in ops if kind != "insert") == old
    assert "".join(text for kind, text in ops if kind != "delete") == new
    between = [text for kind, text in ops[1:-1] if kind == "equal"]
    assert all(len(text) > 1 for text in between)


def test_a_lightly_changed_sentence_stays_readable_in_a_long_text():
    new = RED_CANDLE.replace("每学期开展一次主题活动", "每月开展两次志愿服务，逢节走访")
    kept = sum(len(text) for kind, text in ops_of(RED_CANDLE, new) if kind == "equal")
    assert kept > len(RED_CANDLE) * 2 // 3
    assert len(ops_of(RED_CANDLE, new)) <= 6
