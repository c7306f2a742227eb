"""Sums over chunks: as the whole, and the same to the last bit whoever computes them."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import hesswidget as hw
from spectra.losses import PLACES, WANTED, raises, tanh_network, weights

PARAMS = weights(8)
CHUNKS = [(PLACES[i::7], WANTED[i::7]) for i in range(7)]
OPTIONS = {"mode": "extreme", "probes": 3, "steps": 6, "k": 2}


def bits(found):
    return [
        part.tolist()
        for part in (
            found.largest.values,
            found.smallest.vectors,
            found.diagonal.value,
            np.array(found.trace.value),
        )
    ]


@pytest.fixture(scope="module")
def alone():
    return hw.spectrum(tanh_network, PARAMS, data=CHUNKS, **OPTIONS)


def test_chunks_are_the_whole(alone):
    whole = hw.spectrum(tanh_network, PARAMS, **OPTIONS)
    assert alone.name == "the Hessian of tanh_network over 7 chunks"
    size = np.abs(whole.largest.values).max()
    for name in ("largest", "smallest"):
        assert getattr(alone, name).values == pytest.approx(getattr(whole, name).values, abs=1e-12 * size)
    assert alone.diagonal.value == pytest.approx(whole.diagonal.value, abs=1e-10 * size)
    assert list(alone.blocks) == list(whole.blocks)


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_threads_find_the_same_bits(alone, workers):
    with ThreadPoolExecutor(workers) as executor:
        found = hw.spectrum(tanh_network, PARAMS, data=CHUNKS, executor=executor, **OPTIONS)
    assert bits(found) == bits(alone)


def test_processes_find_the_same_bits_and_what_is_closed_is_a_sentence(alone):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        found = hw.spectrum(tanh_network, PARAMS, data=CHUNKS, executor=executor, **OPTIONS)
    assert bits(found) == bits(alone)
    with pytest.raises(hw.ProblemError, match="takes no work"):
        hw.spectrum(tanh_network, PARAMS, data=CHUNKS, executor=executor, **OPTIONS)


def test_an_executor_that_is_shut_down_midway_leaves_what_was_found():
    with ThreadPoolExecutor(2) as executor:
        calls = []

        def progress(share, words):
            calls.append(words)
            if len(calls) == 60:
                executor.shutdown()
            return True

        found = hw.spectrum(
            tanh_network,
            PARAMS,
            data=CHUNKS,
            executor=executor,
            mode="extreme",
            probes=40,
            steps=6,
            progress=progress,
        )
    assert "takes no work" in " ".join([found.reason, *found.notes])
    assert len(found.largest) == 5


def test_a_dask_worker_that_is_killed_changes_nothing(alone):
    distributed = pytest.importorskip("distributed")
    calls = []

    def progress(share, words):
        calls.append(words)
        if len(calls) == 25:
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)
        return True

    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster, distributed.Client(cluster) as client:
        found = hw.spectrum(
            tanh_network,
            PARAMS,
            data=CHUNKS,
            executor=client.get_executor(),
            workers=2,
            progress=progress,
            **OPTIONS,
        )
    assert len(calls) > 25
    assert bits(found) == bits(alone)


def test_a_chunk_may_be_loaded_where_it_is_used(alone, tmp_path):
    loaders = [lambda i=i: CHUNKS[i] for i in range(7)]
    assert bits(hw.spectrum(tanh_network, PARAMS, data=loaders, **OPTIONS)) == bits(alone)
    paths = []
    for i, (inputs, wanted) in enumerate(CHUNKS):
        paths.append(tmp_path / f"{i}.npz")
        np.savez(paths[-1], inputs, wanted)
    assert bits(hw.spectrum(tanh_network, PARAMS, data=paths, **OPTIONS)) == bits(alone)


def test_what_a_chunk_raises_and_what_is_not_finite_is_said():
    with pytest.raises(hw.ProblemError, match=r"chunk 6 raised .*this chunk is spoilt"):
        hw.spectrum(raises, PARAMS, data=CHUNKS)
    with pytest.raises(hw.ProblemError, match="tanh_network is nan at the point"):
        hw.spectrum(tanh_network, PARAMS, data=[*CHUNKS, (np.full((2, 1), np.nan), np.ones((2, 1)))])
    with pytest.raises(hw.ProblemError, match=r"chunk 0 raised .*No such file"):
        hw.spectrum(tanh_network, PARAMS, data=["nowhere.npy"])


def test_a_product_moves_one_vector_there_and_two_back():
    sent = []

    class Counting(ThreadPoolExecutor):
        def submit(self, fn, /, *args):
            future = super().submit(fn, *args)
            sent.append((args, future))
            return future

    with Counting(2) as executor:
        found = hw.spectrum(tanh_network, PARAMS, data=CHUNKS, executor=executor, **OPTIONS)
    moved = 0
    for (_, _, vector, chunks), future in sent:
        assert chunks is None or vector is None  # what the chunks are was told once, with the first value
        if vector is not None:
            moved += vector.nbytes + sum(part.nbytes for part in future.result()[1:])
    assert moved <= 3 * 8 * found.n * 2 * found.cost


def test_work_that_is_cancelled_leaves_what_was_found():
    with ThreadPoolExecutor(1) as executor:
        calls = []

        def progress(share, words):
            calls.append(words)
            if len(calls) == 60:
                executor.shutdown(wait=False, cancel_futures=True)
            return True

        found = hw.spectrum(
            tanh_network, PARAMS, data=CHUNKS, executor=executor, workers=4, mode="extreme", progress=progress
        )
    assert len(found.largest) == 5
    with pytest.raises(hw.ProblemError, match="no value for its variables"):
        hw.spectrum(tanh_network, data=CHUNKS)
