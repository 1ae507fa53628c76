"""A session file that lies beside a project file: does it bring the committee that the project asks for?

Only what both files say together; rooms, pools and times belong to the centres and to the moment of opening.
"""

from __future__ import annotations

from pathlib import Path

from evalhub.core.rules.plan import Problem, Project, Share, share_problems
from evalhub.party.plain_files import read_plain
from evalhub.party.session_file import SessionMistakes, read_session

SESSION_FILE = "session.yaml"


def session_beside(project_file: Path) -> Path | None:
    """The session file of the same folder, if it names this project file."""
    path = project_file.parent / SESSION_FILE
    if not path.is_file() or path == project_file:
        return None
    plain = read_plain(path)
    return path if isinstance(plain, dict) and plain.get("project") == project_file.name else None


def session_problems(path: Path, project: Project | None) -> tuple[Problem, ...]:
    """Mistakes of the session file, and shares that do not fit the project (where it is without mistakes).

    Raises ``Malformed`` if it cannot be read.
    """
    try:
        setup = read_session(path)
    except SessionMistakes as mistakes:
        return mistakes.problems
    if project is None:
        return ()
    shares = tuple(Share(centre=centre.name, strata=centre.strata) for centre in setup.centres())
    return tuple(share_problems(project, shares))
