"""What the supervision authority runs: witness and reserve trustee (as every party), orders, live view, replay.

Alone it cannot open a sheet or steer a draw; it sees progress of every room and never a score before the opening.
"""
