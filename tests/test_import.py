"""What importing the package brings along: as little as can be."""

import subprocess
import sys

import pytest


def imported(code: str) -> set[str]:
    """Top-level modules that a fresh interpreter holds after running `code`."""
    script = f"{code}\nimport sys; print(' '.join({{m.partition('.')[0] for m in sys.modules}}))"
    return set(
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        ).stdout.split()
    )


def test_importing_the_package_brings_no_display_machinery():
    heavy = {"matplotlib", "scipy", "IPython", "ipywidgets", "anywidget", "ipykernel", "PIL"}
    assert not heavy & imported("import hesswidget")


@pytest.mark.parametrize(
    "module", ["curvature", "second_derivative_test", "landscape", "problem", "derivatives", "gallery"]
)
def test_the_mathematics_imports_no_widget_library(module):
    assert not {"ipywidgets", "anywidget", "traitlets", "matplotlib", "scipy"} & imported(
        f"import hesswidget.{module}"
    )


def test_an_explorer_brings_no_matplotlib_until_it_is_shown():
    code = "import hesswidget as hw; hw.explore('himmelblau').curvature"
    assert not {"matplotlib", "scipy"} & imported(code)


def test_the_first_picture_of_an_explorer_brings_no_scipy():
    code = "import hesswidget as hw; hw.explore('himmelblau')._repr_mimebundle_()"
    assert not {"scipy"} & imported(code)


def test_every_public_name_is_there():
    import hesswidget as hw

    for name in hw.__all__:
        assert getattr(hw, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'hessian'"):
        hw.hessian  # noqa: B018
