"""The faces' static source (booth, operator, oversight, replay, shared), its headers, its manifest.

``manifest`` names every file of a page by SHA-256; ``pages`` serves exactly those bytes. Knows the core only.
"""
