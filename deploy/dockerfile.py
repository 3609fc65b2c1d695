"""Reads a Dockerfile and prints its instructions as shell words, one a line, for `debian-root.sh` to carry out.

Only the instructions that ours uses are known; any other one is an error, so that nothing is passed over in silence.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

KNOWN = frozenset(
    ("ARG", "CMD", "COPY", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "RUN", "USER", "VOLUME", "WORKDIR")
)
VARIABLE = re.compile(r"\$\{(\w+)\}")


def joined(text: str) -> Iterator[str]:
    """Yield each instruction as one line: comments are dropped, lines that end in a backslash go on."""
    kept = ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        kept += line
        if kept.endswith("\\"):
            kept = kept[:-1]
        else:
            yield kept.strip()
            kept = ""


def instructions(text: str, given: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield each instruction with its words.

    A word for RUN; all of them for CMD, VOLUME and HEALTHCHECK (its command); name and value for each of ENV and
    LABEL; base and name of the stage for FROM; stage ("" for the repository), sources and target for COPY.

    Args:
        text: The Dockerfile.
        given: Values of ARG, as `--build-arg` gives them.

    Raises:
        ValueError: There is an instruction, or a form of one, that this reader does not know.
    """
    values: dict[str, str] = {}
    for line in joined(text):
        name, _, rest = line.partition(" ")
        if name not in KNOWN:
            raise ValueError(f"The instruction {name} is not known.")
        if name == "RUN":
            yield name, rest.strip()  # the shell of the image reads it
            continue
        rest = VARIABLE.sub(lambda found: values[found[1]], rest.strip())
        match name:
            case "ARG":
                key, _, default = rest.partition("=")
                values[key] = given.get(key, default)
            case "CMD" | "VOLUME":
                yield name, *json.loads(rest)
            case "HEALTHCHECK":
                yield name, *json.loads(rest[rest.index("CMD [") + 4 :])
            case "ENV" | "LABEL":
                for word in shlex.split(rest):
                    yield name, *word.split("=", 1)
            case "FROM":
                base, _, stage = rest.partition(" AS ")
                yield name, base, stage
            case "COPY":
                words = rest.split()
                stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else ""
                if words[0].startswith("--"):
                    raise ValueError(f"The option {words[0]} of COPY is not known.")
                yield name, stage, *words
            case _:
                yield name, rest


if __name__ == "__main__":
    build_arguments = dict(each.split("=", 1) for each in sys.argv[2:])
    for words in instructions(Path(sys.argv[1]).read_text("utf-8"), build_arguments):
        print(shlex.join(words))
