"""Dockerfile and compose.yaml, by what they say; deploy/debian-root.sh carries the Dockerfile out."""

from __future__ import annotations

import re
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest
import yaml

from deploy.dockerfile import instructions, joined

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text("utf-8")
READ = list(instructions(TEXT, {}))
LAST = READ[max(place for place, words in enumerate(READ) if words[0] == "FROM") :]
CONTAINER_USER = "10001:10001"
VOLUMES = {"/tmp", "/cache"}


def of(name: str) -> list[tuple[str, ...]]:
    """Return what the image's own stage says, by instruction."""
    return [words[1:] for words in LAST if words[0] == name]


class TestReader:
    def test_lines_that_go_on_are_one_and_comments_are_none(self) -> None:
        text = "# a\nRUN one \\\n    && two\n\nENV A=1 \\\n# between\n    B=2\n"
        assert list(joined(text)) == ["RUN one     && two", "ENV A=1     B=2"]

    def test_each_instruction_gives_its_words(self) -> None:
        text = (
            'ARG BASE=debian\nFROM ${BASE} AS build\nRUN echo "${HOME}"\nFROM ${BASE}\nCOPY --from=build /a /b\n'
            'COPY c d e/\nENV A="x y" B=2\nVOLUME ["/tmp"]\nUSER 1:1\n'
            'HEALTHCHECK --interval=5s CMD ["check", "it"]\nCMD ["serve", "--port", "1"]\n'
        )
        assert list(instructions(text, {"BASE": "slim"})) == [
            ("FROM", "slim", "build"),
            ("RUN", 'echo "${HOME}"'),
            ("FROM", "slim", ""),
            ("COPY", "build", "/a", "/b"),
            ("COPY", "", "c", "d", "e/"),
            ("ENV", "A", "x y"),
            ("ENV", "B", "2"),
            ("VOLUME", "/tmp"),
            ("USER", "1:1"),
            ("HEALTHCHECK", "check", "it"),
            ("CMD", "serve", "--port", "1"),
        ]

    @pytest.mark.parametrize("text", ["ADD a b", "COPY --chown=1 a b", "ONBUILD RUN x"])
    def test_what_it_does_not_know_is_an_error(self, text: str) -> None:
        with pytest.raises(ValueError, match="not known"):
            list(instructions(text, {}))


def test_it_runs_as_nobody_in_particular() -> None:
    assert of("USER") == [(CONTAINER_USER,)]
    assert LAST.index(("USER", CONTAINER_USER)) > max(place for place, words in enumerate(LAST) if words[0] == "RUN")


def test_nothing_but_the_program_is_copied() -> None:
    assert of("COPY") == [
        ("build", "/opt/venv", "/opt/venv"),
        ("", ".streamlit/config.toml", ".streamlit/config.toml"),
        ("", "pipeline", "pipeline"),
        ("", "dashboard", "dashboard"),
    ]
    # Whatever a COPY names has to come past .dockerignore.
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    for words in READ:
        if words[0] == "COPY" and not words[1]:
            for source in words[2:-1]:
                assert (ROOT / source).exists()
                assert kept(ignored, source), source
    for secret in (".streamlit/secrets.toml", "artifacts", ".git", "tests", ".env", "shared"):
        assert not kept(ignored, secret), secret


def kept(ignored: list[str], path: str) -> bool:
    """Tell whether a path goes to the engine: the last pattern that fits it, or a folder above it, decides."""
    parts = path.split("/")
    names = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    verdict = True
    for pattern in ignored:
        wanted = pattern.removeprefix("!")
        if any(fnmatch(name, wanted) and name.count("/") == wanted.count("/") for name in names):
            verdict = pattern.startswith("!")
    return verdict


def test_the_streamlit_of_the_image_protects_and_tells_nobody() -> None:
    told = dict(of("ENV"))
    assert told["STREAMLIT_SERVER_ENABLE_CORS"] == told["STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION"] == "true"
    assert told["STREAMLIT_BROWSER_GATHER_USAGE_STATS"] == "false"


def test_only_two_folders_can_be_written_and_home_is_one() -> None:
    assert {path for words in of("VOLUME") for path in words} == VOLUMES
    told = dict(of("ENV"))
    assert told["HOME"] == "/tmp"
    assert told["PYTHONDONTWRITEBYTECODE"] == "1"


def test_one_process_serves_pages_and_api_on_port_8000() -> None:
    ((*command,),) = of("CMD")
    assert command[:2] == ["uvicorn", "dashboard.app:app"]
    assert command[command.index("--port") + 1] == "8000"
    assert "--workers" not in command
    # What Docker and ECS wait before they kill.
    assert int(command[command.index("--timeout-graceful-shutdown") + 1]) < 30
    template = (ROOT / "deploy" / "cloudformation.yaml").read_text("utf-8")
    (idle,) = re.findall(r'idle_timeout.timeout_seconds, Value: "(\d+)"', template)
    assert int(command[command.index("--timeout-keep-alive") + 1]) > int(idle)
    assert of("EXPOSE") == [("8000",)]
    ((*check,),) = of("HEALTHCHECK")
    assert "http://127.0.0.1:8000/healthz" in check[-1]
    assert check[0] == "python"  # there is no curl


def test_labels_are_those_of_the_open_container_initiative() -> None:
    names = [name for name, _ in of("LABEL")]
    assert all(name.startswith("org.opencontainers.image.") for name in names)
    version = re.search(r'^version = "(.+)"', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    assert ("org.opencontainers.image.version", version[1]) in of("LABEL")


def test_compose_shuts_the_same_container_in() -> None:
    (service,) = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"].values()
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"] == CONTAINER_USER
    assert service["mem_limit"]
    assert service["ports"] == ["127.0.0.1:8000:8000"]
    written = {each.split(":")[0] for each in service["tmpfs"]}
    written |= {each["target"] for each in service["volumes"] if not each.get("read_only")}
    assert written == VOLUMES
    ((*check,),) = of("HEALTHCHECK")
    assert service["healthcheck"]["test"] == ["CMD", *check]


SCRIPT = ROOT / "deploy" / "debian-root.sh"


@pytest.mark.parametrize("name", sorted({words[0] for words in READ}))
def test_the_script_carries_every_instruction_out(name: str) -> None:
    assert re.search(rf"^{name}\(\) {{", SCRIPT.read_text("utf-8"), re.MULTILINE)


def test_the_script_says_how_it_is_used(tmp_path: Path) -> None:
    done = subprocess.run(["bash", SCRIPT, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: deploy/debian-root.sh ARTIFACTS")
