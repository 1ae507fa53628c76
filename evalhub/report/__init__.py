"""The evaluation report as a PDF: the same data as ``report.json``, typeset so that a court can read it.

    document    what is printed: the report, and what the members answered to it
    typeset     document → PDF/A-2a, tagged, fonts embedded, the same bytes for the same document
    templates/  the pages (typst); texts.json, every word on them in Chinese and English

Never here: a rule, a clock, a network. It knows the core only.
"""
