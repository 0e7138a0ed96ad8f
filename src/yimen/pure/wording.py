"""The words of the verification, in both languages: what each check asks, and what it means that one failed."""

CHECKS: tuple[tuple[str, str], ...] = (
    ("文件是可读的 PDF，且恰有一个签章", "The file is a readable PDF with exactly one signature"),
    ("签章覆盖整个文件，没有附加内容", "The signature covers the whole file, with nothing added"),
    ("文件内容与签章时一致", "The bytes are those that were signed"),
    ("文件已锁定，不允许任何修改", "It is certified and no change is permitted"),
    (
        "印章证书由可信根签发，用途、时间有效，未被撤销",
        "The seal's certificate is trusted, for a seal, in time and not revoked",
    ),
    (
        "决定、决定的签名和办理记录齐全且规范",
        "The decision, its signature and the record are attached and well written",
    ),
    ("决定由作出决定的机关签名", "The agency that decided signed the decision"),
    ("印章属于作出决定的机关", "The seal belongs to the agency that decided"),
    ("办理记录完整，环环相扣", "The record is whole, each event holding the hash of the one before"),
    (
        "办理记录合法：审查合格、依此决定准予、费用缴清、签名、制证、两次用印放行，未撤回",
        "The record tells a lawful case with exactly this decision",
    ),
    ("各环节由不同的人办理，当事人未参与办理", "Nobody wore two hats, and no party an official one"),
    ("办理记录经记录密钥见证", "The record's key witnessed the record"),
    ("证面所载与决定一致", "What is printed is what was decided"),
    ("证照在有效期内", "It is valid at this time"),
)

FAILURES: dict[str, tuple[str, str]] = {
    "not_one_signature": (
        "这不是可读的 PDF 文件，或其中不是恰有一个签章。请上传原始电子文件，不要上传照片、扫描件或另存的副本。",
        "This is not a readable PDF with exactly one signature. Use the original file, not a photo, scan or saved copy.",
    ),
    "not_all_covered": (
        "签章没有覆盖整个文件：有人在签章之后附加了内容。",
        "The signature does not cover the whole file: something was added to it.",
    ),
    "not_intact": (
        "文件内容在签章之后被改动过，或签章本身不成立。",
        "The content was changed after signing, or the signature itself does not hold.",
    ),
    "changes_permitted": (
        "文件没有锁定：签章之后仍允许修改。",
        "The file is not certified: changes would be permitted after signing.",
    ),
    "seal_not_trusted": (
        "印章的数字证书不是由本市可信根证书签发的。",
        "The seal's certificate was not issued by this city's trusted root.",
    ),
    "not_a_seal": (
        "签章所用的数字证书不是印章证书。",
        "The certificate used to sign is not one for a seal.",
    ),
    "sealed_in_the_future": (
        "签章时间晚于核验时间。",
        "The time of sealing lies after the time of this check.",
    ),
    "seal_out_of_time": (
        "签章时，印章的数字证书不在有效期内。",
        "The seal's certificate was not valid when the seal was used.",
    ),
    "seal_revoked": (
        "印章的数字证书已被撤销。",
        "The seal's certificate has been revoked.",
    ),
    "attachments_missing": (
        "文件中没有恰好各附一份决定、决定的签名和办理记录。",
        "The decision, its signature and the record are not attached exactly once each.",
    ),
    "attachments_malformed": (
        "所附的决定或办理记录书写不规范，或缺少内容。",
        "The attached decision or record is not well written, or a part of it is missing.",
    ),
    "decision_not_signed": (
        "决定没有经作出决定的机关以其认证的密钥签名。",
        "The decision is not signed with a key that was certified for the agency that decided.",
    ),
    "seal_of_another_agency": (
        "所盖印章属于另一机关，不属于作出决定的机关。",
        "The seal belongs to another agency than the one that decided.",
    ),
    "record_broken": (
        "办理记录不完整：有事件被改动、删除、插入或调换。",
        "The record is broken: an event was changed, removed, inserted or moved.",
    ),
    "record.withdrawn": (
        "申请已被撤回，不应有证照。",
        "The application was withdrawn: there should be no certificate.",
    ),
    "record.unlawful_order": (
        "办理步骤的顺序不合法，或有不应出现的步骤。",
        "The steps are not in lawful order, or one is there that must not be.",
    ),
    "record.not_drawn": (
        "有步骤的办理人不是随机抽取的。",
        "Someone who acted had not been drawn by chance.",
    ),
    "record.stepped_aside": (
        "已经回避的人又被抽中办理。",
        "Someone who had stepped aside was drawn again.",
    ),
    "record.second_correction": (
        "不止一次要求申请人补正。",
        "The applicant was asked to correct more than once.",
    ),
    "record.against_finding": (
        "最后一次审查未认定符合条件，却准予许可。",
        "It was granted although the last finding is not that the conditions are met.",
    ),
    "record.unverified": (
        "受理时未能核验的事项，至决定时仍未核验。",
        "What could not be checked at filing was not checked before the decision.",
    ),
    "record.fee_unpaid": (
        "应缴费用未按通知缴清即已制证。",
        "The certificate was made before the fee was paid as it was asked for.",
    ),
    "record.wrong_link": (
        "有步骤不是由应办理的环节办理的。",
        "A step was not done by the link whose work it is.",
    ),
    "record.incomplete": (
        "办理步骤不全：证照在全部步骤完成之前制成。",
        "Steps are missing: the certificate was made before all was done.",
    ),
    "record.other_decision": (
        "办理记录所准予的不是这份决定。",
        "The record grants another decision than this one.",
    ),
    "record.sealed_too_early": (
        "签章早于印章放行。",
        "The seal was used before it was released.",
    ),
    "hats.missing": (
        "有步骤没有记载办理人。",
        "A step does not say that anyone did it.",
    ),
    "hats.not_a_party": (
        "申请或补正的人不是本件的当事人。",
        "Whoever applied or corrected is not a party of this case.",
    ),
    "hats.same_person": (
        "同一人办理了两个应当分离的环节。",
        "One person did two steps that must be kept apart.",
    ),
    "not_witnessed": (
        "办理记录没有记录密钥的见证，或见证的不是这一记录。",
        "The record's key has not witnessed this record up to its last event.",
    ),
    "printed_otherwise": (
        "证面所载的编号、持证人或有效期与决定不一致。",
        "The number, holder or validity printed is not what was decided.",
    ),
    "paper_attachments_missing": (
        "文件中没有恰好各附一份文书内容、办理记录，以及所依据的文字（如有）。",
        "What the paper says, the record, and the text it is about (if any) are not attached exactly once each.",
    ),
    "paper_attachments_malformed": (
        "所附的文书内容或办理记录书写不规范，或缺少内容。",
        "What the paper says or the record is not well written, or a part of it is missing.",
    ),
    "paper_of_another_event": (
        "办理记录不是本件的，或不是止于引起这种文书的事件。",
        "The record is of another case, or does not end with an event that leads to such a paper.",
    ),
    "paper_sealed_too_early": (
        "文书用印早于引起文书的事件。",
        "The paper was sealed before the event that led to it.",
    ),
    "paper_of_another_text": (
        "所依据的文字或金额不是办理记录所载的。",
        "The text or amount is not the one on the record.",
    ),
    "paper_printed_otherwise": (
        "纸面所载与文书内容不一致。",
        "What is printed is not what the paper says.",
    ),
    "not_yet_valid": (
        "证照尚未生效。",
        "It is not valid yet.",
    ),
    "expired": (
        "证照真实，但已超过有效期。",
        "It is authentic, but its validity has ended.",
    ),
}
