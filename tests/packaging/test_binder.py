"""What Binder does with `binder/`, step by step in a fresh environment; only its base image is not there.

The environment has what the package asks for and no more, and the package as a wheel: what runs here runs wherever
that is installed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser.chromium import chromium
from browser.jupyter_server import JupyterServer, jupyter_server
from browser.notebook import Notebook
from hesswidget.command.tutorials import tutorials
from package_contents import check_contents

REPOSITORY = Path(__file__).parents[2]
BINDER = REPOSITORY / "binder"
SCREENSHOTS = REPOSITORY / "tests" / "browser" / "screenshots"
TUTORIALS = sorted(path.stem for path in (REPOSITORY / "notebooks").glob("*.ipynb"))
WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def python_of_binder() -> str:
    name, version = BINDER.joinpath("runtime.txt").read_text().strip().split("-")
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    return shutil.which(f"{name}{version}") or pytest.skip(
        f"runtime.txt asks for Python {version}; it is not here"
    )


def test_every_requirement_is_pinned():
    lines = BINDER.joinpath("requirements.txt").read_text().splitlines()
    requirements = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in requirements if not re.fullmatch(r"[\w.-]+==[\w.]+", line)] == []


def test_the_readme_s_badge_leads_to_the_index():
    badge = r"\(https://mybinder\.org/badge_logo\.svg\)\]\(https://mybinder\.org/v2/gh/\S+/HEAD\?urlpath=lab/tree/(\S+)\)"
    (path,) = re.findall(badge, REPOSITORY.joinpath("README.md").read_text())
    assert path == "notebooks/00-index.ipynb"
    assert (REPOSITORY / path).is_file()
    config = json.loads(BINDER.joinpath("jupyter_server_config.json").read_text())
    assert [app["default_url"] for app in config.values()] == [f"/lab/tree/{path}"] * 2


def test_repo2docker_accepts_the_files(run, copy_checkout, tmp_path):
    # What Binder itself makes of the checkout: the steps of the image, which the next test follows without the image.
    checkout = copy_checkout(tmp_path / "checkout")
    steps = run(sys.executable, "-m", "repo2docker", "--no-build", "--debug", ".", cwd=checkout)
    requirements = steps.index('pip install --no-cache-dir -r "binder/requirements.txt"')
    assert (
        requirements
        < steps.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
        < steps.index("RUN ./binder/postBuild")
    )


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Iterator[Path]:
    """What programs keep for the next time goes here, and not to the home of whoever runs the tests."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        patch.delenv("MPLCONFIGDIR", raising=False)
        patch.delenv("PYTHONPATH", raising=False)
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield folder


@pytest.fixture(scope="module")
def python(run, python_of_binder, tmp_path_factory) -> Path:
    """The Python of an empty environment."""
    folder = tmp_path_factory.mktemp("image")
    run(python_of_binder, "-m", "venv", "environment", cwd=folder)
    return folder / "environment" / "bin" / "python"


@pytest.fixture(scope="module")
def home(run, python, copy_checkout, cache, tmp_path_factory) -> Path:
    """The home folder of the image that Binder builds."""
    # 1. The requirements, in a layer of their own: the repository is not there yet.
    layer = tmp_path_factory.mktemp("layer")
    shutil.copy(BINDER / "requirements.txt", layer)
    run(python, "-m", "pip", "install", "--quiet", "-r", "requirements.txt", cwd=layer)

    # 2. The repository, and postBuild in it.
    home = copy_checkout(tmp_path_factory.mktemp("home"))
    assert os.access(home / "binder" / "postBuild", os.X_OK)
    run(home / "binder" / "postBuild", cwd=home, path=f"{python.parent}{os.pathsep}{os.environ['PATH']}")
    run(python, "-m", "pip", "check", cwd=home)
    return home


def made_for_later(python: Path, cache: Path) -> set[Path]:
    """Bytecode and lists of fonts."""
    return {*python.parents[1].rglob("*.pyc"), *cache.rglob("fontlist*.json")}


@pytest.fixture(scope="module")
def image(home, python, cache) -> set[Path]:
    """What the image has made for later before it is launched."""
    return made_for_later(python, cache)


