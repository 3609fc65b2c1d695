"""The playlist: pinning a view, listing, presenting and handing out what is pinned."""
