"""What an explorer leaves behind: outputs, pages, pictures; and files that are never written over unasked."""

import base64
import hashlib
import json
import re
import zlib

import autograd.numpy as np
import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.appearance import MIME_TYPE
from hesswidget.errors import ProblemError
from hesswidget.explorers.snapshot import MOST_IN_OUTPUT
from hesswidget.export.saved import packed
from hesswidget.program.bounds import SAVED
from hostile_text import HOSTILE


def rosenbrock(x, y, a=1.0, b=100.0):
    return (a - x) ** 2 + b * (y - x**2) ** 2


def bundle(w):
    data, _ = w._repr_mimebundle_()
    return data


def unpacked(saved):
    return json.loads(zlib.decompress(base64.b64decode(saved["packed"])))


def test_an_output_has_the_saved_explorer_its_picture_and_a_stable_text():
    first, second = (bundle(hw.explore("himmelblau")) for _ in range(2))
    assert set(first) == {"text/plain", "image/png", MIME_TYPE, "application/vnd.jupyter.widget-view+json"}
    assert first["text/plain"] == second["text/plain"]
    assert "minimum" in first["text/plain"] or "stationary" in first["text/plain"]
    assert first[MIME_TYPE] == second[MIME_TYPE]


def test_an_output_carries_no_front_end_and_is_small():
    w = hw.explore(rosenbrock, x=(-2, 2), y=(-1, 3))
    size = len(json.dumps(bundle(w)[MIME_TYPE]))
    assert size < 40_000
    assert "_esm" not in json.dumps(unpacked(bundle(w)[MIME_TYPE]))


def test_the_state_of_the_moment_is_saved():
    w = hw.explore(rosenbrock, x=(-2, 2), y=(-1, 3))
    w.set(x=0.25, b=7.0)
    values = unpacked(bundle(w)[MIME_TYPE])["traits"]["values"]
    assert values == {"x": 0.25, "y": 1.0, "a": 1.0, "b": 7.0}


def test_data_is_saved_once_for_all_programs():
    data = onp.random.default_rng(0).normal(size=(2_000, 2))

    def loss(u, v):
        return np.sum((data @ np.array([u, v]) - 1) ** 2)

    programs = unpacked(bundle(hw.explore(loss, u=(-1, 1), v=(-1, 1)))[MIME_TYPE])["traits"]["explorer"][
        "_programs"
    ]
    size = len(base64.b64decode(programs["floats"]["base64"]))
    assert size < 3 * data.nbytes  # it is in frame, tile, search and definiteness, as it is and transposed


def test_what_is_too_large_for_an_output_is_left_out_with_a_sentence():
    data = onp.random.default_rng(0).normal(size=(100_000, 2))

    def loss(u, v):
        return np.mean((data @ np.array([u, v]) - 1) ** 2)

    found = bundle(hw.explore(loss, u=(-1, 1), v=(-1, 1)))
    assert "packed" not in found[MIME_TYPE]
    assert "at most 1 MB; save_html" in found[MIME_TYPE]["reason"]
    assert f"at most {MOST_IN_OUTPUT / 1e6:.0f} MB" in found["text/plain"]
    assert "save_html" in found["text/plain"]


def test_a_kernel_engine_s_output_is_the_one_picture():
    w = hw.explore(rosenbrock, x=(-2, 2), y=(-1, 3), engine="kernel")
    content = unpacked(bundle(w)[MIME_TYPE])
    assert [len(s) for s in (*content["states"]["parameters"], *content["states"]["coordinates"])] == [1] * 4
    assert "one state" in content["traits"]["explorer"]["engine_reason"]


def test_a_kernel_engine_s_page_has_pictures_over_a_grid_and_says_how_many(tmp_path):
    w = hw.explore(rosenbrock, x=(-2, 2), y=(-1, 3), engine="kernel")
    w.set(x=0.3)
    page = w.save_html(tmp_path / "f.html", seconds=1).read_text()
    saved = json.loads(re.search(rf'<script type="{re.escape(MIME_TYPE)}">(.*?)</script>', page)[1])
    content = unpacked(saved)
    stops = [*content["states"]["parameters"], *content["states"]["coordinates"]]
    count = onp.prod([len(s) for s in stops])
    assert count > 1
    assert f"{count:,} pictures" in content["traits"]["explorer"]["engine_reason"]
    assert 0.3 in content["states"]["coordinates"][0]
    hessians = next(a for a in content["states"]["arrays"] if a["name"] == "hessian")
    found = onp.frombuffer(base64.b64decode(hessians["data"]["base64"])).reshape(*map(len, stops), 2, 2)
    place = tuple(len(s) - 1 for s in stops)
    a, b, x, y = (s[-1] for s in stops)
    onp.testing.assert_allclose(found[place], hw.curvature(rosenbrock, x=x, y=y, a=a, b=b).hessian)


