"""One machine, every role: lays out keys and settings, starts the processes, plays operators and synthetic experts.

``layout`` makes the data folder, ``processes`` starts and ends the programs, ``operators`` speaks to their consoles,
``script`` is the whole procedure as readable steps; ``rehearsal`` and ``demo`` are the two commands on top.
"""
