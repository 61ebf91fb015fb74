"""What a wrong shard folder is told."""

import json
import tempfile
import unittest
from pathlib import Path

from soar_trainer.errors import UsageError
from soar_trainer.shards import read_manifest, read_rows
from tests.tiny import make_shards


class Shards(unittest.TestCase):
    def setUp(self):
        self.folder = make_shards(Path(self.enterContext(tempfile.TemporaryDirectory())) / "g001", 3)

    def test_rows_are_read_in_order(self):
        rows = list(read_rows(read_manifest(self.folder)))
        self.assertEqual([row["prompt"][0]["content"][-1] for row in rows], ["0", "1", "2"])

    def test_a_changed_byte_names_the_file(self):
        part = self.folder / "part-00000.jsonl"
        part.write_text(part.read_text().replace("flip", "flop", 1))
        with self.assertRaisesRegex(UsageError, "part-00000.jsonl: sha256 .* the manifest says"):
            list(read_rows(read_manifest(self.folder)))

    def test_another_format_is_refused(self):
        path = self.folder / "manifest.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), "format": 2}))
        with self.assertRaisesRegex(UsageError, "format 2, expected 1"):
            read_manifest(self.folder)

    def test_without_a_manifest_there_is_nothing(self):
        (self.folder / "manifest.json").unlink()
        with self.assertRaisesRegex(UsageError, "manifest.json"):
            read_manifest(self.folder)


if __name__ == "__main__":
    unittest.main()
