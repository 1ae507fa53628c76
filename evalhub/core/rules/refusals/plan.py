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
        "各中心抽取人数之和为 {found}，加上招标人代表后与委员会人数不符（{path}）。请调整各中心人数。",
        "The centres draw {found} members; with the representatives that is not the size of the committee ({path}). "
        "Adjust their shares.",
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
    "regime-not-class": (
        "{path}：{found} 项目属政府采购货物、服务，不能适用招标投标法体系。请更正。",
        "{path}: a project of class {found} is not under tendering law. Correct it.",
    ),
    "too-few-bids": (
        "{path}：只有 {found} 家投标人，少于规定数量。不足时不得评标，请按规定重新招标。",
        "{path}: only {found} bidders, fewer than required. Do not evaluate; tender again.",
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
    "panel-only": (
        "{path}：只有评审组项目才有评审组设置，现项目类别为 {found}。请删除该设置或更正项目类别。",
        "{path}: only a panel has a panel profile, not the class {found}. Delete it or correct the class.",
    ),
    "panel-priced": (
        "{path}：评审组项目没有报价和价格分，现为 {found}。请把价格公式设为 none，各项金额不填。",
        "{path}: nothing is priced in a panel, but there is {found}. Use the formula none and leave amounts out.",
    ),
    "price-needed": (
        "{path}：{found} 类项目须有价格公式，不能为 none。请按招标文件选择公式。",
        "{path}: a project of class {found} needs a price formula other than none. Choose that of the tender document.",
    ),
    "panel-category": (
        "{path}：评审类别 {found} 不在列表中。请从 panel.categories 中选择。",
        "{path}: the category {found} is not listed. Choose one of panel.categories.",
    ),
    "panel-size": (
        "{path}：评审组人数与所选类别规定的人数不一致：{found}。请更正人数。",
        "{path}: the size of the panel is not that of its category: {found}. Correct it.",
    ),
    "panel-too-small": (
        "{path}：各专业最少人数之和超过评审组人数：{found}。请调整。",
        "{path}: the specialties ask for more members than the panel has: {found}. Adjust them.",
    ),
    "panel-specialty": (
        "{path}：各中心抽取的专业未满足评审组要求：{found}。请调整抽取专业和人数。",
        "{path}: the strata do not bring the specialties of the panel: {found}. Adjust them.",
    ),
    "workday-and-holiday": (
        "{path}：{found} 既是休假日又是调休上班日。请按国务院办公厅通知更正。",
        "{path}: {found} is both a holiday and a working day. Correct it after the yearly notice.",
    ),
    "workday-anyway": (
        "{path}：{found} 本来就是工作日；此处只填调休上班的周六、周日。请删除。",
        "{path}: {found} is a working day anyway; only Saturdays and Sundays stand here. Delete it.",
    ),
    "amount-in-words": (
        "{path}：大写金额写法有误：{found}。请对照投标文件更正。",
        "{path}: the amount in words is not well written: {found}. Correct it from the bid.",
    ),
    "bad-rate": (
        "{path}：异常低价的比例 {found} 超出法定范围。请更正。",
        "{path}: rate {found} for abnormally low bids is outside what the law allows. Correct it.",
    ),
    "not-a-key": (
        "{path}：不是有效的公钥。请填写 evalhub bidder keygen 生成的公钥。",
        "{path}: not a public key. Give the one that evalhub bidder keygen has made.",
    ),
    "method-formula": (
        "{path}：价格公式与评标方法 {found} 不相配。请更换公式或方法。",
        "{path}: the price formula does not go with method {found}. Change one of them.",
    ),
    "method-points": (
        "{path}：评标方法与价格分 {found} 不相配（最低投标价法为 0，合理低价法须大于 50）。请更正。",
        "{path}: {found} price points do not go with the method. Give 0 for the lowest price, above 50 for reasonable "
        "low price.",
    ),
    "method-factors": (
        "{path}：评标方法 {found} 不打分，不应有评分因素。请删除。",
        "{path}: method {found} gives no points, so there are no factors. Remove them.",
    ),
    "method-adjustments": (
        "{path}：评标方法 {found} 不折算评标价，不应有价格调整项。请删除。",
        "{path}: method {found} evaluates no price, so there are no adjustments. Remove them.",
    ),
    "adjustment-rate": (
        "{path}（{found}）的折算标准不成立。请更正单价或比例。",
        "The rate at {path} ({found}) is impossible. Correct it.",
    ),
    "government-method": (
        "{path}：政府采购货物和服务只能采用最低评标价法或综合评分法，现为 {found}。请更正。",
        "{path}: government goods and services are evaluated by lowest price or by points, not by {found}. Correct it.",
    ),
    "government-formula": (
        "{path}：政府采购综合评分法的价格分须采用低价优先法（lowest-first），现为 {found}。请更正。",
        "{path}: the price score of government procurement is lowest-first, not {found}. Correct it.",
    ),
    "government-points": (
        "{path}：政府采购价格分占比过低（{found}）：货物不得低于 30，服务不得低于 10。请更正。",
        "{path}: {found} price points are too few for government procurement. Give at least 30 for "
        "goods, 10 for services.",
    ),
    "government-adjustment": (
        "{path}：政府采购除算术修正和政策性扣除外不得调整报价，现为 {found}。请删除加价项。",
        "{path}: in government procurement only policy deductions change a price, not {found}. Remove it.",
    ),
    "bad-options": (
        "{path}（{found}）的选项不成立：至少两个、互不相同、在分值范围内且含最高分；非选项打分不设选项。请更正。",
        "The options at {path} ({found}) are impossible: two at least, all different, in the "
        "range, with the highest score; and none elsewhere. Correct them.",
    ),
    "bad-reason-band": (
        "{path}（{found}）须说明理由的分值界限不在分值范围内。请更正。",
        "The band at {path} ({found}) beyond which a reason is needed is outside the range. Correct it.",
    ),
}
