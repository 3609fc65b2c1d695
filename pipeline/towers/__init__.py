"""The two towers: item and user encoders, their training and their export."""
