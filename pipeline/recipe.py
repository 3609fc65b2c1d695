"""A recipe: what to train and how, in full. Shipped ones lie in `pipeline/recipes/`."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from pipeline.errors import RecipeError, nearest

RECIPES = Path(__file__).parent / "recipes"
TEXT_FIELDS = ("title", "brand", "category", "description")
TOWERS = ("none", "history", "sequence", "seed")
SOFTMAX = ("auto", "full", "sampled")


@dataclass(frozen=True)
class TextRecipe:
    """Which text describes a product, and who reads it.

    Args:
        model: A SentenceTransformer: all-MiniLM-L6-v2 (packaged), a folder, or a hub name.
        fields: Product columns joined into the text of the vectors.
        lexical: Product columns joined into the text of the BM25 index.
    """

    model: str = "all-MiniLM-L6-v2"
    fields: tuple[str, ...] = ("title", "brand", "category")
    lexical: tuple[str, ...] = ("title", "brand", "category", "description")


@dataclass(frozen=True)
class TowersRecipe:
    """The shape of the two towers.

    Args:
        kind: How shoppers are read: "history" (recency-weighted pool), "sequence" (causal transformer), "seed" (by
            their id, as in the system that this one replaces); "none" trains no towers, item vectors are the text
            vectors.
        dimension: Length of item and user vectors.
        hidden: Width of the hidden layer of both towers.
        dropout: Share of hidden units and of pooled values dropped in training.
        id_dropout: Share of products whose id embedding is dropped in a step, so that text alone must place them.
        history: Products of a history that are read, the newest ones.
        layers: Transformer blocks of "sequence".
        heads: Attention heads of each; the dimension divides by it.
    """

    kind: str = "history"
    dimension: int = 64
    hidden: int = 128
    dropout: float = 0.3
    id_dropout: float = 0.1
    history: int = 50
    layers: int = 2
    heads: int = 2


@dataclass(frozen=True)
class TrainingRecipe:
    """How the towers are trained; "seed" reads the learning rate, positions, epochs and patience, and no others.

    Args:
        temperature: Training scores are cosine / temperature.
        learning_rate: Of Adam.
        positions: Training positions (a history and the product that followed it) in a step, about; fewer where the
            dataset is small or the catalogue large. Of "seed", the batch: shoppers with a product.
        epochs: At most.
        patience: Epochs without a better validation NDCG@10 (of "seed", AUC) before training stops; the best epoch is
            kept.
        averaging: Momentum of the exponential average of the weights, which is what is validated and kept. It takes
            the noise out of the choice of the best epoch.
        softmax: What a product that followed competes with: "full" (every product), "sampled" (negatives drawn by
            train popularity, corrected for how often each is drawn) or "auto" (sampled where products x training
            positions exceed 10^10).
        negatives: Products drawn in a step of a sampled softmax; all its positions share them.
        hard_negatives: Of these, how many count at each position, the ones scored highest; 0 means all.
    """

    temperature: float = 0.07
    learning_rate: float = 0.001
    positions: int = 1024
    epochs: int = 30
    patience: int = 5
    averaging: float = 0.99
    softmax: str = "auto"
    negatives: int = 2048
    hard_negatives: int = 0


@dataclass(frozen=True)
class Recipe:
    """What to train and how; an unknown key is an error, and so is a value outside its range."""

    name: str
    seed: int = 0
    text: TextRecipe = field(default_factory=TextRecipe)
    towers: TowersRecipe = field(default_factory=TowersRecipe)
    training: TrainingRecipe = field(default_factory=TrainingRecipe)

    def __post_init__(self) -> None:
        checks = [
            (self.towers.kind in TOWERS, f"towers.kind is one of {', '.join(TOWERS)}"),
            (set(self.text.fields) <= set(TEXT_FIELDS) and self.text.fields, f"text.fields are {TEXT_FIELDS}"),
            (set(self.text.lexical) <= set(TEXT_FIELDS) and self.text.lexical, f"text.lexical are {TEXT_FIELDS}"),
            (0 <= self.towers.dropout < 1 and 0 <= self.towers.id_dropout < 1, "a dropout is at least 0 and below 1"),
            (min(self.towers.dimension, self.towers.hidden, self.towers.history) >= 1, "sizes are at least 1"),
            (0 <= self.seed < 2**31, "seed lies between 0 and 2147483647"),
            (min(self.towers.layers, self.towers.heads) >= 1, "layers and heads are at least 1"),
            (self.towers.dimension % max(self.towers.heads, 1) == 0, "towers.dimension divides by towers.heads"),
            (
                0 < self.training.temperature < math.inf and 0 < self.training.learning_rate < math.inf,
                "temperature and rate are above 0",
            ),
            (0 < self.training.averaging < 1, "training.averaging lies between 0 and 1"),
            (min(self.training.positions, self.training.epochs, self.training.patience) >= 1, "counts are at least 1"),
            (self.training.softmax in SOFTMAX, f"training.softmax is one of {', '.join(SOFTMAX)}"),
            (1 <= self.training.negatives <= 10**6, "training.negatives lies between 1 and 1,000,000"),
            (
                0 <= self.training.hard_negatives <= self.training.negatives,
                "training.hard_negatives lies between 0 and training.negatives",
            ),
        ]
        for holds, rule in checks:
            if not holds:
                raise RecipeError(f'Recipe "{self.name}": {rule}.', "Correct the recipe.")

    @classmethod
    def load(cls, name: str) -> Recipe:
        """Return a shipped recipe by name, or any recipe by the path of its TOML file.

        Raises:
            RecipeError: There is none, it cannot be read, or a key or value is wrong.
        """
        path = Path(name) if name.endswith(".toml") else RECIPES / f"{name}.toml"
        shipped = sorted(file.stem for file in RECIPES.glob("*.toml"))
        if not path.is_file():
            raise RecipeError(
                f'There is no recipe "{name}".', f"Shipped: {', '.join(shipped)}.{nearest(name, shipped)}"
            )
        try:
            return cls.parse({"name": path.stem, **tomllib.loads(path.read_text("utf-8"))})
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise RecipeError(f"{path} is not valid TOML: {error}.", "Correct the file.") from None

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Recipe:
        """Return the recipe that `values` (as in the TOML file) describe.

        Raises:
            RecipeError: A key is unknown or a value has the wrong type or range.
        """
        sections = {"text": TextRecipe, "towers": TowersRecipe, "training": TrainingRecipe}
        given = dict(values)
        for section, kind in sections.items():
            if section in given:
                given[section] = _build(kind, given[section], section)
        recipe: Recipe = _build(cls, given, "recipe")
        return recipe

    def as_dict(self) -> dict[str, Any]:
        """Return the recipe as plain values, for fingerprints and the manifest."""
        return asdict(self)


def _build(kind: type[Any], given: Any, where: str) -> Any:
    """Build one dataclass from a TOML table, checking keys and types against its fields' defaults."""
    if not isinstance(given, Mapping):
        raise RecipeError(f'"{where}" is a single value, but it must be a section.', f"Write [{where}].")
    known = {each.name: each.type for each in fields(kind)}
    arguments = {}
    for key, value in given.items():
        if key not in known:
            raise RecipeError(f'Unknown key "{key}" in {where}.{nearest(key, known)}', f"Known: {', '.join(known)}.")
        expected = str(known[key])
        if expected == "tuple[str, ...]":
            if not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
                raise RecipeError(f'"{key}" in {where} is {value!r}.', "Give a list of texts.")
            value = tuple(value)
        if expected == "float" and type(value) is int:
            value = float(value)
        if expected in ("int", "float", "str") and type(value).__name__ != expected:
            raise RecipeError(f'"{key}" in {where} is {value!r}.', f"Give a value of type {expected}.")
        arguments[key] = value
    return kind(**arguments)
