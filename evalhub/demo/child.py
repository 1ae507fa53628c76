"""``python -m evalhub.demo.child MODULE …``: a process of the fleet that does not outlive the one that started it.

A fleet ends its processes itself, however it ends, but for ``kill -9`` or a crash of the interpreter. Then the kernel
ends them (``prctl(2)``, PR_SET_PDEATHSIG; Linux only), the way Ctrl-C would: ports and data folders are free again.
"""

from __future__ import annotations

import ctypes
import runpy
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    """Ask the kernel, then be the module named on the command line."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
