"""Files that people write: code → (Chinese, English)."""

FILES = {
    "missing": ("缺少必填内容。请补充后重新导入。", "Something required is missing. Fill it in and import again."),
    "still-open": (
        "{path} 尚待填写：{found}。请填写后重新导入。",
        "{path} is still to be filled in: {found}. Fill it in and import again.",
    ),
    "missing-sheet": ("缺少工作表。请按模板补充。", "A sheet is missing. Add it as in the template."),
    "not-a-section": ("此处应为一组字段。请按模板填写。", "A section of fields is expected. Follow the template."),
    "unknown-field": ("没有这个字段。请删除或按模板更正。", "There is no such field. Delete it or correct its name."),
    "unknown-choice": ("没有这个选项。请按说明选择。", "There is no such choice. Choose one that is listed."),
    "unknown-specialty": (
        "国家专业分类标准中没有该代码。请更正专业代码。",
        "The code is not in the national classification. Correct it.",
    ),
    "bad-date": (
        "{path} 不是有效日期：{found}。请按 年-月-日 填写，如 2026-10-01。",
        "{path} is not a date: {found}. Write year-month-day, as 2026-10-01.",
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
