"""Check-in: code → (Chinese, English)."""

CHECKIN = {
    "not-a-member": (
        "专家 {leaf} 不是本中心抽取的成员，不得入场。请核对身份。",
        "Expert {leaf} is no member drawn by your centre. Do not admit; check who it is.",
    ),
    "already-admitted": (
        "专家 {leaf} 已入场，请查看其工位。",
        "Expert {leaf} was admitted already; look up the booth.",
    ),
    "identity-not-confirmed": (
        "尚未确认专家 {leaf} 的身份。请核验身份后再办理入场。",
        "The identity of expert {leaf} is not confirmed. Check it, then admit.",
    ),
    "phone-not-handed-in": (
        "专家 {leaf} 尚未交存手机。请交存后再办理入场。",
        "Expert {leaf} has not handed in the phone. Take it, then admit.",
    ),
    "outside-window": (
        "现在不在评标时间段内（{opens} 至 {closes}）。请在该时间内办理。",
        "This is outside the agreed window ({opens} to {closes}). Come back within it.",
    ),
    "no-free-booth": (
        "没有空闲工位。请联系主场，增加工位须重新安排本场。",
        "No booth is free. Talk to the host: more booths need a new session.",
    ),
    "no-feasible-seating": (
        "{members} 名成员无法安排到 {booths} 个工位。请增加评标室或工位。",
        "{members} members cannot be seated at {booths} booths. Add rooms or booths.",
    ),
    "not-your-seat": (
        "工位 {seat} 不属于您。请在自己的工位操作。",
        "Seat {seat} is not yours. Use your own booth.",
    ),
    "ticket-used": (
        "工位 {seat} 的签到票已使用。如非本人操作，请立即通知工作人员。",
        "The ticket of seat {seat} was used already. If it was not you, tell the staff at once.",
    ),
    "ticket-repeated": ("该签到票已发放过。请重新打印新的签到票。", "This ticket was issued before. Print a new one."),
    "ticket-outlives-window": (
        "签到票的有效期不能超过评标时间段（{closes}）。请缩短有效期。",
        "A ticket cannot outlive the window ({closes}). Let it expire earlier.",
    ),
    "ticket-unknown": (
        "该签到票不是工位 {seat} 的有效签到票。请核对，或请工作人员重新打印。",
        "This is not the valid ticket of seat {seat}. Check it, or ask the staff for a new print.",
    ),
    "ticket-expired": (
        "签到票已于 {expires} 失效。请工作人员重新打印。",
        "The ticket expired at {expires}. Ask the staff for a new print.",
    ),
    "self-test-empty": ("自检没有任何项目。请重新自检。", "The self-test checked nothing. Run it again."),
    "already-declared": ("工位 {seat} 已完成回避声明。", "Seat {seat} has made its declaration already."),
    "answer-every-bidder": (
        "请对每个投标人逐一声明：{bidders}。",
        "Answer once for each bidder: {bidders}.",
    ),
    "discipline-not-accepted": (
        "请阅读并接受评标纪律后再提交。",
        "Read the discipline and accept it, then send the declaration.",
    ),
    "reason-missing": (
        "请为 {bidder} 的 {item} 填写理由。",
        "Give the reason for {item} of {bidder}.",
    ),
    "seats-not-ready": (
        "应有 {size} 席，已就座 {filled} 席，未就绪：{waiting}。请等全部就绪后再申请开始。",
        "{filled} of {size} seats are filled; not ready: {waiting}. Ask for the start when all are ready.",
    ),
    "roster-not-printed": (
        "收到的名册与签到票上印制的不一致（{printed}）。请停止操作并通知工作人员。",
        "The roster received is not the one printed on the ticket ({printed}). Stop and tell the staff.",
    ),
}
