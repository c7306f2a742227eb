"""How a Chromium is found, and what happens where there is none; nothing is really installed here."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from browser import chromium

NO_PLAYWRIGHT_BROWSER = SimpleNamespace(chromium=SimpleNamespace(executable_path="/nowhere/chrome"))


@pytest.fixture
def empty_path(tmp_path, monkeypatch):
    """A machine without any Chromium: the only program on its PATH is what a test puts in this folder."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("HESSWIDGET_CHROMIUM", raising=False)
    return tmp_path


def write_program(path, script="exit 0"):
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_the_named_chromium_comes_before_the_system_s(empty_path, monkeypatch):
    write_program(empty_path / "chromium")
    write_program(empty_path / "mine")
    assert chromium.find_chromium(NO_PLAYWRIGHT_BROWSER) == str(empty_path / "chromium")
    monkeypatch.setenv("HESSWIDGET_CHROMIUM", "mine")
    assert chromium.find_chromium(NO_PLAYWRIGHT_BROWSER) == str(empty_path / "mine")
    monkeypatch.setenv("HESSWIDGET_CHROMIUM", "yours")
    with pytest.raises(
        FileNotFoundError, match="HESSWIDGET_CHROMIUM is 'yours', and there is no such program"
    ):
        chromium.find_chromium(NO_PLAYWRIGHT_BROWSER)


def test_playwright_s_own_comes_last(empty_path):
    write_program(empty_path / "own")
    playwright = SimpleNamespace(chromium=SimpleNamespace(executable_path=str(empty_path / "own")))
    assert chromium.find_chromium(playwright) == str(empty_path / "own")


def test_root_on_debian_gets_the_distribution_s(empty_path, monkeypatch):
    monkeypatch.setattr(chromium, "is_root", lambda: True)
    place = empty_path / "chromium"
    write_program(
        empty_path / "apt-get", f'[ "$1" = update ] || {{ echo > {place}; /bin/chmod +x {place}; }}'
    )
    assert chromium.find_chromium(NO_PLAYWRIGHT_BROWSER) is None
    assert chromium.get_chromium(NO_PLAYWRIGHT_BROWSER) == str(place)


def test_others_ask_playwright(empty_path, monkeypatch):
    monkeypatch.setattr(chromium, "is_root", lambda: False)
    assert [command.split(" -m ")[1] for command in chromium.installations()] == [
        "playwright install chromium"
    ]


def test_what_was_tried_is_said(empty_path, monkeypatch):
    monkeypatch.setattr(chromium, "installations", lambda: ["echo no route to host; exit 3"])
    with pytest.raises(FileNotFoundError, match="name it in HESSWIDGET_CHROMIUM") as caught:
        chromium.get_chromium(NO_PLAYWRIGHT_BROWSER)
    assert "exit code 3: no route to host" in str(caught.value)
