"""A centre's own expert pool (评标专家库): read from a file whole or not at all, kept, frozen for a draw,
looked after.

Names of experts stay in this room's centre; only opaque leaves and counts leave it.
"""
