"""The plan: code → (Chinese, English)."""

PLAN = {
    "duplicate": ("{path} 中 {found} 重复。请改为不同的值。", "{found} is given twice at {path}. Make them different."),
    "no-rooms": ("{path} 没有评标室。请至少提供一间。", "There is no room at {path}. Offer at least one."),
    "no-booths": (
        "评标室 {found} 没有工位（{path}）。请补充工位编号。",
        "Room {found} has no booth ({path}). Number its booths.",
    ),
    "no-items": (
        "{path} 没有任何条目。请补充后重新提出。",
        "There is nothing at {path}. Fill it in and propose again.",
    ),
    "no-guest": ("{path} 没有客场。请加入至少一个客场。", "There is no guest at {path}. Add at least one."),
    "no-strata": (
        "{found} 没有抽取专业（{path}）。请补充专业和人数。",
        "{found} has nothing to draw ({path}). Say which specialties and how many.",
    ),
    "shares-not-committee": (
        "各中心人数之和为 {found}，与委员会人数不符（{path}）。请调整各中心人数。",
        "The centres supply {found} members, not the size of the committee ({path}). Adjust their shares.",
    ),
    "window-empty": (
        "评标时间段的结束不晚于开始（{path}）。请更正时间。",
        "The window ends before it begins ({path}). Correct its times.",
    ),
    "bad-value": (
        "{path} 的内容不符合要求：{found}。请更正后重试。",
        "{path} does not hold a possible value: {found}. Correct it and try again.",
    ),
    "not-an-amount": (
        "{path} 不是有效金额：{found}。请填写正数，最多两位小数。",
        "{path} is not an amount: {found}. Write a positive number with at most two decimals.",
    ),
    "not-a-score": ("{path}（{found}）不是有效分值。请更正。", "{path} ({found}) is not a score. Correct it."),
    "bad-range": (
        "{path}（{found}）的分值范围或分档不成立。请更正最低分、最高分和分档。",
        "The range or step at {path} ({found}) is impossible. Correct lowest, highest and step.",
    ),
    "range-not-in-steps": (
        "{path}（{found}）的分值范围不是分档的整数倍。请更正。",
        "The range at {path} ({found}) is no multiple of its step. Correct it.",
    ),
    "points-not-100": (
        "{path} 各因素最高分与价格分之和须为 100，现为 {found}。请更正。",
        "Highest scores and price points at {path} must sum to 100, not {found}. Correct them.",
    ),
    "too-few-bids": (
        "{path}：只有 {found} 家投标人，少于规定数量。不足时不得评标，请按规定重新招标。",
        "{path}: only {found} bidders, fewer than required. Do not evaluate; tender again.",
    ),
    "representatives-unsupported": (
        "{path}：暂不支持 {found} 个招标人代表席位。请全部使用抽取的专家。",
        "{path}: seats for {found} representatives are not supported. Use drawn experts only.",
    ),
    "committee-sum": (
        "代表与专家人数之和不等于成员总数（{found}）。请更正人数。",
        "Representatives and experts do not add up to the size ({found}). Correct the numbers.",
    ),
    "committee-odd": (
        "委员会成员人数须为单数，现为 {found}。请调整人数。",
        "A committee has an odd number of members, not {found}. Change its size.",
    ),
    "committee-five": (
        "委员会成员须为五人以上，现为 {found}。请增加成员。",
        "A committee has five members or more, not {found}. Add members.",
    ),
    "committee-three": (
        "评审组成员须为三人以上，现为 {found}。请增加成员。",
        "A panel has three members or more, not {found}. Add members.",
    ),
    "committee-experts": (
        "专家须不少于成员总数的三分之二，现为 {found}。请增加专家。",
        "Experts are at least two thirds of a committee, not {found}. Add experts.",
    ),
    "committee-seven": (
        "此类项目的委员会须为七人以上单数，现为 {found}。请增加成员。",
        "This kind of project needs an odd committee of seven or more, not {found}. Add members.",
    ),
}
