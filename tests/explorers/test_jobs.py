"""Jobs: what takes long reports, is cancelled, is overtaken, and holds nothing up."""

import threading

import numpy as onp
import pytest

import hesswidget as hw
from hesswidget.explorers import jobs
from hesswidget.explorers.jobs import Jobs, Overtaken


@pytest.fixture(autouse=True)
def reports_at_once(monkeypatch):
    monkeypatch.setattr(jobs, "FIRST", 0.0)
    monkeypatch.setattr(jobs, "INTERVAL", 0.0)


class Held:
    """A function that waits in the thread of a job, and nowhere else, until it is let go on."""

    def __init__(self):
        self.reached, self.let = threading.Event(), threading.Event()

    def __call__(self, x, a=1.0, b=0.0):
        if threading.current_thread() is not threading.main_thread():
            self.reached.set()
            assert self.let.wait(60)
        return x**4 / 4 - a * x**2 / 2 - b * x


class Told:
    """What a front end was told; `where` waits for a message."""

    def __init__(self, w):
        self.messages, self._changed, self.react = [], threading.Condition(), None
        w.send = self._send

    def _send(self, content, buffers=None):
        with self._changed:
            self.messages.append((content, buffers))
            self._changed.notify_all()
        if self.react:
            self.react(content)

    def where(self, **fields):
        def found():
            return next((m for m in self.messages if fields.items() <= m[0].items()), None)

        with self._changed:
            assert self._changed.wait_for(found, 60), self.messages
            return found()

    @property
    def answers(self):
        return [content for content, _ in self.messages if content["kind"] != "progress"]


def ask(w, kind, identifier, *buffers, **fields):
    w._answer(
        w, {"kind": kind, "id": identifier, **fields}, [onp.asarray(b, "<f8").tobytes() for b in buffers]
    )


@pytest.fixture
def held():
    function = Held()
    yield function
    function.let.set()


@pytest.fixture
def w(held):
    made = hw.bifurcation(held, x=(-2.0, 2.0), a=(-1.0, 2.0), b=(-1.0, 1.0), against="a")
    made.told = Told(made)
    yield made
    held.let.set()
    made._questions.jobs.wait()


def test_other_questions_are_answered_and_sliders_move_while_a_job_runs(w, held):
    parameters = {"a": 1.0, "b": 0.0}
    ask(w, "find_critical_points", "job", parameters=parameters)
    assert held.reached.wait(60)
    ask(w, "classify", "quick", [1.0], parameters=parameters)
    w.set_state({"x": 0.5})
    assert w.curvature.value == pytest.approx(0.5**4 / 4 - 0.5**2 / 2)
    assert [content["id"] for content in w.told.answers] == ["quick"]
    held.let.set()
    assert w.told.where(id="job", kind="find_critical_points")[0]["labels"] == [
        "minimum",
        "minimum",
        "maximum",
    ]


def test_a_job_tells_how_far_it_is(w, held):
    held.let.set()
    ask(w, "find_critical_points", "job", parameters={"a": 1.0, "b": 0.0})
    w.told.where(id="job", kind="find_critical_points")
    shares = [content["share"] for content, _ in w.told.messages if content["kind"] == "progress"]
    assert len(shares) > 3
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1


@pytest.mark.parametrize("from_the_page", [True, False])
def test_a_job_that_is_cancelled_keeps_what_it_has(w, held, from_the_page):
    def cancel(content):
        if content.get("words") == "judging points":
            return ask(w, "cancel", "c", job="job") if from_the_page else w.cancel()

    w.told.react = cancel
    held.let.set()
    ask(w, "find_critical_points", "job", parameters={"a": 1.0, "b": 0.0})
    header, (points, values, _) = w.told.where(id="job", kind="find_critical_points")
    assert len(header["labels"]) == 1  # the one that was being judged
    assert len(onp.frombuffer(points)) == len(onp.frombuffer(values)) == 1
    assert "stopped before its end" in header["sentences"][0]
    # Python's own answer is whole, and so is the next one.
    w.told.react = None
    assert w.critical_points.counts == {"minimum": 2, "maximum": 1}
    ask(w, "find_critical_points", "again", parameters={"a": 1.0, "b": 0.0})
    assert "complete" in w.told.where(id="again", kind="find_critical_points")[0]["sentences"][0]


def test_paths_that_are_cancelled_are_shown_as_far_as_they_are_and_that_is_said():
    w = hw.explore("himmelblau")
    told = Told(w)
    told.react = lambda content: w.cancel() if content.get("words") == "3 of 8 paths followed" else None
    ask(w, "separatrices", "job", parameters=dict(w.parameters))
    header, buffers = told.where(id="job", kind="separatrices")
    assert len(buffers) == len(header["outcomes"]) == 4
    assert "stopped before its end" in header["note"]
    told.react = None
    ask(w, "separatrices", "again", parameters=dict(w.parameters))
    header, buffers = told.where(id="again", kind="separatrices")
    assert len(buffers) == 8
    assert "note" not in header


def test_a_diagram_that_is_cancelled_shows_as_much_as_there_is(w, held):
    w.told.react = lambda content: w.cancel() if content.get("share", 0) > 0.2 else None
    held.let.set()
    ask(w, "diagram", "job", parameters={"a": 1.0, "b": 0.25})
    w.told.where(id="job", kind="diagram")
    assert w._diagram["others"] == {"b": 0.25}
    assert "stopped before its end" in w._diagram["notes"][-1]
    ends = [onp.frombuffer(branch["values"])[-1] for branch in w._diagram["branches"]]
    assert -1 < max(ends) < 2
    w.told.react = None
    w.set(b=0.25)
    assert [e.kind for e in w.diagram.events] == ["fold"]


