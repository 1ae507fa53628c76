"""Login of people: code → (Chinese, English)."""

LOGIN = {
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
