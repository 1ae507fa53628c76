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
    "stage-not-reached": (
        "本场尚未进行到 {stage} 阶段，无从退回。请核对要退回的阶段。",
        "The session has not reached the stage {stage}; there is nothing to go back to. Choose another stage.",
    ),
    "nothing-to-take-back": (
        "您在第 {round} 轮尚未签封，可以直接修改，无需申请。",
        "You have not sealed in round {round}; just change your sheet, there is nothing to take back.",
    ),
    "already-asked": (
        "您在第 {round} 轮的撤回申请尚未了结。请等待答复，或重新签封。",
        "Your request of round {round} is still open. Wait for the answer, or seal again.",
    ),
    "no-such-request": (
        "没有等待答复的撤回申请（{who}）。请刷新页面。",
        "No such request waits for an answer ({who}). Refresh the page.",
    ),
    "fault-too-long": (
        "评审中断已超过时限（{limit}），依规不得恢复。应封存全部材料，终止本场，另行组建评标委员会重新评审。",
        "The evaluation has stood still beyond its limit ({limit}) and may not be resumed. Stop the session: all is "
        "sealed, and a new committee evaluates again.",
    ),
    "delay-undecided": (
        "开始前的延误已超过时限（{limit}），须先由招标人决定是否继续。请主场登记其决定，或取消本场。",
        "The start has been held up beyond its limit ({limit}): the procuring entity decides first. Let the host "
        "record that it goes on, or call the session off.",
    ),
    "delay-not-exceeded": (
        "中断尚未超过时限（{limit}），或不在相应阶段，无须此项决定。",
        "The limit ({limit}) has not passed, or not in this part of the session; nothing is to be decided.",
    ),
    "committee-stands": (
        "没有空缺的席位，不能以无法组成评标委员会为由终止。确需终止的，请写明其他理由。",
        "No seat is empty, so the committee is not incomplete. If it has to be stopped, state another reason.",
    ),
}
