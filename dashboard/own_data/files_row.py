"""Which file: one that was uploaded, one in a folder that may be read, or a new one."""

from __future__ import annotations

import streamlit as st

from dashboard import allowed, state
from dashboard.components import notes
from dashboard.components.words import clean
from dashboard.own_data.draft import TABLES
from pipeline.errors import DatasetError, ExplorerError, InvalidRequest
from pipeline.names import NAME, check_name
from pipeline.own_data import uploads
from pipeline.readable import Readable

PROBLEM, FILE, MADE = "own-problem", "own-upload", "own-uploads"
TABLE_FILES = (".csv", ".tsv", ".jsonl", ".ndjson", ".json", ".parquet", ".pq", ".gz")


def name() -> str:
    """Return the name of the dataset, as it was meant; "" where there is none, or none that may be."""
    said = _meant()
    return said if NAME.fullmatch(said) else ""


def require_name() -> None:
    """Refuse a name that no dataset can have, before any file is looked for by it.

    Raises:
        InvalidName: Says which names there may be.
    """
    if said := _meant():
        check_name(said, "dataset")


def _meant() -> str:
    return "-".join(state.text(state.OWN).casefold().split())


def draw(table: str, readable: Readable) -> None:
    """Draw the choice of a file, and the form to upload one."""
    parameter = state.of_table(table, "file")
    said = state.text(parameter)
    own = [readable.artifacts / uploads.FOLDER / name()] if name() else []
    known = readable.below([*own, *readable.more], TABLE_FILES)
    which, new = st.columns([4, 1.2], vertical_alignment="bottom")
    which.selectbox(
        f"File of the {TABLES[table].lower()}",
        known if said in known or not said else [*known, said],
        format_func=readable.told,
        placeholder="Choose a file, or type the path of one that may be read",
        accept_new_options=True,
        **state.bound(parameter, said or None, forget=_of(table)),
    )
    with new.popover("Upload", width="stretch", disabled=not allowed.uploads(), key=f"upload-{_made()}"):
        form(table)
    if error := st.session_state.pop(PROBLEM, None):
        st.html(notes.message(error.problem, error.remedy))


def form(table: str) -> None:
    """Draw the form to upload a file."""
    most = int(st.get_option("server.maxUploadSize"))
    st.file_uploader(
        f"CSV, JSON lines or Parquet, also packed (.gz), up to {most} MB",
        type=[suffix.lstrip(".") for suffix in TABLE_FILES],
        max_upload_size=most,
        key=f"{FILE}-{table}",
    )
    st.html(
        notes.small(
            f"A file marked red is larger than {most} MB, or of another kind. Save an Excel sheet as CSV (UTF-8) first."
        )
    )
    if not name():
        st.html(notes.small("Name the dataset first."))
    st.button(
        "Keep",
        key="keep-upload",
        type="primary",
        disabled=not (name() and st.session_state.get(f"{FILE}-{table}")),
        on_click=_keep,
        args=(table, most),
    )


def switched_off() -> None:
    """Say that nothing can be uploaded or saved here, and how it could."""
    st.html(
        notes.message(
            "Files cannot be uploaded here, and descriptions cannot be saved.",
            f"Whoever serves this page allows both with {allowed.UPLOADS}=1 in the environment. A file in a folder "
            "that PSE_DATA_FOLDERS names can be looked at all the same.",
            kind="note",
        )
    )


def _keep(table: str, most: int) -> None:
    file = st.session_state.get(f"{FILE}-{table}")
    try:
        if not allowed.uploads():
            raise InvalidRequest("Files cannot be uploaded here.")
        if file is None:
            raise DatasetError(
                "No file is chosen that can be kept.", f"Choose a CSV, JSON lines or Parquet file up to {most} MB."
            )
        kept = uploads.keep(allowed.artifacts(), name(), file.name, file.getvalue(), most * 2**20)
    except ExplorerError as error:
        st.session_state[PROBLEM] = error
    except OSError as error:
        st.session_state[PROBLEM] = DatasetError(
            f"The file could not be kept: {clean(str(error.strerror or error))}.", "Check the disk."
        )
    else:
        state.forget_all(_of(table))
        state.write(state.of_table(table, "file"), allowed.readable().said(kept))
        st.session_state[MADE] = _made() + 1


def _made() -> int:
    """Return how often a file was kept; another number is another popover, and closed."""
    return int(st.session_state.get(MADE, 0))


def _of(table: str) -> list[str]:
    """Return the URL parameters that another file makes meaningless: which column is which."""
    own = f"{table}-"
    return [each for each in st.query_params if each.startswith(own) and each != state.of_table(table, "file")]
