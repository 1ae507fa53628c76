"""Clarification: code → (Chinese, English)."""

CLARIFICATION = {
    "no-such-clarification": (
        "没有澄清事项 {clarification}。请刷新后重试。",
        "There is no clarification {clarification}. Refresh and try again.",
    ),
    "clarification-moved-on": (
        "澄清事项 {clarification} 的状态已变为 {status}，不能再作此操作。请刷新查看。",
        "Clarification {clarification} is {status} by now; this is no longer possible. Refresh to see it.",
    ),
    "clarification-empty": ("问题内容为空。请填写后提交。", "The question is empty. Write it, then submit."),
    "low-bid-too-late": (
        "异常低价须在详细评审之前提出。请改为普通澄清，或向组长说明。",
        "An abnormally low bid is raised before the detailed evaluation. Ask an ordinary question, or tell the chair.",
    ),
    "low-bid-asked": (
        "已就 {bidder} 的报价发起异常低价审查，无需重复。",
        "The price of {bidder} is under review as abnormally low; it need not be asked again.",
    ),
    "oversight-does-not-vet": (
        "本项目的澄清问题由代理机构审核。请由主场办理。",
        "In this project the agency alone vets questions. Leave it to the host.",
    ),
    "must-be-asked": (
        "{clarification} 是依规定必须发出的通知，不能退回或不予发出。请核定答复时限后发出。",
        "{clarification} must go out by law; it cannot be returned or refused. Set the time to answer and approve.",
    ),
    "vetting-reason-missing": (
        "退回或不予发出须写明理由（{clarification}）。",
        "State the reason for returning or refusing {clarification}.",
    ),
    "already-vetted": (
        "您已审核通过 {clarification}，无需重复。",
        "You have approved {clarification} already.",
    ),
    "too-little-time": (
        "异常低价的说明时间为 {minutes} 分钟，不得少于 {least} 分钟。请延长。",
        "{minutes} minutes to explain an abnormally low bid are too few; give {least} or more.",
    ),
    "answer-unsigned": (
        "{bidder} 在方案中登记了公钥，答复须为其签名文件。请提交签名后的答复。",
        "The plan holds a key of {bidder}: file the answer signed by that key, and nothing beside it.",
    ),
    "answer-no-document": (
        "{bidder} 未登记公钥，须填写答复内容并提交签章文件的摘要。",
        "The plan holds no key of {bidder}: give the text of the answer and the digest of the signed document.",
    ),
    "answer-to-another": (
        "该答复针对的是 {bidder} 的另一事项（{clarification}）。请核对后提交正确的答复。",
        "This answer is to another question ({clarification} of {bidder}). File the one that belongs here.",
    ),
    "answers-awaited": (
        "投标人尚未答复 {clarifications}，不能结束评议。请等待答复或逾期记录。",
        "Answers to {clarifications} are awaited; the deliberation cannot end. Wait for them, or for the deadline.",
    ),
    "confirmation-missing": (
        "{clarification} 须由投标人明确“确认”或“不确认”修正后的报价。请补充。",
        "For {clarification} the bidder must confirm the corrected price or decline. Have it say so.",
    ),
    "nothing-to-confirm": (
        "{clarification} 没有需要确认的报价。请去掉确认项。",
        "There is no price to confirm in {clarification}. Leave the confirmation out.",
    ),
    "deadline-not-reached": (
        "答复截止时间 {deadline} 未到。请到期后再记录。",
        "The deadline {deadline} has not passed. Record it afterwards.",
    ),
}
