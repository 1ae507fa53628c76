"""The committee's deliberation: code → (Chinese, English)."""

DELIBERATION = {
    "no-such-matter": (
        "没有合议事项 {matter}。请刷新后查看。",
        "There is no matter {matter}. Refresh and look again.",
    ),
    "matter-moved-on": (
        "{matter} 已进入第 {round} 轮或已有结论。请刷新后查看。",
        "{matter} is in round {round}, or decided. Refresh and look again.",
    ),
    "matter-answered": (
        "您已对 {matter} 表态，不能更改。请等待其他成员。",
        "You have answered {matter}; an answer stands. Wait for the other members.",
    ),
    "no-more-looking": (
        "{matter} 不能再退回复核。请选择同意或不同意。",
        "{matter} cannot be sent back any more. Agree or disagree.",
    ),
    "matter-reason-missing": (
        "请写明您对 {matter} 表态的理由。",
        "Give the reasons of your answer to {matter}.",
    ),
    "question-empty": (
        "提请表决的内容为空。请填写后再提交。",
        "The question is empty. Write it, then put it to the vote.",
    ),
    "not-the-chair": (
        "只有组长 {chair} 可以进行此项操作。",
        "Only the chair, {chair}, may do this.",
    ),
    "matters-open": (
        "合议事项 {matters} 尚未表决完毕。请等待全体成员表态。",
        "Matters {matters} are not decided yet. Wait until every member has answered.",
    ),
}
