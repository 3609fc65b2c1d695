"""ROC curves and, where there are ratings, calibration."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard import frame
from dashboard.components import colours, evaluation_charts, glossary, measured, notes, sliced
from dashboard.components.measured import Measured, Row, grid
from dashboard.components.words import counted, escape, figure
from dashboard.evaluating import kept, saving
from pipeline.retrieval.engine import Engine

ERROR = "Mean distance between predicted and observed share, weighted by the size of the bins (ECE)"
FORMULA = "sum over bins of products in the bin / all x |mean prediction - share that was liked|"


def draw(engine: Engine, everyone: Sequence[Row], systems: Sequence[str]) -> None:
    """Draw the ROC curves and, where there are ratings, the reliability of a probability made of the scores."""
    points, bins = kept.table(engine, "roc"), kept.table(engine, "calibration")
    areas = {each.system: each for each in measured.of(everyone, "auc", None)}
    if not points:
        st.html(
            notes.message(
                "This version keeps no ROC curves.",
                "It was published before they were kept: publish it again to see them. The AUC itself is under "
                "Replaced protocol.",
                kind="empty",
            )
        )
        return
    own = measured.served("recommend", systems)
    dark, colour = st.context.theme.type == "dark", colours.of_versions(engine.name)[engine.name]
    frame.say(roc_words(points[0], areas.get(own or "")))
    left, right = st.columns(2, gap="large") if bins else (st.container(), None)
    with left:
        st.subheader("ROC", anchor=False)
        drawn = evaluation_charts.roc(points, areas, own, colour, dark=dark)
        saving.chart(drawn, engine, "roc", "ROC curve of each system")
        saving.formula("auc")
        saving.save(engine, "roc", [dict(row) for row in points])
    if right is None:
        st.html(notes.small("Without ratings of both kinds in validation and test, calibration means nothing."))
        return
    with right:
        st.subheader("Calibration", anchor=False)
        calibration(engine, bins, systems, own)


def calibration(engine: Engine, bins: Sequence[Row], systems: Sequence[str], own: str | None) -> None:
    """Draw the reliability of a probability made of the scores, and its error for every system."""
    known = [each for each in systems if any(row["system"] == each for row in bins)]
    shown = [each for each in sliced.compared(known, own) if each != "chance"]
    dark, colour = st.context.theme.type == "dark", colours.of_versions(engine.name)[engine.name]
    drawn = evaluation_charts.calibration(bins, shown, own, colour, dark=dark)
    saving.chart(drawn, engine, "calibration", "Observed share of liked products over the predicted probability")
    st.html(
        notes.small(
            "A score is no probability: a scale (Platt 1999) is learned from the validation products of one shopper in "
            "five, and what it "
            "predicts is compared with the test products, ten bins of as many each. Bars are 95 % intervals."
        )
    )
    st.html(grid("System", [f'<th scope="col" title="{ERROR}">Calibration error</th>'], errors(bins, known)))
    with st.popover("Formula", type="tertiary", key="formula-calibration"):
        st.html(notes.definitions([("Calibration error", FORMULA)]))
    saving.save(engine, "calibration", [dict(row) for row in bins])


def errors(bins: Sequence[Row], systems: Sequence[str]) -> list[str]:
    """Return the expected calibration error of each system as rows of a table.

    ECE = sum over bins of n / N x |predicted - observed|.
    Source: Naeini, Cooper and Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning".
    """
    found = []
    for system in systems:
        own = [row for row in bins if row["system"] == system]
        n = sum(row["n"] for row in own)
        error = sum(row["n"] / n * abs(row["predicted"] - row["observed"]) for row in own)
        found.append(f"<tr><td>{escape(glossary.system_name(system))}</td><td>{figure(error)}</td></tr>")
    return found


def roc_words(point: Row, area: Measured | None) -> str:
    """Return what the positives and negatives of the curves are.

    Args:
        point: Of any curve.
        area: The AUC of the version's own system.
    """
    positives, negatives = counted(int(point["positives"]), "held-out product"), f"{int(point['negatives']):,}"
    kinds = f"Positive: {positives} rated 4 or better; negative: {negatives} rated worse."
    if not point["rated"]:
        kinds = f"Nothing is rated. Positive: {positives}; negative: {negatives} drawn at random, one beside each."
    own = ""
    if area is not None:
        between = f" ({measured.interval(area)})" if measured.interval(area) else ""
        own = f" The version's own area is {figure(area.value)}{between}; chance 0.5."
    return f"Over all thresholds, how many of the positives are found with how many of the negatives. {kinds}{own}"
