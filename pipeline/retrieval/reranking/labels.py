"""What the re-ranker of recommendations looks at, in readable kinds."""

from __future__ import annotations

from pipeline.retrieval.explain import labelled

# Every feature; a test holds that none is missing.
LABELS = labelled(
    {
        "wanted by similar shoppers (towers)": (
            "towers towers_gap towers_share towers_rank towers_newest item_last item_nearest item_mean"
        ),
        "chosen together": (
            "linked_last linked_three linked_half linked_fading linked_all linked_rank "
            "together_last together_half together_all pairs_last pairs_all"
        ),
        "chosen soon after": "near_last near_three near_fading near_rank",
        "chosen next": "next_last next_half share_last share_fading share_rank",
        "similar text": "alike_last alike_fading alike_rank text_last text_nearest text_mean",
        "new products": "cold_fading cold_rank new new_rank",
        "brand": "brand_share brand_last brand_seen brand_after brand_lift brand_after_last",
        "category": (
            "leaf_share leaf_last leaf_seen leaf_after leaf_lift leaf_after_last "
            "parent_share parent_last parent_seen top_share top_last top_seen"
        ),
        "price": "price_last price_mean",
        "popularity": "seen days_30 days_90 days_365 since_first since_latest",
        "the shopper": ("length taste_seen last_seen last_alike same_day days_since_before days_in_all"),
    }
)
