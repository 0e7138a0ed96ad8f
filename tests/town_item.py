"""What the people of a town apply for: one item, a form filled in, and a picture as a paper."""

import secrets
from typing import Any

PAPER = b"\x89PNG\r\n\x1a\n" + bytes.fromhex(
    "0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
FORM: dict[str, Any] = {
    "premises": "长春市示范区人民大街 1 号",
    "business_type": "餐饮服务经营者",
    "business_items": ["热食类食品制售"],
    "contact_phone": "0431-80000001",
    "contact_email": "lin@example.org",
}
ITEM: dict[str, Any] = {
    "name_zh": "食品经营许可（新办）",
    "name_en": "Food business licence (new)",
    "basis_zh": "《中华人民共和国食品安全法》第三十五条",
    "materials": [
        {"code": "layout", "necessity": 1, "exempt_by_sharing": False, "name_zh": "布局图", "name_en": "Layout"},
        {
            "code": "licence",
            "necessity": 1,
            "exempt_by_sharing": True,
            "name_zh": "营业执照",
            "name_en": "Business licence",
        },
        {"code": "rules", "necessity": 3, "exempt_by_sharing": False, "name_zh": "管理制度", "name_en": "Rules"},
    ],
    "form": [
        {"name": "premises"},
        {"name": "business_type"},
        {"name": "business_items"},
        {"name": "contact_phone", "contact": True},
        {"name": "contact_email", "contact": True},
    ],
    "limits": {
        "acceptance": {"amount": 5, "unit": "W"},
        "statutory": {"amount": 10, "unit": "W"},
        "promise": {"amount": 7, "unit": "W"},
        "service": {"amount": 10, "unit": "W"},
        "links": {
            "examining": {"amount": 3, "unit": "W"},
            "deciding": {"amount": 2, "unit": "W"},
            "certifying": {"amount": 2, "unit": "W"},
        },
    },
    "result": {
        "name_zh": "食品经营许可证",
        "name_en": "Food business licence",
        "number_prefix": "JY2220199",
        "valid_years": 5,
    },
    "conditions": [{"code": "premises"}, {"code": "rules"}],
}


def resident_id() -> str:
    """A number of the region that is given to nobody."""
    body = f"2201991990{secrets.randbelow(9) + 1:02d}{secrets.randbelow(28) + 1:02d}{secrets.randbelow(1000):03d}"
    weighed = sum(
        int(digit) * weight
        for digit, weight in zip(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    return body + "10X98765432"[weighed % 11]
