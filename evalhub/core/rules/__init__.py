"""What a lawful evaluation is. ``session.decide`` and ``session.evolve`` are the two doors; all else serves them."""
