"""Loss and validation figure of every epoch of a training."""

from __future__ import annotations

import streamlit as st

from dashboard import frame
from dashboard.components import colours, evaluation_charts, notes
from dashboard.components.words import counted, figure
from dashboard.evaluating import kept, saving
from pipeline.retrieval.engine import Engine

NAMES = {"val_ndcg@10": "Validation NDCG@10", "val_auc": "Validation AUC", "loss": "Loss"}


def draw(engine: Engine) -> None:
    """Draw loss and validation figure by epoch; say where none are kept."""
    rows = kept.table(engine, "curves")
    if not rows:
        st.html(
            notes.message(
                "This version keeps no training curves.",
                "It has no towers of its own, or was published before curves were kept.",
                kind="empty",
            )
        )
        return
    validated = next((each for each in ("val_ndcg@10", "val_auc") if each in rows[0]), None)
    best = max(rows, key=lambda row: row[validated])["epoch"] if validated else None
    said = f"{counted(len(rows), 'epoch')}."
    if validated and best is not None:
        top = next(row[validated] for row in rows if row["epoch"] == best)
        said += f" The weights of epoch {best:.0f} are kept: its {NAMES[validated]} is the highest, {figure(top)}."
    frame.say(f"{said} The validation products of one shopper in five decide when training stops; test is not read.")
    dark, colour = st.context.theme.type == "dark", colours.of_versions(engine.name)[engine.name]
    chance = kept.chance(engine, "ndcg", 10) if validated == "val_ndcg@10" else 0.5
    left, right = st.columns(2, gap="medium")
    with left:
        drawn = evaluation_charts.epochs(rows, "loss", "Loss", colour, dark=dark, best=best, chance=None)
        saving.chart(drawn, engine, "loss", "Loss of each epoch")
    if validated:
        with right:
            name = NAMES[validated]
            drawn = evaluation_charts.epochs(rows, validated, name, colour, dark=dark, best=best, chance=chance)
            saving.chart(drawn, engine, "validation", f"{name} of each epoch")
    st.html(
        notes.definitions(
            [
                (
                    "Loss",
                    "How surprised the towers are by what was chosen (seed: what was liked), in nats. It is to fall.",
                ),
                ("Validation", "The figure that early stopping watches: it is to rise, and to stay above chance."),
            ]
        )
    )
    saving.save(engine, "training", [dict(row) for row in rows])
