"""Files: whole or not at all, and never what was not meant."""

import os
import stat

import pytest

from hesswidget.errors import ProblemError
from hesswidget.export import files


def test_a_link_stays_one_and_what_it_points_to_is_written(tmp_path):
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "target", tmp_path / "link"
    link.symlink_to(target)
    with pytest.raises(ProblemError, match="exists already"):  # though it points nowhere yet
        files.write(link, b"one")
    assert not target.exists()
    for data in (b"one", b"two"):
        files.write(link, data, overwrite=True)
        assert link.is_symlink()
        assert target.read_bytes() == data
    assert sorted(os.listdir(tmp_path)) == ["far", "link"]
    assert os.listdir(tmp_path / "far") == ["target"]


@pytest.mark.parametrize("overwrite", [False, True])
def test_only_files_are_written_over(tmp_path, overwrite):
    pipe, loop, folder = tmp_path / "pipe", tmp_path / "loop", tmp_path / "folder"
    os.mkfifo(pipe)
    loop.symlink_to(loop)
    folder.mkdir()
    linked = tmp_path / "linked"
    linked.symlink_to("/dev/null")
    for path in (pipe, loop, folder, linked, "/dev/null"):
        with pytest.raises(ProblemError, match=r"no file|could not be written"):
            files.write(path, b"", overwrite=overwrite)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert loop.is_symlink()
    assert linked.is_symlink()


@pytest.mark.parametrize("name", ["a" * 255, "é" * 120, "a b.html", ".hidden"])
def test_any_name_that_the_folder_takes(tmp_path, name):
    assert files.write(tmp_path / name, b"one").read_bytes() == b"one"


@pytest.mark.parametrize("name", ["a" * 256, "a" * 5000, "a\0b", "none/f.html", "file/f.html", "\x1b[31m/f"])
def test_a_name_that_cannot_be_is_said_before_work_is_done(tmp_path, name):
    (tmp_path / "file").touch()
    with pytest.raises(ProblemError, match="could not be written") as raised:
        files.refuse_existing(tmp_path / name, overwrite=True)
    assert len(str(raised.value)) < 700
    assert str(raised.value).isprintable()
    with pytest.raises(ProblemError, match="could not be written"):
        files.write(tmp_path / name, b"")
    assert os.listdir(tmp_path) == ["file"]
