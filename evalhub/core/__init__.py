"""The pure core: rules, sealing, ledger formats and wire ends. No clock, socket, disk or chance."""
