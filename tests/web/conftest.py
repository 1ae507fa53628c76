"""For all tests with a browser: patience. The machine may be busy with other tests, and time is never asserted."""

from __future__ import annotations

from playwright.async_api import expect as expect_async
from playwright.sync_api import expect as expect_sync

PATIENCE_MS = 60_000

expect_sync.set_options(timeout=PATIENCE_MS)
expect_async.set_options(timeout=PATIENCE_MS)
