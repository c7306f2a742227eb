"""The tour: tutorials copied, never over what is there, and opened in JupyterLab."""

from __future__ import annotations

import os
import sys
import urllib.request
from pathlib import Path

import pytest

from browser.jupyter_server import jupyter_server
from hesswidget.command import main
from hesswidget.command.tutorials import COPY, INDEX, tutorials

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def started(monkeypatch, tmp_path):
    """What JupyterLab would have been started with; the present folder is empty."""
    given = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("jupyterlab.labapp.main", given.append)
    return given


def copied(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


NAMES = sorted(path.name for path in (REPOSITORY / "notebooks").glob("*.ipynb"))


def test_the_tutorials_are_those_of_the_checkout_and_not_what_jupyter_leaves_behind(monkeypatch, tmp_path):
    assert [path.name for path in tutorials()] == NAMES
    for file in [INDEX, f".ipynb_checkpoints/{INDEX}"]:
        (tmp_path / "notebooks" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "notebooks" / file).write_text("{}")
    monkeypatch.setattr("hesswidget.command.tutorials.files", lambda _: tmp_path / "hesswidget")
    assert tutorials() == [tmp_path / "notebooks" / INDEX]


def test_a_tour_copies_all_and_opens_the_index(started, tmp_path, capsys):
    assert main(["tour"]) == 0
    folder = tmp_path / COPY
    assert copied(folder) == NAMES
    for tutorial in tutorials():
        assert (folder / tutorial.name).read_bytes() == tutorial.read_bytes()
    assert started == [[f"--ServerApp.root_dir={folder}", "--LabApp.default_url=/lab/tree/00-index.ipynb"]]
    said = capsys.readouterr().out
    assert str(folder) in said
    assert "Kept" not in said


def test_what_is_there_is_kept_and_said(started, tmp_path, capsys):
    mine = tmp_path / "mine" / INDEX
    mine.parent.mkdir()
    mine.write_text("my notes")
    assert main(["tour", "--folder", "mine"]) == 0
    assert mine.read_text() == "my notes"
    assert copied(mine.parent) == NAMES
    assert f"Kept as they were there: {INDEX}.\n" in capsys.readouterr().out
    assert len(started) == 1


@pytest.mark.parametrize(
    "options", [["--no-browser", "--port=8889"], ["--allow-root", "--port", "8889"], ["-y", "--LabApp.x=[1]"]]
)
@pytest.mark.parametrize("dashes", [[], ["--"]])
def test_options_that_are_not_its_own_are_jupyterlab_s(started, dashes, options):
    assert main(["tour", "--folder", "mine", *dashes, *options]) == 0
    assert started[0][2:] == options
    assert copied(Path("mine")) == NAMES


@pytest.mark.parametrize(
    ("user", "options", "is_said"), [(0, [], 1), (0, ["--allow-root"], 0), (1000, [], 0)]
)
def test_root_is_told_what_jupyterlab_takes(started, monkeypatch, capsys, user, options, is_said):
    monkeypatch.setattr("os.geteuid", lambda: user, raising=False)
    assert main(["tour", *options]) == 0
    assert capsys.readouterr().out.count("hesswidget tour --allow-root --no-browser") == is_said
    assert len(started) == 1


def test_other_commands_refuse_what_they_do_not_know(capsys):
    with pytest.raises(SystemExit):
        main(["page", "himmelblau", "--no-browser"])
    assert "--no-browser" in capsys.readouterr().err


def test_without_jupyterlab_a_sentence_says_how_to_get_it(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert main(["tour"]) == 2
    assert "pip install jupyterlab" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("refused", ["pathlib.Path.mkdir", "tempfile.mkstemp"])
def test_where_nothing_may_be_written_a_sentence_says_so(started, monkeypatch, capsys, refused):
    def refuse(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(refused, refuse)
    assert main(["tour"]) == 2
    said = capsys.readouterr().err
    assert "hesswidget-tutorials" in said
    assert "Permission denied" in said
    assert started == []


@pytest.mark.parametrize("folder", ["file", "file/inside"])
def test_a_file_in_the_folder_s_place_is_a_sentence(started, tmp_path, capsys, folder):
    (tmp_path / "file").write_text("mine")
    assert main(["tour", "--folder", folder]) == 2
    assert "could not be made" in capsys.readouterr().err
    assert (tmp_path / "file").read_text() == "mine"
    assert started == []


def test_a_bare_name_is_no_folder(started, capsys):
    assert main(["tour", "mine"]) == 2
    assert "--folder" in capsys.readouterr().err
    assert started == []


def test_an_installation_without_tutorials_is_a_sentence(started, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("hesswidget.command.tutorials.files", lambda _: tmp_path / "hesswidget")
    assert main(["tour"]) == 2
    assert "install hesswidget again" in capsys.readouterr().err


def test_it_really_starts(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(REPOSITORY), os.environ.get("PYTHONPATH", "")]))
    with jupyter_server(tmp_path, command=("-m", "hesswidget", "tour", "--")) as server:
        model = server.request("GET", f"api/contents/{INDEX}")
        assert model["content"]["cells"][0]["source"].startswith("# ")
        with urllib.request.urlopen(f"{server.origin}/?token={server.token}", timeout=30) as page:
            assert page.url.partition("?")[0] == f"{server.origin}/lab/tree/{INDEX}"
    assert (server.root / COPY / INDEX).is_file()
