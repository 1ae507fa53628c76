"""What a person reads when something is refused: one sentence for each stable code, in Chinese and English.

Every sentence says what to do next. Placeholders are keys of ``Refusal.detail``; a test reads the whole source tree
and fails when a code that can be raised has no sentence, when a sentence has no code, or when a placeholder is not in
the detail of every place that raises the code.

Never here: rules. Mistakes in files (paths, rows) have their shorter texts beside the command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Lang = Literal["zh", "en"]

_PAIRING = {
    "wrong-parties": (
        "参与方须为一个主场、至少一个客场和一个监督机构，现为：{roles}。请更正参与方名单后重新发起。",
        "The parties must be one host, at least one guest and one oversight body, not: {roles}. Correct the list and "
        "open the session again.",
    ),
    "party-twice": (
        "参与方的名称、身份密钥和见证密钥不得重复。请为每一方分别登记后重新发起。",
        "Names, identity keys and witness keys must all differ. Give each party its own and open the session again.",
    ),
    "wrong-centres": (
        "计划须依次列出主场和全部客场：{expected}。请更正后重新提出。",
        "The plan must list the host first and then exactly the guests: {expected}. Correct it and propose it again.",
    ),
    "not-the-standing-plan": (
        "计划已有变更，现行计划摘要为 {standing}。请查看最新计划后再答复。",
        "The plan has changed; the standing one is {standing}. Read it and answer again.",
    ),
    "already-answered": (
        "{party} 已经答复，不能再次答复。如需变更，请联系主场。",
        "{party} has already answered; an answer is given once. If it must change, talk to the host.",
    ),
    "too-few-booths": (
        "本中心需要 {wanted} 个工位，只提供了 {offered} 个。请增加工位后再接受。",
        "Your centre needs {wanted} booths and offers {offered}. Add booths, then accept.",
    ),
    "already-filed": (
        "{party} 已提交本场密钥，无需重复提交。",
        "{party} has filed its key for this session; nothing more is needed.",
    ),
    "key-in-use": (
        "该密钥在本场已被使用。请生成新的密钥后重试。",
        "This key is already used in this session. Make a fresh key and try again.",
    ),
    "roster-incomplete": (
        "尚有参与方未提交密钥，名册还不完整。请等各方提交后再签署。",
        "The roster lacks a key. Wait until every party has filed its own, then sign.",
    ),
    "roster-impossible": (
        "无法由这些密钥组成名册（{reason}）。请主场取消本场并重新发起。",
        "No roster can be made of these keys ({reason}). The host should cancel and open a new session.",
    ),
    "foreign-roster": (
        "名册与本场登记的不一致，请立即停止操作并通知监督人员。",
        "This is not the roster of this session. Stop, and tell the supervisor at once.",
    ),
    "already-signed": ("{party} 已签署名册，无需重复签署。", "{party} has signed the roster; nothing more is needed."),
}

_PLAN = {
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

_FILES = {
    "missing": ("缺少必填内容。请补充后重新导入。", "Something required is missing. Fill it in and import again."),
    "missing-sheet": ("缺少工作表。请按模板补充。", "A sheet is missing. Add it as in the template."),
    "not-a-section": ("此处应为一组字段。请按模板填写。", "A section of fields is expected. Follow the template."),
    "unknown-field": ("没有这个字段。请删除或按模板更正。", "There is no such field. Delete it or correct its name."),
    "unknown-choice": ("没有这个选项。请按说明选择。", "There is no such choice. Choose one that is listed."),
    "unknown-specialty": (
        "国家专业分类标准中没有该代码。请更正专业代码。",
        "The code is not in the national classification. Correct it.",
    ),
    "file-name": ("文件名不能含路径。请改名。", "A file name must be plain, without a path. Rename the file."),
    "file-missing": (
        "找不到这份投标文件。请放入文件夹后重试。",
        "The bid document is not there. Put it in the folder.",
    ),
    "file-length": (
        "投标文件的字节数与开标记录不符。请换成开标的文件。",
        "The bid document has another length than the one opened. Use the one opened.",
    ),
    "file-digest": (
        "投标文件的摘要与开标记录不符。请换成开标的文件。",
        "The bid document has another digest than the one opened. Use the one opened.",
    ),
}

_PRICES = {
    "price-parameter": (
        "价格公式的参数 {parameter} 超出范围。请更正后重试。",
        "Parameter {parameter} of the price formula is outside its range. Correct it and try again.",
    ),
    "price-bidder-twice": ("同一投标人出现两次。请删除重复。", "A bidder is given twice. Remove one."),
    "price-no-bid": ("没有报价。请补充报价。", "There is no bid. Give the prices."),
    "price-no-valid-bid": (
        "没有有效报价，无法计算价格分。请核对报价与限价。",
        "No price is valid, so that none can be scored. Check prices and ceiling.",
    ),
    "price-no-ceiling": ("此公式需要最高投标限价。请补充限价。", "This formula needs a price ceiling. Give one."),
    "price-none-kept": (
        "筛选后没有剩余报价，无法计算基准价。请核对公式参数。",
        "No price is left for the benchmark. Check the parameters of the formula.",
    ),
    "price-not-drawn": (
        "参数 {parameter} 须在开标时抽取，现缺少或不在选项中。请填写唯一取值。",
        "Parameter {parameter} is drawn at bid opening and is missing or not among its choices. Give the value drawn.",
    ),
    "price-not-positive": (
        "{bidder} 的报价 {found} 不是正数。请更正。",
        "The price of {bidder}, {found}, is not positive. Correct it.",
    ),
    "price-sample": (
        "应抽取 {needed} 家报价，现为 {found} 家。请核对开标抽取记录。",
        "{needed} prices are to be drawn, not {found}. Check the record of the bid opening.",
    ),
    "price-technical": (
        "此公式需要每个有效投标人的技术分。请补充或改用其他公式。",
        "This formula needs the technical score of every valid bidder. Give them, or use another formula.",
    ),
}

_DRAW = {
    "wrong-draw": (
        "第 {draw} 次抽取不是当前的抽取，或其中没有该专业。请刷新后重试。",
        "Draw {draw} is not the one under way, or has no such stratum. Refresh and try again.",
    ),
    "not-asked": (
        "本次抽取不需要 {party} 提供专家，无需操作。",
        "This draw asks nothing of {party}; there is nothing to do.",
    ),
    "pool-not-registered": (
        "{party} 冻结的专家库在本场发起之前没有登记。请重新导入发起前登记过的专家库再冻结，或取消本场重新发起。",
        "{party} had not registered this pool before the session was opened. Import the pool that was registered then "
        "and freeze again, or cancel and open a new session.",
    ),
    "pool-never-registered": (
        "当前专家库（{size} 名）尚未登记。请先导入专家库，等待系统登记后重试。",
        "The current pool ({size} experts) is not registered. Import a pool, wait until it is, then try again.",
    ),
    "already-registered": (
        "专家库（根 {root}）已经登记，无需重复。",
        "The pool of root {root} is registered already; nothing more is needed.",
    ),
    "pool-changed": (
        "{party} 在本场已使用另一份登记的专家库。请重新导入原来的专家库后再冻结。",
        "{party} has drawn from another registered pool in this session. Import that one again, then freeze.",
    ),
    "salt-lost": (
        "数据库中没有场次 {session} 的抽取密值。请恢复当时的数据库副本后重试。",
        "This database has no draw secrets of session {session}. Restore the copy that was in use then, and try again.",
    ),
    "booth-taken": (
        "工位 {booth} 在该时段已被占用或停用。请改选其他工位或调整时间。",
        "Booth {booth} is taken or out of order in that time. Choose another booth or another time.",
    ),
    "booth-unknown": (
        "本中心评标室 {room} 没有工位 {booth}。请按平面图填写。",
        "Room {room} of this centre has no booth {booth}. Use the numbers of the floor plan.",
    ),
    "window-too-long": (
        "时段超过 {days} 天，无法预约。请缩短时段。",
        "The window is longer than {days} days. Choose a shorter one.",
    ),
    "already-frozen": ("{party} 已冻结专家库，无需重复。", "{party} has frozen its pool; nothing more is needed."),
    "wrong-request": (
        "冻结的专家库不是针对本次抽取要求。请按现行要求重新冻结。",
        "The pool was frozen for another request. Freeze it for the request in force.",
    ),
    "wrong-strata": (
        "冻结的专业与抽取要求不一致。请按要求的专业和次序重新冻结。",
        "The strata are not those of the request. Freeze again with the same strata in the same order.",
    ),
    "pools-not-frozen": (
        "还有中心未冻结专家库。请等全部冻结后再提交随机数承诺。",
        "A pool is not frozen yet. Wait until all are, then commit.",
    ),
    "already-committed": (
        "{party} 已提交随机数承诺，不能更改。",
        "{party} has committed already; a commitment cannot change.",
    ),
    "wrong-escrow": (
        "托管信封须由 {party} 自己封存且只封一次。请重新封存本方的随机数。",
        "The escrow must be sealed by {party} itself, once. Seal your own contribution again.",
    ),
    "already-escrowed": ("{party} 已托管随机数，无需重复。", "{party} has escrowed already; nothing more is needed."),
    "already-revealed": ("{party} 的随机数已公开，无需重复。", "{party}'s contribution is known already."),
    "contribution-mismatch": (
        "{name} 公开的随机数与其承诺不符。请核对并公开原来承诺的数。",
        "What {name} reveals is not what it committed to. Reveal the number committed to.",
    ),
    "contribution-missing": (
        "{name} 尚未公开随机数。请等待，或由监督启用托管。",
        "{name} has not revealed. Wait, or have oversight call the escrow.",
    ),
    "nothing-to-call": (
        "{party} 没有可启用的托管。请核对名称和抽取步骤。",
        "There is no escrow of {party} to call. Check the name and how far the draw is.",
    ),
    "nothing-to-release": (
        "{party} 的托管未被启用或本方已提供分片，无需操作。",
        "The escrow of {party} was not called, or you have released your pieces already.",
    ),
    "wrong-pieces": (
        "提供的分片不是 {party} 应持有的全部分片。请重新提取后提交。",
        "These are not exactly the pieces {party} holds. Take them out again and release them all.",
    ),
    "piece-mismatch": (
        "{party} 的第 {piece} 号分片与信封不符。请核对密钥并通知监督人员。",
        "Piece {piece} of {party} is not the one in the envelope. Check your key and tell the supervisor.",
    ),
    "unknown-outcome": (
        "没有「{outcome}」这种抽取结果。请从列表中选择。",
        "There is no outcome {outcome}. Choose one from the list.",
    ),
    "unknown-leaf": (
        "本中心专家库中没有编号 {leaf}。请核对后重试。",
        "Your pool has no leaf {leaf}. Check it and try again.",
    ),
    "already-seated": (
        "专家 {leaf} 已在工位签到。须由本人声明回避，方可更换。",
        "Expert {leaf} already sits at a booth. Only the expert's own declaration of a conflict vacates it.",
    ),
    "not-the-next-leaf": (
        "须按顺序通知，下一位是 {next}。请先记录该专家的结果。",
        "Experts are called in order; the next is {next}. Record that one first.",
    ),
    "never-accepted": (
        "专家 {leaf} 未曾接受，不能记为迟到或退出。请选择其他结果。",
        "Expert {leaf} never accepted and so cannot be late or withdraw. Choose another outcome.",
    ),
    "already-member": (
        "专家 {leaf} 已是成员，请记为「已是成员」并通知下一位。",
        "Expert {leaf} is a member already. Record recused:already-member and call the next.",
    ),
    "outcome-settled": (
        "该专家已是成员，或与成员同一单位，不能记为接受。请记为 {outcome} 并通知下一位。",
        "This expert is a member already or of the same unit as one. Record {outcome} and call the next.",
    ),
    "recused-before": (
        "专家 {leaf} 在本场曾被记为 {outcome}，不能再接受。请记录同样的结果并通知下一位。",
        "Expert {leaf} was recorded as {outcome} in this session and cannot accept. Record that again, then call the "
        "next.",
    ),
    "draw-not-exhausted": (
        "名单尚未用尽，不能再次抽取。请先按顺序通知其余专家。",
        "Not every list is exhausted. Call the remaining experts in order first.",
    ),
}

_CHECKIN = {
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

_ROUNDS = {
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

_CONCLUSION = {
    "already-computed": (
        "{party} 已提交计算结果。请等待其他中心。",
        "{party} has stated its result. Wait for the others.",
    ),
    "sum-is-recomputed": (
        "{finding} 是合计错误，系统已按分项重新计算。请改为填写说明。",
        "{finding} is a wrong sum, which is added up again by itself. Give an explanation instead.",
    ),
    "not-the-finding": (
        "所改条目与 {finding} 不符。请只更正该问题涉及的条目。",
        "This is not the item of {finding}. Correct the item that the finding names.",
    ),
    "stale-value": (
        "该条目现值为 {before}，与所填不同。请刷新后重试。",
        "The item now stands at {before}. Refresh and try again.",
    ),
    "finding-closed": ("{finding} 已经答复。请查看其余问题。", "{finding} is answered already. Look at the others."),
    "must-be-corrected": (
        "{finding} 是得分超出范围，依法必须更正，不能只作说明。",
        "{finding} is a score outside its range: it must be corrected, not explained.",
    ),
    "findings-open": (
        "还有问题未答复：{findings}。请有关成员更正或说明后再结束核对。",
        "Still open: {findings}. The members concerned must correct or explain them first.",
    ),
    "objective-differs": (
        "{bidder} 的客观分 {factor} 各成员不一致。请有关成员更正至一致。",
        "Members differ on the objective factor {factor} of {bidder}. They must correct it until they agree.",
    ),
    "no-such-finding": (
        "没有需要您答复的问题 {finding}。请刷新列表。",
        "There is no finding {finding} for you. Refresh the list.",
    ),
    "wrong-report": (
        "评标报告的摘要与台账不符。请刷新并重新生成报告。",
        "This is not the digest of the report. Refresh and build the report again.",
    ),
    "not-the-filed-key": (
        "这不是本方登记的密钥。请核对后重试。",
        "This is not the key you filed. Check and try again.",
    ),
    "already-destroyed": ("{party} 已声明销毁密钥。", "{party} has stated already that its key is destroyed."),
}

_SESSION = {
    "not-yours": (
        "您的角色（{role}）无权执行 {command}。请由有权的一方办理。",
        "{command} is not for your role ({role}). Ask the party whose task it is.",
    ),
    "wrong-phase": (
        "当前阶段（{phase}）不能执行 {command}。请刷新页面查看进度。",
        "{command} is not possible in phase {phase}. Refresh to see how far the session is.",
    ),
    "session-paused": (
        "本场已暂停：{reason}。请等待监督人员恢复，时间会补回。",
        "The session is paused: {reason}. Wait until oversight resumes it; the time is given back.",
    ),
    "not-paused": ("本场没有暂停，无需恢复。", "The session is not paused; there is nothing to resume."),
    "gate-open": (
        "正在等待各方会签（{gate}）。请稍候重试。",
        "Waiting for all parties to countersign ({gate}). Try again in a moment.",
    ),
    "no-such-gate": ("没有待会签的节点 {gate}。", "No gate {gate} is open. Look at the state of the session."),
    "gate-too-small": (
        "会签只覆盖 {size} 条记录，至少须 {needed} 条。请重新会签。",
        "The checkpoint covers {size} entries of {needed} needed. Countersign again.",
    ),
    "wrong-counter": (
        "消息序号应为 {expected}，收到 {got}：消息重复或次序有误。请刷新后重试。",
        "Message {expected} is expected, not {got}: repeated or out of order. Refresh and try again.",
    ),
    "unknown-key": (
        "本场没有登记该密钥（{kid}）。请重新签到，或联系工作人员。",
        "No party or booth of this session has this key ({kid}). Check in again, or ask the staff.",
    ),
    "wrong-session": (
        "消息属于另一场评标（{session}）。请打开正确的场次。",
        "The message belongs to another session ({session}). Open the right one.",
    ),
    "unknown-party": (
        "参与方 {party} 未在目录中登记，或登记的密钥不同。请核对目录。",
        "{party} is not in the directory, or with another key. Check the directory of parties.",
    ),
    "unknown-envelope": (
        "本地没有信封 {envelope}。请等待同步完成后重试。",
        "Envelope {envelope} has not arrived here. Wait until the mirror is complete, then try again.",
    ),
    "wrong-origin": (
        "台账来源与场次不符。请主场核对后重新发起。",
        "The origin is not the one for this session. The host should check it and open again.",
    ),
    "wrong-log": (
        "台账密钥与中枢登记的不符。请停止操作并联系监督人员。",
        "This is not the ledger key of the hub. Stop, and tell the supervisor.",
    ),
    "keys-exist": (
        "文件夹 {folder} 中已有密钥，不会覆盖。请换一个文件夹。",
        "Folder {folder} holds keys already; they are never replaced. Use another folder.",
    ),
    "too-many-tries": (
        "尝试次数过多。请 {wait_seconds} 秒后重试，或请工作人员协助。",
        "Too many tries. Wait {wait_seconds} seconds, or ask the staff.",
    ),
    "wrong-witness": (
        "{party} 的见证密钥与中枢登记的不符。请核对目录后重新发起。",
        "The witness key of {party} is not the one the hub knows. Check the directory, then open again.",
    ),
    "not-your-line": (
        "该消息不属于您的连接（{site}）。请用本方的程序发送。",
        "The message does not belong to this line ({site}). Send it from the process of its own party.",
    ),
    "hub-unreachable": (
        "暂时无法连接中枢。内容已在本地保存，请等待恢复后重试。",
        "The hub cannot be reached. Nothing kept here is lost; try again when the line is back.",
    ),
    "already-running": (
        "文件夹 {folder} 正被另一个程序使用。请先关闭该程序。",
        "Another process uses folder {folder}. Stop it first.",
    ),
    "no-directory": (
        "本方程序启动时没有参与方目录。请带目录重新启动。",
        "This process was opened without a directory of parties. Start it again with one.",
    ),
    "nothing-owed": (
        "现在无需办理 {duty}。请刷新查看进度。",
        "{duty} is not owed now. Refresh to see how far the session is.",
    ),
    "too-large": (
        "内容为 {length} 字节，超过上限 {limit}。请缩减后重试。",
        "{length} bytes are more than the limit of {limit}. Make it smaller and try again.",
    ),
    "not-archived": (
        "场次 {session} 尚未归档。请等待归档完成。",
        "Session {session} is not archived yet. Wait until it is.",
    ),
    "unknown-bidder": (
        "没有投标人 {bidder}。可选：{known}。",
        "There is no bidder {bidder}. Choose one of: {known}.",
    ),
    "nothing-declared": (
        "尚未公布结果（阶段 {phase}）。请等待结果公布。",
        "No result is declared yet (phase {phase}). Wait until it is.",
    ),
    "bye": (
        "对方关闭了连接：{reason}。系统会自动重连；如反复出现，请联系中枢运维。",
        "The line was closed: {reason}. It is tried again by itself; if that goes on, ask whoever runs the hub.",
    ),
    "unknown-session": (
        "没有场次 {session}。请核对场次编号。",
        "There is no session {session}. Check its number.",
    ),
}

_LOGIN = {
    "login-failed": (
        "账号、密码或动态口令不正确。请核对后用新的动态口令重试。",
        "Name, password or one-time code is not right. Check them and try again with a new code.",
    ),
    "login-locked": (
        "该账号因多次失败已锁定，请 {minutes} 分钟后再试；如非本人操作，请报告管理员。",
        "This account is locked after repeated failures. Try again in {minutes} minutes; if it was not you, report it.",
    ),
    "login-too-often": (
        "尝试过于频繁，请 {seconds} 秒后再试。",
        "Too many tries from this computer. Try again in {seconds} seconds.",
    ),
    "login-needs-https": (
        "本机以外的登录必须使用 https。请联系管理员配置访问地址。",
        "Logging in from another computer needs https. Ask the administrator to set the address.",
    ),
    "foreign-origin": (
        "该请求不是由本系统页面发出的，已拒绝。请从本系统页面操作。",
        "This request did not come from a page of this system. Use the system's own page.",
    ),
    "setup-code-wrong": (
        "初始化口令不正确或已使用。请查看服务进程输出的口令。",
        "The set-up code is wrong or used up. Look at what the process printed.",
    ),
    "one-time-code-wrong": (
        "动态口令不正确。请核对手机时间后输入新的口令。",
        "The one-time code is not right. Check the telephone's clock and type a new code.",
    ),
    "weak-password": (
        "密码至少 {least} 个字符。请设置更长的密码。",
        "A password has at least {least} characters. Choose a longer one.",
    ),
}

SENTENCES: dict[str, tuple[str, str]] = {
    **_PAIRING,
    **_PLAN,
    **_FILES,
    **_PRICES,
    **_DRAW,
    **_CHECKIN,
    **_ROUNDS,
    **_CONCLUSION,
    **_SESSION,
    **_LOGIN,
}
_UNKNOWN = ("操作被拒绝（{code}）。请联系工作人员。", "Refused ({code}). Ask the staff.")
_PLACE = {"zh": 0, "en": 1}


class _Known(dict[str, str]):
    """Leaves a dash where the detail says nothing."""

    def __missing__(self, key: str) -> str:
        return "-"


def sentence(code: str, detail: Mapping[str, object], lang: Lang) -> str:
    """The sentence for a refusal. Never raises: unknown codes name themselves, missing detail shows as a dash."""
    values = _Known({"code": code, **{key: str(value) for key, value in detail.items()}})
    return SENTENCES.get(code, _UNKNOWN)[_PLACE[lang]].format_map(values)
