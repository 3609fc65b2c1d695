"""Navigation and the sidebar that every page shares."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import frame, login, sidebar, stage, state, views
from dashboard.playlists import pinning

HERE = Path(__file__).parent

st.set_page_config(
    page_title="Product Search Explorer",
    layout="wide",
    menu_items={"About": "**Product Search Explorer** answers questions from published versions of a search model."},
)
st.html(HERE / "components" / "look.css")
st.html(HERE / "components" / "narrow.css")
st.html(HERE / "mapping" / "client" / "map.css")
pages = {
    "home": st.Page(HERE / "app_pages" / "home.py", title="Home", default=True),
    "search": st.Page(HERE / "app_pages" / "search.py", title="Search", url_path="search"),
    "recommend": st.Page(HERE / "app_pages" / "recommend.py", title="Recommend", url_path="recommend"),
    "shopper": st.Page(HERE / "app_pages" / "shopper.py", title="Shopper", url_path="shopper"),
    "map": st.Page(HERE / "app_pages" / "map.py", title="Map", url_path="map"),
    "compare": st.Page(HERE / "app_pages" / "compare.py", title="Compare", url_path="compare"),
    "evaluation": st.Page(HERE / "app_pages" / "evaluation.py", title="Evaluation", url_path="evaluation"),
    "new_product": st.Page(HERE / "app_pages" / "new_product.py", title="New product", url_path="new-product"),
    "reverse": st.Page(HERE / "app_pages" / "reverse_search.py", title="Reverse search", url_path="reverse-search"),
    "query_sets": st.Page(HERE / "app_pages" / "query_sets.py", title="Query sets", url_path="query-sets"),
    "taste": st.Page(HERE / "app_pages" / "taste.py", title="Taste test", url_path="taste-test"),
    "judge": st.Page(HERE / "app_pages" / "judge.py", title="Judge", url_path="judge"),
    "data": st.Page(HERE / "app_pages" / "data.py", title="Data", url_path="data"),
    "versions": st.Page(HERE / "app_pages" / "versions.py", title="Versions", url_path="versions"),
    "runs": st.Page(HERE / "app_pages" / "runs.py", title="Runs", url_path="runs"),
    "own": st.Page(HERE / "app_pages" / "own_data.py", title="Your data", url_path="own-data", visibility="hidden"),
    "playlist": st.Page(HERE / "app_pages" / "playlist.py", title="Playlist", url_path="playlist", visibility="hidden"),
}
admitted = False
with frame.calm():  # whoever cannot be let in for certain stays out
    if not (admitted := login.admits()):
        login.ask()
page = st.navigation(list(pages.values()), position="top" if admitted else "hidden")
if admitted:
    views.know(pages.values())
    if page.url_path == "" and (asked := views.of_search()):
        st.switch_page(pages["search"], query_params=asked)
    shows_basket = page.url_path == "recommend" and state.whom() == "basket"
    with st.sidebar, frame.calm():
        sidebar.draw(None if shows_basket else pages["recommend"])
        pinning.draw(page)
        login.draw()
    with frame.calm():
        stage.draw()
    page.run()