def test_a_newer_question_gives_an_older_one_up_which_comes_to_nothing(w, held):
    diagrams = []
    w.observe(lambda change: diagrams.append(change.new["others"]), "_diagram")

    def overtake(content):
        if content["kind"] == "progress" and content["id"] == "old":
            ask(w, "diagram", "new", parameters={"a": 1.0, "b": 0.25})

    w.told.react = overtake
    held.let.set()
    ask(w, "diagram", "old", parameters={"a": 1.0, "b": 0.5})
    w.told.where(id="new", kind="diagram")
    assert "given up" in w.told.where(id="old", kind="refusal")[0]["message"]
    assert diagrams == [{"b": 0.25}]


def test_two_who_ask_the_same_are_answered_by_one_job(w, held):
    parameters = {"a": 1.0, "b": 0.0}
    ask(w, "find_critical_points", "one", parameters=parameters)
    assert held.reached.wait(60)
    ask(w, "find_critical_points", "other", parameters=parameters)
    assert [t.name for t in threading.enumerate()].count("hesswidget find_critical_points") == 1
    held.let.set()
    answers = [w.told.where(id=name, kind="find_critical_points") for name in ("one", "other")]
    assert answers[0][1] == answers[1][1]


def test_where_there_are_no_threads_a_job_is_answered_at_once(w, held, monkeypatch):
    def refuse(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    held.let.set()
    ask(w, "find_critical_points", "job", parameters={"a": 1.0, "b": 0.0})
    assert w.told.answers[-1]["labels"] == ["minimum", "minimum", "maximum"]
    ask(w, "cancel", "c", job="job")  # which is too late, and no error
    assert w.told.answers[-1] == {"kind": "cancel", "id": "c"}


def test_a_widget_that_is_closed_works_no_more(w, held):
    ask(w, "find_critical_points", "job", parameters={"a": 1.0, "b": 0.0})
    assert held.reached.wait(60)
    w.close()
    held.let.set()
    assert w.told.where(id="job", kind="find_critical_points")[0]["labels"] == []


def test_reports_come_at_a_bounded_rate(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(jobs, "FIRST", 0.3)
    monkeypatch.setattr(jobs, "INTERVAL", 0.1)
    monkeypatch.setattr(jobs.time, "monotonic", lambda: now[0])
    told = []
    job = jobs.Job("key", "job", lambda _, progress: told.append(progress["share"]))
    for k in range(1000):
        now[0] = k / 1000
        assert job.report(now[0], "")
    assert told[0] == pytest.approx(0.3)
    assert 6 <= len(told) <= 8


def test_what_is_overtaken_while_it_waits_never_reports():
    job = jobs.Job("key", "job", lambda *_: None)
    job.overtake()
    with pytest.raises(Overtaken):
        job.report(0.5, "")


def test_jobs_of_different_kinds_run_side_by_side():
    both = threading.Barrier(2, timeout=60)
    run = Jobs(lambda *_: None)
    done = []
    for kind in ("one", "other"):
        run.start(kind, None, kind, lambda job: done.append(both.wait()))
    run.wait()
    assert sorted(done) == [0, 1]


def test_of_many_jobs_of_a_kind_one_computes_at_a_time_and_the_last_is_done():
    run, first, let = Jobs(lambda *_: None), threading.Event(), threading.Event()
    begun, done, given_up = [], [], []

    def work(job, k):
        try:
            job.begin()
            begun.append(k)
            first.set()
            assert let.wait(60)
            job.report(1.0, "")
            done.append(k)
        except Overtaken:
            given_up.append(k)

    for k in range(500):
        run.start("kind", k, str(k), lambda job, k=k: work(job, k))
        assert first.wait(60)
    assert (begun, given_up) == ([0], [*range(1, 499)])
    assert [t.name for t in threading.enumerate()].count("hesswidget kind") == 1
    let.set()
    run.wait()
    assert (begun, done, given_up[-1]) == ([0, 499], [499], 0)


def test_a_job_that_raises_leaves_room_for_the_next():
    run, done = Jobs(lambda *_: None), []
    run.start("kind", 1, "1", lambda job: 1 / 0)
    run.wait()
    run.start("kind", 2, "2", done.append)
    run.wait()
    assert len(done) == 1


def test_so_many_wait_for_the_same_job(w, held):
    for k in range(jobs.MOST_JOINED + 1):
        ask(w, "find_critical_points", str(k), parameters={"a": 1.0, "b": 0.0})
        assert held.reached.wait(60)
    (refused,) = w.told.answers
    assert (refused["id"], refused["kind"]) == (str(jobs.MOST_JOINED), "refusal")
    held.let.set()
    w._questions.jobs.wait()
    assert len(w.told.answers) == jobs.MOST_JOINED + 1


def test_who_asks_about_another_point_is_not_answered_about_the_first():
    bowl = hw.descend("rosenbrock", (0.5, 0.5), methods=["gradient-descent"], steps=5, rate=0.05)
    bowl.told = Told(bowl)
    parameters = bowl.problem.on_wire(bowl._settings)
    with bowl._lock:  # so that the first is still under way
        for name, point in (("first", [1.0, 1.0]), ("second", [-1.0, 2.0])):
            ask(bowl, "outcomes", name, point, parameters=parameters)
    second, _ = bowl.told.where(id="second", kind="outcomes")
    bowl.told.where(id="first", kind="refusal")
    bowl._questions.jobs.wait()
    ask(bowl, "outcomes", "alone", [-1.0, 2.0], parameters=parameters)
    assert second["reasons"] == bowl.told.where(id="alone", kind="outcomes")[0]["reasons"]
