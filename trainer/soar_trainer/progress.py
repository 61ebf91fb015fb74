"""What a training tells whoever started it: one JSON object a line on standard output."""

import json
import sys

from transformers import TrainerCallback


def tell(event: str, **fields) -> None:
    """Writes one line."""
    print(json.dumps({"event": event, **fields}), file=sys.stdout, flush=True)


class TellSteps(TrainerCallback):
    """Tells the loss of each logged step, and keeps it for `training.json`."""

    def __init__(self, losses: list[dict]):
        self.losses = losses

    def on_log(self, args, state, control, logs=None, **kwargs):
        if logs is None or "loss" not in logs or not state.is_world_process_zero:
            return
        entry = {"step": state.global_step, "loss": float(logs["loss"])}
        self.losses.append(entry)
        tell("step", **entry, steps=state.max_steps, epoch=round(state.epoch or 0, 3))
