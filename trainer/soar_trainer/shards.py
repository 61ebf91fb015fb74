"""Shard folders: what the manifest lists, each file checked before a row of it is used."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from .errors import UsageError

FORMAT = 1
ROLES = {"system", "user", "assistant"}


@dataclass(frozen=True)
class Manifest:
    """`manifest.json` of a shard folder, and its own hash."""

    folder: Path
    generation: int
    rows: int
    seed: int
    files: tuple[dict, ...]
    #: Identities of the tasks behind the rows; None where the writer did not say.
    tasks: list[dict] | None
    sha256: str


def read_manifest(folder: Path) -> Manifest:
    """Reads a manifest. Raises UsageError when there is none or it is of another format."""
    path = folder / "manifest.json"
    try:
        raw = path.read_bytes()
        found = json.loads(raw)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: {error}") from error
    if found.get("format") != FORMAT:
        raise UsageError(f"{path}: format {found.get('format')!r}, expected {FORMAT}")
    try:
        return Manifest(
            folder=folder,
            generation=int(found["generation"]),
            rows=int(found["rows"]),
            seed=int(found["seed"]),
            files=tuple(found["files"]),
            tasks=found.get("tasks"),
            sha256=hashlib.sha256(raw).hexdigest(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path}: field {error} is missing or of the wrong kind") from error


def tasks_of(manifests: list[Manifest]) -> list[dict] | None:
    """The tasks behind all rows, each once; None where one of the manifests does not say."""
    if any(manifest.tasks is None for manifest in manifests):
        return None
    tasks = [task for manifest in manifests for task in manifest.tasks]
    return list({json.dumps(task, sort_keys=True): task for task in tasks}.values())


def read_rows(manifest: Manifest) -> Iterator[dict]:
    """Yields `{"prompt": messages, "completion": messages}`, file by file as the manifest lists them.

    Raises UsageError naming the file whose hash, number of rows or form is not as it should be.
    """
    for entry in manifest.files:
        path = manifest.folder / entry["name"]
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise UsageError(f"{path}: {error}") from error
        found = hashlib.sha256(raw).hexdigest()
        if found != entry["sha256"]:
            raise UsageError(f"{path}: sha256 {found}, the manifest says {entry['sha256']}")
        lines = raw.decode().splitlines()
        if len(lines) != entry["rows"]:
            raise UsageError(f"{path}: {len(lines)} rows, the manifest says {entry['rows']}")
        for number, line in enumerate(lines, 1):
            yield _row(json.loads(line), f"{path}:{number}")


def _row(row: dict, where: str) -> dict:
    for field in ("prompt", "completion"):
        messages = row.get(field)
        if not isinstance(messages, list) or not messages:
            raise UsageError(f"{where}: {field}: expected a list of messages, got {messages!r:.80}")
        for message in messages:
            if message.get("role") not in ROLES or not isinstance(message.get("content"), str):
                raise UsageError(f"{where}: {field}: not a message: {message!r:.80}")
    return {"prompt": row["prompt"], "completion": row["completion"]}
