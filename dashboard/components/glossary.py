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
    "unjudged": (
        "Unjudged",
        "How much of the first ten no one has judged: it counts as irrelevant, wrongly at times.",
        "unjudged products among the first ten / products found among them",
    ),
    "zero_result": (
        "Nothing found",
        "How often nothing is found at all.",
        "queries without a result / queries",
    ),
    "map": ("MAP", "How early all wanted products come.", "mean of precision at the rank of each relevant product"),
    "coverage": (
        "Coverage",
        "How much of the catalogue is in anyone's first ten.",
        "distinct products in all lists / products",
    ),
    "gini": (
        "Gini",
        "How unequally products are shown: 0 all as often, 1 only one ever.",
        "sum of (2j - n - 1) x share of the j-th least shown product / (n - 1)",
    ),
    "novelty": (
        "Novelty",
        "How little known the listed products are, in bits: one more means half as many shoppers know them.",
        "mean of log2((shoppers + 1) / (shoppers who know the product + 1))",
    ),
    "diversity": (
        "Diversity",
        "How different in meaning the listed products are: 0 all the same.",
        "1 - mean cosine of all pairs of text vectors",
    ),
    "category_diversity": (
        "Categories",
        "How many categories a list shows, as a share of its length.",
        "distinct categories / products with a category",
    ),
    "brand_diversity": (
        "Brands",
        "How many brands a list shows, as a share of its length.",
        "distinct brands / products with a brand",
    ),
    "popularity_lift": (
        "Popularity lift",
        "How much more popular the listed products are than those of the history: 0 as popular, 1 twice as much.",
        "(mean interactions of the list - of the history) / of the history",
    ),
    "calibration": (
        "Miscalibration",
        "How far the categories of a list are from those of the history: 0 the same shares, 4.6 none in common.",
        "sum of p log(p / (0.99 q + 0.01 p)), p shares in the history, q in the list",
    ),
    "serendipity": (
        "Serendipity",
        "How much of the list was wanted and is not simply popular.",
        "wanted products that the popularity list lacks / products listed",
    ),
    "auc": (
        "AUC",
        "How often a liked product scores above a disliked one, or above one drawn at random where nothing is rated.",
        "share of pairs in which the positive scores higher, equal scores counting half",
    ),
    "sampled_hit": (
        "Sampled HR",
        "How often the wanted product is among the first ten of 51: itself and 50 drawn at random.",
        "share of held-out products with rank 10 or better among 51",
    ),
    "sampled_mrr": (
        "Sampled MRR",
        "How high the wanted product stands among those 51.",
        "mean of 1 / rank among 51",
    ),
    "category_separation": (
        "Category separation",
        "How much nearer products of one category are than products of different ones.",
        "mean cosine within categories - mean cosine between them",
    ),
}

MAIN = ("recall", "ndcg", "mrr")
BEYOND = (
    *("unjudged", "zero_result", "coverage", "gini", "novelty", "diversity", "category_diversity", "brand_diversity"),
    *("popularity_lift", "calibration", "serendipity"),
)
REPLACED = ("auc", "sampled_hit", "sampled_mrr", "category_separation")

# The families of slices, by the word before the colon: the choice, and what it restricts.
SLICES = {
    "products": ("New and known products", "Only held-out products with so many interactions before."),
    "users": ("New and known shoppers", "Only shoppers with, or without, interactions before training ended."),
    "history": ("Length of the history", "Only shoppers with so many products in their history."),
    "popularity": ("Popularity", "Only held-out products from one tenth of the catalogue: 1 least, 10 most popular."),
    "category": ("Category", "Only held-out products of one category."),
    "segment": ("Segments", "Only held-out products of a selection saved on the Map page, of those with any."),
}

SYSTEMS = {
    "chance": ("Chance", "Products in random order: the floor that every system must beat."),
    "popularity": ("Popularity", "The same for everyone: products with the most interactions first."),
    "item-knn": ("Item-KNN", "Products that the same shoppers interacted with, by counting. Nothing is learned."),
    "item-knn+transitions": ("Item-KNN + transitions", "Item-KNN that also counts which product followed which."),
    "ease": ("EASE", "A linear model from the products of a history to all others, solved in one step."),
    "text": ("Text", "Products whose text is nearest in meaning to the history."),
    "towers": ("Two towers", "The trained model: the vector of a history against the vector of each product."),
    "reranked": (
        "Re-ranked",
        "Candidates of several systems, put in order by a learned ranker. The Recommend page uses this.",
    ),
    "reranked (validation counted)": (
        "Re-ranked, validation counted",
        "The same ranker when every shopper's validation products are counted too: what later data would give.",
    ),
    "bm25": ("Words (BM25)", "Products that contain the words of the query, rare words counting more."),
    "minilm": ("Meaning (MiniLM)", "Products whose text is nearest in meaning to the query."),
    "rrf": ("Fused by ranks", "Words and meaning joined by adding 1 / (60 + rank)."),
    "sum": ("Fused", "Words and meaning joined by adding their scaled scores. The Search page uses this."),
    "ranked": ("Ranked", "Candidates of words and meaning, put in order by a learned ranker."),
}

SPLITS = {
    "leave-one-out": "the last product of each shopper is held out",
    "leave-one-out-shuffled": "the last product of each shopper is held out, those of one moment in random order",
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
