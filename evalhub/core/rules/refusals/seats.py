"""Members who can no longer sit: code → (Chinese, English)."""

SEATS = {
    "already-removed": (
        "{seat} 的成员已被更换，无需重复办理。",
        "The member at {seat} was removed already; nothing more is to be done.",
    ),
    "member-removed": (
        "您已不再担任本场评标委员会成员（{seat}），不能再提交。请按工作人员指引离场。",
        "You are no longer a member of this committee ({seat}) and cannot send anything more. Follow the staff out.",
    ),
    "never-removed": (
        "专家 {leaf} 在本场没有被更换的记录，请如实登记联系结果。",
        "Expert {leaf} was never removed in this session. Record what really came of the call.",
    ),
    "not-your-round": (
        "第 {round} 轮不由您填写。请等待新成员完成其评审。",
        "Round {round} is not yours to fill in. Wait until the new member is through.",
    ),
    "committee-stands": (
        "没有空缺的席位，不能以无法组成评标委员会为由终止。确需终止的，请写明其他理由。",
        "No seat is empty, so the committee is not incomplete. If it has to be stopped, state another reason.",
    ),
}
