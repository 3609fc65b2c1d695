"""A pretended pipeline: its runs begin at once and do as their name says, so that they can be watched and ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from pipeline.jobs.job import Job

PROGRAM = """\
import fcntl, json, os, signal, sys, time

def tell(event, **details):
    with open(os.environ["PSE_PROGRESS"], "a") as file:
        file.write(json.dumps({"event": event, "at": time.time(), **details}) + "\\n")

name = sys.argv[sys.argv.index("--name") + 1]
artifacts = sys.argv[sys.argv.index("--artifacts") + 1]
print("words:", *sys.argv[1:])
print("secret:", os.environ.get("PSE_API_KEY"))
if name.startswith("stubborn"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
lock = open(os.path.join(artifacts, "lock-of-the-dataset"), "w")
fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
tell("began", stage="prepare")
tell("step", stage="prepare", done=1, total=4, note="one", memory_mb=100.0)
if name == "fails":
    tell("failed", reason="products.csv has no rows. Put the table there.")
    sys.exit(1)
if name == "dies":
    os.kill(os.getpid(), signal.SIGKILL)
if name == "works":
    tell("ended", stage="prepare", seconds=2.5, reused=False, memory_mb=120.0)
    tell("published", version=name)
    sys.exit(0)
while True:
    signal.pause()
"""


def pretend(folder: Path) -> Path:
    """Write the program as the package `pipeline` below a folder; return that folder, to be where runs are started."""
    (folder / "pipeline").mkdir(parents=True)
    (folder / "pipeline" / "__init__.py").touch()
    (folder / "pipeline" / "__main__.py").write_text(PROGRAM)
    return folder


def until(look: Callable[[], Job], holds: Callable[[Job], bool]) -> Job:
    """Look at a run until something holds of it."""
    deadline = time.monotonic() + 60  # a busy machine gets there too
    while not holds(job := look()):
        assert time.monotonic() < deadline, (job.state, list(job.events), job.log())
        time.sleep(0.01)
    return job
