"""What a wheel and an installation carry."""

from __future__ import annotations

from pathlib import Path

BUNDLE = {
    f"hesswidget/static/{name}"
    for name in ("explorer.js", "explorer.css", "loader.js", "third-party-licenses.txt")
}


def check_contents(names: set[str], extension: set[str], checkout: Path) -> None:
    """Check the files of an installation: the bundle, the modules and the tutorials, and nothing else.

    `names` begin with the package's; `extension` has those of the extension of JupyterLab, in its folder.
    """
    assert {"install.json", "package.json"} < extension
    assert {Path(name).suffix for name in extension} == {".js", ".json", ".txt"}
    modules = {str(path.relative_to(checkout)) for path in (checkout / "hesswidget").rglob("*.py")}
    modules = {name for name in modules if not name.startswith("hesswidget/frontend/")}
    shipped = {f"hesswidget/tutorials/{path.name}" for path in (checkout / "notebooks").glob("*.ipynb")}
    assert names >= BUNDLE | modules | shipped
    kinds = {Path(name).suffix for name in names - modules - shipped}
    assert kinds <= {".css", ".js", ".txt", ".typed", ".j2", ".json"}
    assert {name for name in names if name.startswith("hesswidget/tutorials/")} == shipped
    sources = ("hesswidget/frontend", "hesswidget/labextension", "hesswidget/notebook/labextension", "tests")
    assert [name for name in names | extension if name.startswith(sources) or "node_modules" in name] == []
