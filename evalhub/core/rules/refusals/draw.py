"""The draw: code → (Chinese, English)."""

DRAW = {
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
    "no-representative-missing": (
        "本场招标人代表名额为 {seats} 人，已全部指定。如需更换，请先登记原代表不能参加。",
        "The plan has {seats} seats for representatives and all are named. To change one, record first that it leaves.",
    ),
    "representative-named-before": (
        "该代表已经指定过（{leaf}），不能再次指定。请由招标人另行指定。",
        "This representative was named before ({leaf}). The procuring entity has to name another.",
    ),
    "represents-and-sits": (
        "{id} 已作为专家入选本场评标委员会，不能同时担任招标人代表。",
        "{id} sits on this committee as an expert and cannot represent the procuring entity as well.",
    ),
}
