"""The session as a whole, lines and processes: code → (Chinese, English)."""

SESSION = {
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
    "session-twice": (
        "场次 {session} 给了两次。请每场只给一次。",
        "Session {session} is given twice. Give each session once.",
    ),
    "no-such-seat": (
        "场次 {session} 没有席位 {seat}。请更正代号表。",
        "Session {session} has no seat {seat}. Correct the file of people.",
    ),
    "bye": (
        "对方关闭了连接：{reason}。系统会自动重连；如反复出现，请联系中枢运维。",
        "The line was closed: {reason}. It is tried again by itself; if that goes on, ask whoever runs the hub.",
    ),
    "nothing-countersigned": (
        "场次 {session} 没有任何经各方共同会签的记录，无法合成归档包。请提供全部参与方的数据文件夹。",
        "Nothing of session {session} was countersigned by everybody, or a party's folder is missing. Give them all.",
    ),
    "unknown-session": (
        "没有场次 {session}。请核对场次编号。",
        "There is no session {session}. Check its number.",
    ),
}
