"""What tests share: a whole world in memory, with real keys and the real rules."""
