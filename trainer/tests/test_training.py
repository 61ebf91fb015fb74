"""A tiny model through the whole of it: trained, gone on with, merged, served."""

import contextlib
import io
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path
from unittest import mock

from soar_trainer.__main__ import main
from tests.tiny import make_model, make_shards

STEPS = 3


class Training(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.base = make_model(cls.folder / "base")
        cls.shards = make_shards(cls.folder / "shards", 8 * STEPS, long_rows=2)

    def train(self, out: str, *options: str) -> tuple[int, list[dict]]:
        """Runs the command; its exit code and what it told."""
        told = io.StringIO()
        argv = ["--shards", self.shards, "--base", self.base, "--out", self.folder / out]
        small = ["--rank", "8", "--epochs", "1", "--accumulate", "8", "--learning-rate", "0.002"]
        bound = ["--max-length", "1000", "--save-steps", "1"]
        with contextlib.redirect_stdout(told):
            code = main([*map(str, argv), *small, *bound, *options])
        lines = told.getvalue().splitlines()
        return code, [json.loads(line) for line in lines if line.startswith("{\"event\"")]

    def test_an_adapter_with_its_report(self):
        code, told = self.train("adapter")
        out = self.folder / "adapter"
        self.assertEqual(code, 0)
        report = json.loads((out / "training.json").read_text())
        self.assertEqual((report["rows"], report["overlong"], report["steps"]), (8 * STEPS, 2, STEPS))
        losses = [entry["loss"] for entry in report["loss"]]
        self.assertEqual([entry["step"] for entry in report["loss"]], [1, 2, 3])
        self.assertLess(losses[-1], losses[0])
        adapter = json.loads((out / "adapter_config.json").read_text())
        self.assertTrue(adapter["use_rslora"])
        self.assertEqual(json.loads((out / "READY").read_text())["rows"], 8 * STEPS)
        self.assertFalse((out / ".work").exists())
        self.assertEqual([line["event"] for line in told], ["rows", "step", "step", "step", "ready"])

    def test_several_shard_folders_are_learnt_from_together(self):
        other = make_shards(self.folder / "other", 8)
        code, _ = self.train("several", "--shards", str(self.shards), str(other))
        self.assertEqual(code, 0)
        report = json.loads((self.folder / "several" / "training.json").read_text())
        self.assertEqual((report["rows"], len(report["manifests"])), (8 * STEPS + 8, 2))

    def test_an_interrupted_training_goes_on(self):
        from soar_trainer.progress import TellSteps

        def stop(self, args, state, control, **kwargs):
            if state.global_step == 2:
                raise KeyboardInterrupt

        with mock.patch.object(TellSteps, "on_step_begin", stop), self.assertRaises(KeyboardInterrupt):
            self.train("resumed")
        out = self.folder / "resumed"
        self.assertFalse((out / "READY").exists())
        code, told = self.train("resumed")
        self.assertEqual(code, 0)
        self.assertEqual([line["step"] for line in told if line["event"] == "step"], [3])
        report = json.loads((out / "training.json").read_text())
        self.assertEqual([entry["step"] for entry in report["loss"]], [1, 2, 3])

    def test_no_row_left_is_wrong_use(self):
        with contextlib.redirect_stderr(io.StringIO()) as said:
            code, _ = self.train("none", "--max-length", "5")
        self.assertEqual(code, 2)
        self.assertIn("26 are longer than --max-length 5", said.getvalue())
        self.assertFalse((self.folder / "none").exists())

    def test_a_merged_checkpoint_is_served(self):
        code, _ = self.train("merged", "--merge")
        self.assertEqual(code, 0)
        out = self.folder / "merged"
        self.assertTrue((out / "model.safetensors").exists())
        with served(out) as url:
            answer = post(f"{url}/v1/chat/completions", {
                "model": str(out),
                "messages": [{"role": "user", "content": "flip the rows 1"}],
                "max_tokens": 8,
            })
        self.assertEqual(answer["choices"][0]["message"]["role"], "assistant")


@contextlib.contextmanager
def served(checkpoint: Path):
    """`transformers serve` on a free port, with its own empty cache."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    home = checkpoint.parent / "hub-home"
    (home / "hub").mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(
        [Path(sys.executable).parent / "transformers", "serve", checkpoint, "--device", "cpu"]
        + ["--host", "127.0.0.1", "--port", str(port)],
        env={**os.environ, "HF_HOME": str(home), "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while not healthy(url):
            if server.poll() is not None or time.monotonic() > until:
                raise AssertionError("transformers serve did not become healthy")
            time.sleep(0.2)
        yield url
    finally:
        server.terminate()
        server.wait()


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


def post(url: str, body: dict) -> dict:
    asked = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(asked, timeout=120) as answer:
        return json.load(answer)


if __name__ == "__main__":
    unittest.main()
