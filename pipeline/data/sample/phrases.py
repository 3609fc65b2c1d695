"""What generated reviews say, by stars: a heading, how the product was, and a remark on anything."""

from __future__ import annotations

OPENINGS = {
    5: ("Exactly what I wanted", "Love it", "Five stars", "Could not be better", "Great value", "Buy it"),
    4: ("Very good", "Nearly perfect", "Four stars", "Does its job well", "Happy with it"),
    3: ("It is okay", "Mixed feelings", "Three stars", "Average", "Fine for the price"),
    2: ("Not what I hoped for", "Two stars", "Below my expectations", "Meh"),
    1: ("Stopped working", "Avoid", "One star", "Sent it back", "Waste of money"),
}
FEELINGS = {
    5: (
        "The best of all {thing} that I have had.",
        "Works straight out of the box, every single day.",
        "I compared many {thing} and have no regrets.",
        "Sturdy, quick, and it looks good on my desk.",
        "My whole family uses it now.",
    ),
    4: (
        "Good quality, and only the manual could be clearer.",
        "Among {thing} of this price it is hard to beat.",
        "It does all that it says; the cable is a bit short.",
        "Set up in ten minutes and reliable since.",
    ),
    3: (
        "It works, though I expected more.",
        "Neither good nor bad as {thing} go.",
        "Some days it is fine, some days it is slow.",
        "Good idea, half finished.",
    ),
    2: (
        "It feels cheap, and a part was loose.",
        "I have had better {thing} for less.",
        "It takes three tries before it connects.",
    ),
    1: (
        "It broke in the second week.",
        "It never turned on, and support did not answer.",
        "The worst of the {thing} that I have tried.",
        "It arrived scratched and would not charge.",
    ),
}
REMARKS = (
    "Delivery took two days.",
    "The box was small and easy to recycle.",
    "I would like it in another colour as well.",
    "Bought it for a trip and used it daily.",
    "The price has changed twice since I ordered.",
    "A friend asked me where I had got it.",
    "I use it at work and at home.",
    "It replaced one that I had kept for six years.",
    "My neighbour has the older model.",
    "I read the reviews first, which helped.",
    "It is a gift, so I can only speak for the first weeks.",
    "The app could do with an update.",
    "Take the larger one if you can.",
    "It is heavier than it looks in the pictures.",
    "The seller answered my question within a day.",
    "I will write again after a year.",
)