@pytest.fixture(scope="module")
def launched(home, image, python, tmp_path_factory) -> Iterator[JupyterServer]:
    """The server as Binder starts it: the command jupyter-lab in the home folder."""
    command = (str(python.parent / "jupyter-lab"),)
    with jupyter_server(tmp_path_factory.mktemp("jupyter"), str(python), command, home) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_the_image_carries_what_a_launch_needs_and_nothing_of_the_build(home, python, cache):
    assert list(cache.rglob("fontlist*.json"))
    assert list(home.rglob("node_modules")) == []
    page = python.parents[1] / "etc" / "jupyter" / "labconfig" / "page_config.json"
    assert json.loads(page.read_text())["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"]


NEEDED = """
import importlib.metadata as metadata, json, re
from packaging.requirements import Requirement

def called(name):
    return re.sub("[-_.]+", "-", name).lower()

def needed(name, extras):
    for text in metadata.requires(name) or ():
        one = Requirement(text)
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            yield called(one.name), frozenset(one.extras)

known, waiting = set(), [("hesswidget", frozenset({"lab"}))]
while waiting:
    one = waiting.pop()
    if one not in known:
        known.add(one)
        waiting += needed(*one)
installed = {called(one.metadata["Name"]) for one in metadata.distributions()}
print(json.dumps(sorted(installed - {name for name, _ in known})))
"""


def test_the_image_has_nothing_that_the_package_does_not_ask_for(run, home, python, tmp_path):
    # So that nothing that runs in it hangs on what happens to be there; `notebook` is for whoever wants its interface.
    beside = {"notebook", "pip", "setuptools"}
    assert set(json.loads(run(python, "-c", NEEDED, cwd=tmp_path))) <= beside


INSTALLED = """
import hesswidget, importlib.metadata, json
print(json.dumps([hesswidget.__file__, [str(path) for path in importlib.metadata.files("hesswidget")]]))
"""


def test_the_installed_package_is_whole(run, home, python, tmp_path):
    where, files = json.loads(run(python, "-c", INSTALLED, cwd=tmp_path))
    assert Path(where).is_relative_to(python.parents[1])
    files = {name for name in files if not name.endswith(".pyc") and ".dist-info" not in Path(name).parts[0]}
    extension = {
        name.partition("/labextensions/hesswidget/")[2] for name in files if "/labextensions/" in name
    }
    check_contents({name for name in files if name.startswith("hesswidget/")}, extension, home)


def test_the_tour_serves_the_tutorials(python, tmp_path):
    with jupyter_server(tmp_path, str(python), ("-m", "hesswidget", "tour", "--")) as server:
        listed = server.request("GET", "api/contents/")["content"]
        assert {path.name for path in tutorials()} == {file["name"] for file in listed}


@pytest.fixture(scope="module")
def notebook(launched, browser) -> Iterator[Notebook]:
    """The page of a reader who comes to where Binder leads."""
    notebook = Notebook(browser, launched, "lab", (1280, 900))
    notebook.visit("")
    yield notebook
    notebook.close()


def test_a_launch_lands_on_the_index(notebook, launched):
    assert notebook.page.url.partition("?")[0] == f"{launched.origin}/lab/tree/notebooks/00-index.ipynb"
    expect(notebook.page.get_by_role("heading", name="The tutorials")).to_be_visible()
    assert notebook.page.evaluate("window.jupyterapp.commands.hasCommand('hesswidget:tutorials')")
    notebook.screenshot(SCREENSHOTS / "binder-landing.png")
    notebook.check_network()


@pytest.mark.parametrize("tutorial", TUTORIALS)
def test_every_explorer_becomes_live(tutorial, notebook):
    """A tutorial runs from top to bottom; the assertions in its cells are its tests."""
    notebook.open_instead(f"notebooks/{tutorial}.ipynb")
    notebook.run_all_cells()
    outputs = notebook.outputs()
    assert [output["traceback"] for output in outputs if output["output_type"] == "error"] == []
    widgets = [output for output in outputs if WIDGET in output.get("data", {})]
    explorers = notebook.page.locator(".hesswidget")
    expect(explorers).to_have_count(len(widgets))
    assert widgets
    for explorer in notebook.page.locator(
        ".hesswidget:not(:has(.hw-measured))"
    ).all():  # not what a job finds
        explorer.scroll_into_view_if_needed()
        expect(explorer).to_have_attribute("data-exact", "true", timeout=60_000)
    assert notebook.errors == []
    notebook.screenshot(SCREENSHOTS / f"binder-{tutorial}.png")
    notebook.check_network()


def test_nothing_was_compiled_as_the_tutorials_ran(image, python, cache):
    assert made_for_later(python, cache) - image == set()
