"""Numbers for Prometheus, in a registry of their own for each hub. Labels are codes, never names of persons."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)


class Metrics:
    """All counters of one hub."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self.accepted = Counter("evalhub_accepted", "Submissions accepted", registry=registry)
        self.refused = Counter("evalhub_refused", "Submissions refused", ["code"], registry=registry)
        self.repeated = Counter("evalhub_repeated", "Submissions answered from the record", registry=registry)
        self.byes = Counter("evalhub_byes", "Lines closed by the hub", ["code"], registry=registry)
        self.entries = Counter("evalhub_entries", "Ledger entries appended", registry=registry)
        self.lines = Gauge("evalhub_lines", "Parties' lines open", registry=registry)
        self.sessions = Gauge("evalhub_sessions", "Sessions loaded", registry=registry)
        self.gates = Counter("evalhub_gates", "Gates countersigned by all", registry=registry)
        self.witness = Counter("evalhub_witness_replies", "Answers of witnesses", ["status"], registry=registry)
        self.commit = Histogram("evalhub_commit_seconds", "One group commit", buckets=SECONDS, registry=registry)
        self.group = Histogram("evalhub_commit_group", "Writes in one group", buckets=SIZES, registry=registry)

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
