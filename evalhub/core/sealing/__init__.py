"""The sealing room: keys, signed messages, replicated sharing, sealed envelopes, session certificates.

The only room of the core that imports ``cryptography``. Entropy is an argument, with two exceptions inside
that library: ``generate()`` of a key, and the ephemeral key of HPKE. It never reads a clock, never
stores a key, never logs.
"""
