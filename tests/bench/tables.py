"""Reading Markdown tables back."""


def rows(text: str, heading: str) -> list[dict[str, str]]:
    """Return the rows of the first table below a heading, by column; a repeated column carries a number."""
    lines = text[text.index(f"{heading}\n") :].splitlines()[1:]
    start = next(place for place, line in enumerate(lines) if line.startswith("|"))
    cells = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        cells.append([cell.strip() for cell in line.strip("|").split("|")])
    columns: list[str] = []
    for name in cells[0]:
        columns.append(name if name not in columns else f"{name} 2")
    return [dict(zip(columns, row, strict=True)) for row in cells[2:]]


def row(text: str, heading: str, first: str) -> dict[str, str]:
    """Return the row of that table whose first cell is so."""
    return next(each for each in rows(text, heading) if next(iter(each.values())) == first)
