"""The second stage of search: a learned order of what words and meaning find."""
