"""The batch side: raw reviews and product metadata in, a published model version out."""
