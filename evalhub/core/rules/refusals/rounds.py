"""Rounds of sealed sheets: code → (Chinese, English)."""

ROUNDS = {
    "wrong-form": (
        "当前为第 {round} 轮，表单 {form}。请刷新后在当前表单上填写。",
        "Round {round} with form {form} is open. Refresh and fill in that form.",
    ),
    "wrong-pad": (
        "密封长度不正确，应为 {pad}。请刷新工位页面后重新密封。",
        "The sealed length must be {pad}. Reload the booth page and seal again.",
    ),
    "wrong-client": (
        "工位程序与入场时不同。请停止操作并请工作人员检查工位。",
        "The booth runs another program than at check-in. Stop, and have the staff check the booth.",
    ),
    "wrong-revision": (
        "版本号应为 {expected}，收到 {got}。请刷新后在最新版本上重试。",
        "Revision {expected} is expected, not {got}. Refresh and try again on the latest one.",
    ),
    "wrong-round": (
        "当前为第 {round} 轮。请刷新后重试。",
        "Round {round} is the one under way. Refresh and try again.",
    ),
    "every-member-scores": (
        "评审须由每位成员完成，不能提前关闭。请等待，或暂停本场。",
        "Every member must hand in a sheet; this round cannot be closed early. Wait, or pause the session.",
    ),
    "nothing-sealed": (
        "还没有人投票，不能关闭。请等待至少一票。",
        "Nobody has voted yet. Wait for at least one ballot.",
    ),
    "already-released": ("{party} 已提供本轮分片，无需重复。", "{party} has released its pieces for this round."),
    "incomplete-set": (
        "本轮全部密封件必须同时打开，缺一不可。请提交完整的一组。",
        "All sheets of a round open together, never fewer. Give the complete set.",
    ),
    "pieces-missing": (
        "分片不足，尚不能打开。请等待其他受托方，或请监督提供备用分片。",
        "Too few pieces to open. Wait for the other trustees, or ask oversight for the reserve.",
    ),
    "nothing-to-reveal": (
        "工位 {seat} 在本轮没有需要重新公开的内容。",
        "Seat {seat} has nothing to reveal in this round.",
    ),
    "sheet-too-long": (
        "内容为 {size} 字节，超过上限 {limit}。请缩短备注。",
        "The sheet has {size} bytes, more than {limit}. Shorten the remarks.",
    ),
    "score-out-of-range": (
        "{bidder} 的 {factor} 得分 {score} 不在 {lowest} 至 {highest}（分档 {step}）内。请改正。",
        "Score {score} for {factor} of {bidder} is not within {lowest} to {highest} in steps of {step}. Correct it.",
    ),
    "sum-mismatch": (
        "{bidder} 的合计显示为 {shown}，应为 {sum}。请刷新后重新核对。",
        "The total of {bidder} shows {shown} but adds up to {sum}. Reload and check again.",
    ),
    "sheet-none": ("没有评分表，无法汇总。请等待评分打开。", "There is no sheet to sum up. Wait for the opening."),
    "sheet-incomplete": (
        "工位 {seat} 缺少 {bidder} 的 {factor} 得分，无法汇总。请核对该评分表。",
        "Seat {seat} lacks a score for {factor} of {bidder}. Check that sheet.",
    ),
    "sheet-unknown-score": (
        "工位 {seat} 有表单之外的得分（{bidder}/{factor}），无法汇总。请核对该评分表。",
        "Seat {seat} has a score that is not on the form ({bidder}/{factor}). Check that sheet.",
    ),
}
