"""What metrics and systems are, in a shopper's words, with their formulas."""

from __future__ import annotations

TASKS = {"recommend": "Recommend", "search": "Search"}

# name, one line, formula
METRICS = {
    "recall": (
        "Recall",
        "How much of what the shopper wanted is among the first k.",
        "recall@k = relevant products among the first k / relevant products",
    ),
    "ndcg": (
        "NDCG",
        "The same, but a product counts more the higher it stands.",
        "NDCG@k = sum of gain / log2(rank + 1) over the first k, divided by the best possible sum",
    ),
    "mrr": (
        "MRR",
        "How high the first wanted product stands: 1 at the top, one half in second place, 0 beyond k.",
        "MRR@k = mean of 1 / rank of the first relevant product, 0 when it is not among the first k",
    ),
    "map": ("MAP", "How early all wanted products come.", "mean of precision at the rank of each relevant product"),
}

SYSTEMS = {
    "chance": ("Chance", "Products in random order: the floor that every system must beat."),
    "popularity": ("Popularity", "The same for everyone: products with the most interactions first."),
    "item-knn": ("Item-KNN", "Products that the same shoppers interacted with, by counting. Nothing is learned."),
    "item-knn+transitions": ("Item-KNN + transitions", "Item-KNN that also counts which product followed which."),
    "ease": ("EASE", "A linear model from the products of a history to all others, solved in one step."),
    "text": ("Text", "Products whose text is nearest in meaning to the history."),
    "towers": ("Two towers", "The trained model: the vector of a history against the vector of each product."),
    "reranked": ("Re-ranked", "Candidates of several systems, put in order by a learned ranker."),
    "bm25": ("Words (BM25)", "Products that contain the words of the query, rare words counting more."),
    "minilm": ("Meaning (MiniLM)", "Products whose text is nearest in meaning to the query."),
    "rrf": ("Fused by ranks", "Words and meaning joined by adding 1 / (60 + rank)."),
    "sum": ("Fused", "Words and meaning joined by adding their scaled scores. The Search page uses this."),
    "ranked": ("Ranked", "Candidates of words and meaning, put in order by a learned ranker."),
}

SPLITS = {
    "leave-one-out": "the last product of each shopper is held out",
    "leave-one-out-shuffled": "a product of each shopper, drawn at random, is held out",
    "time": "everything after a date is held out",
    "given": "the split comes with the dataset",
}

# How a shopper's held-out products can be looked for, per split: the switch, what is hidden, why nothing may be.
HIDDEN = {
    "leave-one-out": (
        "Hide the last product and see whether it is found",
        "The last product of the history was kept from training. It is hidden from the history here too.",
        "It takes three products to hold one out.",
    ),
    "time": (
        "Hide the products of the test window and see whether they are found",
        "The products of the test window, the last stretch of time, were kept from training. They are hidden from "
        "the history here too.",
        "None of these products falls into the test window.",
    ),
    "given": (
        "Hide the held-out products and see whether they are found",
        "The dataset says which products are held out: they were kept from training. They are hidden from the "
        "history here too.",
        "The dataset holds none of these products out.",
    ),
}

# What the dashboard itself serves, best first; the first one present is the version's own.
SERVED = {"recommend": ("reranked", "towers", "text"), "search": ("ranked", "sum", "rrf")}


def hidden(split: str) -> tuple[str, str, str]:
    """Return the switch that hides a shopper's held-out products, what it does, and why there may be none."""
    return HIDDEN.get(split, HIDDEN["given"])


def system_name(system: str) -> str:
    return SYSTEMS.get(system, (system, ""))[0]


def metric_name(metric: str) -> str:
    return METRICS.get(metric, (metric.upper(), "", ""))[0]
