"""From a file that somebody has to the description of a dataset: look at it, map its columns, see what is left out."""
