"""What no form may ask for: identity numbers, bank, faith, health, biometrics (domain.md F-C 29–31).

Words are looked for, not meanings, and only such as collect something of a person: a project may
well be about 红色基因 or 残疾学生. A form that goes round them is the bureau's to answer for.
"""

import re

REFUSED: tuple[tuple[str, str], ...] = (
    ("身份证件号码", r"身份证|证件号|护照号|港澳通行证|居住证号|社保号|社会保障号"),
    ("银行账户", r"银行卡|银行账[号户]|开户行|开户银行|卡号|收款账[号户]"),
    ("宗教信仰", r"宗教信仰|信仰宗教|信教|教派"),
    ("健康状况", r"病史|病历|病情|所患疾病|患病情况|健康状况|身体状况|残疾[证等类]|血型"),
    ("生物识别信息", r"指纹|人脸|虹膜|声纹|基因(检测|信息|数据)|生物识别"),
    ("家庭住址", r"家庭住址|家庭地址|居住地址|户籍地址|住址"),
    ("政治审查材料", r"政审|政治审查|人事档案|干部档案"),
)
WARNING = re.compile(r"(请勿|不要|不得|不必|无需|不用|不应|禁止)[^，。；]*")


def refusal(words: str) -> str:
    """Why these words may not stand in a form, as a sentence; empty when they may."""
    asked = WARNING.sub("", words)  # "请勿填写身份证号" asks for nothing.
    for what, pattern in REFUSED:
        if found := re.search(pattern, asked):
            return (
                f"“{found[0]}”涉及{what}，属于敏感个人信息，申报表不能收集。"
                "确需核验的，请当面核验原件，不在系统中留存。"
            )
    return ""
