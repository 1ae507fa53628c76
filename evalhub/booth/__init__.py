"""The headless booth: what a booth page does, as a program. Keys are made here and never leave; sheets are sealed here.

``memory`` is what must survive a break, ``client`` speaks the booth line, ``expert`` is a synthetic expert.
Knows the core only; what it may see is what the site sends.
"""
