/** Texts that every page shows. */

import { translator } from "./i18n.js";

export const table = {
  language: { "zh-CN": "English", en: "中文" },
  languageHint: { "zh-CN": "Switch to English", en: "切换到中文" },
  size: { "zh-CN": "字号", en: "Type size" },
  size1: { "zh-CN": "标准字号", en: "Standard size" },
  size2: { "zh-CN": "大字号", en: "Large type" },
  size3: { "zh-CN": "特大字号", en: "Largest type" },
  skip: { "zh-CN": "跳到主要内容", en: "Skip to the main part" },
  time: { "zh-CN": "{time}（北京时间）", en: "{time} (Beijing time)" },
  noTime: { "zh-CN": "等待中心时间", en: "Waiting for hub time" },
  cancel: { "zh-CN": "取消", en: "Cancel" },
  close: { "zh-CN": "关闭", en: "Close" },
  rehearsal: { "zh-CN": "演练", en: "Rehearsal" },
  rehearsalLong: { "zh-CN": "演练场次，结果无效力", en: "Rehearsal: the result has no force" },
};

export const t = translator(table);