def test_what_is_saved_of_much_of_the_same_is_not_more_than_pages_unpack(tmp_path):
    saved = packed("", {"floats": onp.zeros(700_000)})["packed"]
    data = base64.b64decode(saved)
    assert len(zlib.decompress(data)) <= SAVED.ratio * len(data)
    with pytest.raises(ProblemError, match="it takes 43 MB, and a saved explorer at most 17 MB"):
        packed("", {"floats": onp.random.default_rng(0).normal(size=4_000_000)})


def test_a_page_is_one_small_file_that_forbids_itself_everything_else(tmp_path):
    path = hw.explore(rosenbrock, x=(-2, 2), y=(-1, 3)).save_html(tmp_path / "f.html")
    page = path.read_text()
    assert path.stat().st_size < 450_000
    assert not re.findall(r"(?:src|href)=\"(?!data:)", page)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    script = re.search(r'<script type="module">(.*?)</script>', page, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_data_in_a_page(text, tmp_path):
    def f(x, kind="a"):
        return x**2

    f.__name__ = text
    w = hw.explore(f, x=(-1, 1), kind={text: text, "b": "b"})
    page = w.save_html(tmp_path / "f.html").read_text()
    clean = (
        hw.explore(lambda x, kind="a": x**2, x=(-1, 1), kind=["a", "b"])
        .save_html(tmp_path / "g.html")
        .read_text()
    )
    tags = re.findall(r"<[a-zA-Z/!][^>]*>", page)
    assert [t.split(" ")[0] for t in tags] == [
        t.split(" ")[0] for t in re.findall(r"<[a-zA-Z/!][^>]*>", clean)
    ]


@pytest.mark.parametrize("kind", ["html", "png", "svg", "pdf"])
def test_files_of_each_kind_and_none_written_over_unasked(kind, tmp_path):
    w = hw.explore("himmelblau")
    save = getattr(w, f"save_{kind}")
    path = save(tmp_path / f"f.{kind}")
    before = path.read_bytes()
    start = {"html": b"<!DOCTYPE", "png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[kind]
    assert before.startswith(start)
    w.set(x=1.0)
    with pytest.raises(hw.ProblemError, match="exists already"):
        save(path)
    assert path.read_bytes() == before
    save(path, overwrite=True)
    assert path.read_bytes() != before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_written_to_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    w = hw.explore("himmelblau")
    for place in (tmp_path / "none" / "f.png", tmp_path / "file" / "f.png"):
        with pytest.raises(hw.ProblemError, match="could not be written"):
            w.save_png(place)


@pytest.mark.parametrize(
    ("kind", "name", "better"),
    [
        ("html", "a.txt", "a.html"),
        ("html", "a", "a.html"),
        ("html", "rate_0.5", "rate_0.5.html"),
        ("html", "a.html.png", "a.html"),
        ("png", "a.jpg", "a.png"),
        ("svg", "a.png", "a.svg"),
        ("pdf", "a.ps", "a.pdf"),
    ],
)
def test_a_file_is_named_after_what_is_in_it(tmp_path, kind, name, better):
    w = hw.explore("himmelblau")
    with pytest.raises(hw.ProblemError, match=f"does not end in \\.{kind}") as told:
        getattr(w, f"save_{kind}")(tmp_path / name)
    assert str(told.value).endswith(f"name it {better}.")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["a.htm", "a.HTML", "a b.html", "a.b.html"])
def test_a_page_may_be_called_what_pages_are(tmp_path, name):
    assert hw.explore("himmelblau").save_html(tmp_path / name).name == name


def test_a_bifurcation_explorer_saves_its_diagram(tmp_path):
    w = hw.bifurcation(lambda x, a=1.0: x**4 / 4 - a * x**2 / 2, a=(-1.0, 2.0), x=(-2, 2))
    diagram = unpacked(bundle(w)[MIME_TYPE])["traits"]["explorer"]["_diagram"]
    assert [e["kind"] for e in diagram["events"]] == ["pitchfork"]
    assert w.save_html(tmp_path / "b.html").exists()
