"""`python -m soar_trainer`: shards in, a model folder with READY out.

Exit codes: 0 done, 1 failed, 2 wrong use.
"""

import os
import sys
import time

from .errors import UsageError
from .settings import Settings, parse


def main(argv: list[str] | None = None) -> int:
    """Runs one training."""
    settings = parse(argv)
    if settings.processes > 1 and "LOCAL_RANK" not in os.environ:
        return _launch(settings.processes, sys.argv[1:] if argv is None else argv)
    try:
        _train(settings)
    except UsageError as error:
        print(f"soar-trainer: {error}", file=sys.stderr)
        return 2
    return 0


def _train(settings: Settings) -> None:
    from .shards import read_manifest, read_rows, tasks_of  # before torch, which takes seconds to load

    manifests = [read_manifest(folder) for folder in settings.shards]
    rows = [row for manifest in manifests for row in read_rows(manifest)]

    import peft
    import torch
    import transformers
    import trl
    from accelerate import PartialState

    from .fit import fit
    from .model import load_tokenizer
    from .progress import tell
    from .publish import claim, publish
    from .rows import keep_rows

    tokenizer = load_tokenizer(settings.base)
    kept = keep_rows(rows, tokenizer, settings.max_length, settings.max_rows, settings.seed)
    if not kept.rows:
        raise UsageError(
            f"{', '.join(map(str, settings.shards))}: no row is left of {len(rows)}: "
            f"{kept.overlong} are longer than --max-length {settings.max_length} tokens"
        )
    tell("rows", rows=len(kept.rows), tokens=kept.tokens, overlong=kept.overlong)
    identity = {**settings.identity(), "manifests": [manifest.sha256 for manifest in manifests]}
    state = PartialState()
    with state.main_process_first():  # the others find the folder as the first has left it
        work = claim(settings.out, identity)
    losses: list[dict] = []
    began = time.monotonic()
    trainer = fit(settings, kept, tokenizer, work, losses)
    if not state.is_main_process:
        return
    report = {
        "rows": len(kept.rows),
        "skipped": kept.overlong + kept.left_out,
        "loss": losses,
        "overlong": kept.overlong,
        "tokens": kept.tokens,
        "steps": trainer.state.global_step,
        "seconds": round(time.monotonic() - began, 3),
        "settings": settings.identity(),
        "tasks": tasks_of(manifests),
        "manifests": [manifest.sha256 for manifest in manifests],
        "device": str(trainer.args.device),
        "versions": {module.__name__: module.__version__ for module in (torch, transformers, trl, peft)},
    }
    publish(settings, trainer, tokenizer, report)
    tell("ready", out=str(settings.out), seconds=report["seconds"])


def _launch(processes: int, argv: list[str]) -> int:
    """Runs this again on several devices."""
    from accelerate.commands.launch import launch_command, launch_command_parser

    launched = launch_command_parser().parse_args(
        ["--num_processes", str(processes), "--multi_gpu", "--module", "soar_trainer", *argv]
    )
    launch_command(launched)
    return 0


if __name__ == "__main__":
    sys.exit(main())
