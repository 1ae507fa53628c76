"""Result, verification, report, signatures: code → (Chinese, English)."""

CONCLUSION = {
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
    "wrong-ground": (
        "{finding} 的更正依据应为 {ground}（87号令第六十四条）。请按所列依据更正。",
        "The ground to correct {finding} on is {ground} (Order 87, art 64). Name that one.",
    ),
    "away-from-the-others": (
        "按 {finding}，得分应向其他成员靠近；现值为 {before}。请填写朝该方向的分值，或改为说明理由。",
        "{finding} asks for a score closer to the others; it stands at {before}. Move it that way, or explain.",
    ),
    "not-judged": (
        "{factor} 不是主观评分因素。畸高、畸低只针对主观分或总分提出；客观分由系统核对。",
        "{factor} is not a judged factor. Point out judged scores or totals; objective ones are checked anyway.",
    ),
    "no-such-member": (
        "没有成员 {member}。请从评分表中选择。",
        "There is no {member}. Choose one from the table of scores.",
    ),
    "own-score": (
        "不能对本人的评分提出。如有其他成员提出，您可以更正或说明。",
        "This is your own score. You may correct or explain it when another member points it out.",
    ),
    "already-raised": (
        "该评分已列为 {finding}，等待有关成员答复。",
        "This score is {finding} already; its member is to answer it.",
    ),
    "not-on-that-side": (
        "{member} 对 {bidder} 的评分与所称方向不符（与其他成员平均值相比）。请核对评分表。",
        "The score of {member} for {bidder} is not on that side of the others' mean. Look at the table again.",
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
    "no-report": (
        "评标报告尚未出具（阶段 {phase}）。请在报告出具后再生成 PDF。",
        "No report has been issued yet (phase {phase}). Ask for the PDF once it is.",
    ),
    "fonts-missing": (
        "本机缺少字体 {fonts}，不能生成 PDF。请安装 Debian 软件包 fonts-noto-cjk；report.json 不受影响。",
        "The fonts {fonts} are missing here: no PDF. Install Debian's fonts-noto-cjk; report.json is available.",
    ),
    "glyph-missing": (
        "字体中没有“{text}”，PDF 不能完整显示报告，因此未生成；report.json 不受影响。请联系运行维护人员补充字体。",
        "The fonts have no “{text}”, so no PDF was made: it would not show the whole report. "
        "Ask the technicians for a font that has it; report.json is available.",
    ),
    "answers-missing": (
        "还有成员未对报告表态：{waiting}。请等全部成员表态后再排版。",
        "Not every member has answered the report: {waiting}. It is laid out after the last answer.",
    ),
    "already-laid-out": (
        "各中心已就同一份 PDF 达成一致，不再更改。请等待成员签名。",
        "All centres have the same PDF; it is not changed any more. Wait for the members' signatures.",
    ),
    "certify-every-signer": (
        "签名证书应恰好发给本中心签署报告的席位：{seats}。请重新生成。",
        "There must be a certificate for each own signer and nobody else: {seats}. Make them again.",
    ),
    "bad-certificate": (
        "{seat} 的签名证书与其工位密钥或本中心身份密钥不符。请重新生成。",
        "The certificate of {seat} does not fit its booth key or the identity of its centre. Make it again.",
    ),
    "not-your-turn": (
        "现在不轮到 {seat} 在 PDF 上签名。请等待提示。",
        "It is not the turn of {seat} to sign the PDF. Wait until asked.",
    ),
    "bad-signature": (
        "{seat} 的签名无效。请在该工位重新签名。",
        "The signature of {seat} does not verify. Sign again at that booth.",
    ),
    "no-signature-owed": (
        "{seat} 当前无须在 PDF 上签名。请刷新页面。",
        "No signature of {seat} is waited for. Refresh the page.",
    ),
    "too-early": (
        "{until} 之前不能略过。请先提醒该工位签名。",
        "Nobody is passed over before {until}. Remind the booth first.",
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
