"""Every frame on every line, and the two ends of a party's line as plain state machines without sockets."""
