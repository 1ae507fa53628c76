"""Price formulas: code → (Chinese, English)."""

PRICES = {
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
    "price-no-estimate": (
        "此公式需要标底。请补充标底金额。",
        "This formula needs the procuring entity's estimate. Give one.",
    ),
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
    "price-unwanted": (
        "{bidder} 有报价 {found}，但此公式不计价格。请删除报价。",
        "{bidder} has a price, {found}, and this formula scores none. Remove the price.",
    ),
    "price-sample": (
        "应抽取 {needed} 家报价，现为 {found} 家。请核对开标抽取记录。",
        "{needed} prices are to be drawn, not {found}. Check the record of the bid opening.",
    ),
    "price-technical": (
        "此公式需要每个有效投标人的技术分。请补充或改用其他公式。",
        "This formula needs the technical score of every valid bidder. Give them, or use another formula.",
    ),
    "words-unknown": (
        "大写金额第 {place} 个字“{found}”无法识别。请对照投标文件更正。",
        "Character {place} of the amount in words, {found}, is not known. Correct it from the bid.",
    ),
    "words-order": (
        "大写金额第 {place} 个字“{found}”处写法有误。请对照投标文件更正。",
        "The amount in words makes no number at character {place}, {found}. Correct it from the bid.",
    ),
    "words-spelling": (
        "大写金额“{found}”不规范，应写作“{expected}”。请核对后更正。",
        "The amount in words {found} should be written {expected}. Check the bid and correct it.",
    ),
    "low-bid-rate": (
        "异常低价的比例 {parameter} 为 {found}，应在 {least} 至 {most} 之间。请更正。",
        "Rate {parameter} for abnormally low bids is {found}; the law allows {least} to {most}. Correct it.",
    ),
}
