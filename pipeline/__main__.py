"""The command line: `python -m pipeline run | update | download | sample | demo | versions | compare | ...`."""

from __future__ import annotations

import os
import shutil

from pipeline import report
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
        report.errors.print(str(error), style="red", markup=False)
        return 1
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        reason = error.strerror or str(error)
        if isinstance(error, shutil.Error):  # of a folder copied: a list of what could not be
            reason = str(error.args[0][0][-1])
        report.errors.print(
            f"The file system refused: {reason}{where}. Check that the folder exists, that it may be "
            "written and that the disk is not full.",
            style="red",
            markup=False,
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
