"""The model folder: files first, `training.json` next, READY last."""

import json
import os
import shutil
from pathlib import Path

from peft import PeftModel

from .model import load_base
from .settings import Settings

WORK = ".work"
CLAIM = "claim.json"


def claim(out: Path, identity: dict) -> Path:
    """Takes a model folder for a training; its checkpoints stay if they are of the same training.

    Returns the folder for checkpoints.
    """
    work = out / WORK
    wanted = json.dumps(identity, sort_keys=True)
    held = work / CLAIM
    if not held.exists() or held.read_text() != wanted:
        shutil.rmtree(work, ignore_errors=True)
        (out / "READY").unlink(missing_ok=True)
        work.mkdir(parents=True)
        write_sealed(held, wanted)
    return work


def publish(settings: Settings, trainer, tokenizer, report: dict) -> None:
    """Writes adapter or checkpoint, the report, and READY; then the checkpoints go."""
    out = settings.out
    if settings.merge and settings.method != "full":
        merged(settings, trainer).save_pretrained(out)
    else:
        trainer.save_model(str(out))
    tokenizer.save_pretrained(out)
    write_sealed(out / "training.json", json.dumps(report, indent=2) + "\n")
    write_sealed(out / "READY", json.dumps({"rows": report["rows"]}) + "\n")
    shutil.rmtree(out / WORK, ignore_errors=True)


def merged(settings: Settings, trainer):
    """The base with the adapter in its weights; a quantised base is loaded again in full first."""
    if settings.method != "qlora":
        return trainer.accelerator.unwrap_model(trainer.model).merge_and_unload()
    adapter = settings.out / WORK / "adapter"
    trainer.save_model(str(adapter))
    return PeftModel.from_pretrained(load_base(settings.base), str(adapter)).merge_and_unload()


def write_sealed(path: Path, text: str) -> None:
    """Writes a file that is either whole or not there."""
    unfinished = path.with_suffix(path.suffix + ".tmp")
    with open(unfinished, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
