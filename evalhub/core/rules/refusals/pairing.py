"""Pairing: code → (Chinese, English)."""

PAIRING = {
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
    "no-plan": (
        "本场尚未提出方案。请先提出方案。",
        "No plan has been proposed for this session yet. Propose one first.",
    ),
}
