"""The command line: `python -m pipeline run | update | download | sample | demo | versions | compare | ...`."""

from __future__ import annotations

import os
import shutil

from pipeline import events, report
from pipeline.commands import making, measuring, published
from pipeline.commands.line import app
from pipeline.errors import ExplorerError

COMMANDS = (making, published, measuring)  # to import them is to add their commands, in this order


def main() -> int:
    """Run the command line; an expected error is one sentence and exit status 1."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        app()
    except ExplorerError as error:
        return refused(str(error))
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        reason = error.strerror or str(error)
        if isinstance(error, shutil.Error):  # of a folder copied: a list of what could not be
            reason = str(error.args[0][0][-1])
        return refused(
            f"The file system refused: {reason}{where}. Check that the folder exists, that it may be "
            "written and that the disk is not full."
        )
    except Exception as error:  # a mistake of ours: its traceback goes to the log
        events.tell("failed", reason=f"It ended in a way that nobody foresaw ({type(error).__name__}); see the log.")
        raise
    return 0


def refused(sentence: str) -> int:
    """Tell people and programs why it ends here; return the exit status."""
    events.tell("failed", reason=sentence)
    report.errors.print(sentence, style="red", markup=False)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
