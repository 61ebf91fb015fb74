"""What a training is asked to do; the defaults are SOAR's (paper, appendix on training)."""

import argparse
from dataclasses import asdict, dataclass
from pathlib import Path

METHODS = ("lora", "qlora", "full")


@dataclass(frozen=True)
class Settings:
    """Settings of one training. SOAR: rsLoRA of rank 256, alpha 32, 3 epochs of 32 rows a step."""

    #: Shard folders, whose rows are learnt from together.
    shards: tuple[Path, ...]
    base: str
    out: Path
    method: str = "lora"
    #: Adapter of an earlier generation to go on from; None starts from the base, as SOAR does.
    adapter: str | None = None
    merge: bool = False
    rank: int = 256
    alpha: int = 32
    epochs: float = 3.0
    learning_rate: float = 5e-5
    warmup: float = 0.1
    weight_decay: float = 0.05
    batch: int = 1
    accumulate: int = 32
    #: Longest row in tokens; longer ones are dropped and counted, never cut.
    max_length: int = 32_000
    max_rows: int | None = None
    seed: int = 3407
    save_steps: int = 50
    processes: int = 1

    def identity(self) -> dict:
        """What must be equal for a checkpoint to be gone on from."""
        kept = asdict(self)
        for name in ("out", "shards", "processes", "save_steps"):
            del kept[name]
        return kept


def parse(argv: list[str] | None = None) -> Settings:
    """Reads the command line; argparse exits with 2 on wrong use."""
    default = Settings((), "", Path())
    parser = argparse.ArgumentParser(
        prog="soar-trainer",
        description="Fine-tunes a model on a shard folder and writes it, READY last.",
        epilog="example: soar-trainer --shards runs/a/shards/g001 --base Qwen/Qwen2.5-Coder-7B-Instruct "
        "--out runs/a/models/g001",
    )
    add = parser.add_argument
    add("--shards", type=Path, nargs="+", required=True, help="shard folders, each with its manifest.json")
    add("--base", required=True, help="base model: a folder, or a name of the hub")
    add("--out", type=Path, required=True, help="model folder to write")
    add("--method", choices=METHODS, default=default.method)
    add("--adapter", help="adapter folder to go on from (default: a fresh one on the base)")
    add("--merge", action="store_true", help="write a merged checkpoint in place of an adapter")
    add("--rank", type=_positive, default=default.rank)
    add("--alpha", type=_positive, default=default.alpha)
    add("--epochs", type=float, default=default.epochs)
    add("--learning-rate", type=float, default=default.learning_rate)
    add("--warmup", type=float, default=default.warmup, help="share of the steps")
    add("--weight-decay", type=float, default=default.weight_decay)
    add("--batch", type=_positive, default=default.batch, help="rows a device and forward pass")
    add("--accumulate", type=_positive, default=default.accumulate, help="forward passes a step")
    add("--max-length", type=_positive, default=default.max_length, help="tokens; longer rows are dropped")
    add("--max-rows", type=_positive, help="train on so many rows only, drawn by the seed")
    add("--seed", type=int, default=default.seed)
    add("--save-steps", type=_positive, default=default.save_steps, help="steps between checkpoints")
    add("--processes", type=_positive, default=1, help="devices, through accelerate")
    found = parser.parse_args(argv)
    if found.adapter and found.method == "full":
        parser.error("--adapter goes with --method lora or qlora")
    return Settings(**{**vars(found), "shards": tuple(found.shards)})


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text}")
    return value
