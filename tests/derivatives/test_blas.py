"""One thread of BLAS: in every library of it that a process has, whenever it came."""

import subprocess
import sys


def test_scipys_own_library_is_held_too_though_it_came_later():
    script = (
        "from threadpoolctl import ThreadpoolController as Libraries\n"
        "import numpy\n"
        "from hesswidget.derivatives.blas import one_blas_thread\n"
        "threads = lambda: [found['num_threads'] for found in Libraries().select(user_api='blas').info()]\n"
        "with one_blas_thread():\n"
        "    assert set(threads()) == {1}\n"
        "import scipy.linalg\n"
        "Libraries().limit(limits=2, user_api='blas')\n"
        "before = threads()\n"
        "with one_blas_thread():\n"
        "    assert set(threads()) == {1}, threads()\n"
        "assert threads() == before\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)
