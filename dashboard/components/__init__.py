"""Pure functions that return figures, tables and cards as HTML or Plotly."""
