"""Boosted trees: fitted by LightGBM, written as the plain data that the kernel walks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lightgbm
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

SEED = 20_261_122
ANY_DEPTH = -1


@dataclass(frozen=True, slots=True)
class Growth:
    """How a forest is grown.

    All rows walk as many steps through a tree as its longest way down has: `depth` bounds what that costs.
    """

    trees: int = 150
    leaves: int = 63
    depth: int = 8
    rate: float = 0.1
    least_lines: int = 60
    features: float = 0.25
    lines: float = 0.7
    l2: float = 10.0


def grow(rows: Floats, labels: Floats, weights: Floats, growth: Growth) -> lightgbm.Booster:
    """Fit a forest; the same input gives the same trees."""
    settings = {
        "objective": "binary",
        "num_leaves": growth.leaves,
        "max_depth": growth.depth,
        "learning_rate": growth.rate,
        "min_data_in_leaf": growth.least_lines,
        "feature_fraction": growth.features,
        "bagging_fraction": growth.lines,
        "bagging_freq": 1,
        "lambda_l2": growth.l2,
        "max_bin": 127,
        "seed": SEED,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 2,
        "boost_from_average": False,
        "use_missing": False,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(rows, labels, weight=weights, free_raw_data=True)
    return lightgbm.train(settings, data, growth.trees)


def answers(forest: lightgbm.Booster, rows: Floats, trees: int | None = None) -> Floats:
    """Give the sums of the leaves, a row each, over the first `trees` or all."""
    found = forest.predict(rows, raw_score=True, num_iteration=trees)
    return np.asarray(found, np.float32)


def importance(forest: lightgbm.Booster, names: Sequence[str]) -> list[tuple[str, float]]:
    """Give each feature's share of the total gain, the largest first."""
    gains = forest.feature_importance("gain")
    return sorted(zip(names, (gains / gains.sum()).tolist(), strict=True), key=lambda item: -item[1])


def plain(forest: lightgbm.Booster) -> list[dict[str, Any]]:
    """Give the trees as lists of splits (in pre-order) and leaves."""
    return [_plain_tree(tree["tree_structure"]) for tree in forest.dump_model()["tree_info"]]


def _plain_tree(root: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, list[Any]] = {"feature": [], "threshold": [], "left": [], "right": [], "value": []}

    def add(node: dict[str, Any]) -> int:
        if "leaf_value" in node and "split_feature" not in node:
            tree["value"].append(float(f"{node['leaf_value']:.4g}"))
            return -len(tree["value"])
        place = len(tree["feature"])
        tree["feature"].append(node["split_feature"])
        tree["threshold"].append(_rounded_down(node["threshold"]))
        tree["left"].append(0)
        tree["right"].append(0)
        tree["left"][place] = add(node["left_child"])
        tree["right"][place] = add(node["right_child"])
        return place

    add(root)
    return tree


def _rounded_down(threshold: float) -> float:
    """Give the largest 32-bit float that is not above: features are such floats, so no row changes sides."""
    near = np.float32(threshold)
    if float(near) > threshold:
        near = np.nextafter(near, np.float32(-np.inf))
    return float(str(near))
