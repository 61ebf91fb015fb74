"""The training itself: TRL's SFT on the responses only."""

from pathlib import Path

import torch
from datasets import Dataset
from transformers.utils import is_bitsandbytes_available
from trl import SFTConfig, SFTTrainer

from .model import load_model, precision
from .progress import TellSteps
from .rows import KeptRows
from .settings import Settings


def fit(settings: Settings, kept: KeptRows, tokenizer, work: Path, losses: list[dict]) -> SFTTrainer:
    """Trains, from the last checkpoint in `work` if there is one. Appends to `losses`."""
    model, lora = load_model(settings)
    trainer = SFTTrainer(
        model=model,
        args=_config(settings, len(kept.rows), work),
        train_dataset=Dataset.from_list(kept.rows),
        processing_class=tokenizer,
        peft_config=lora,
        callbacks=[TellSteps(losses)],
    )
    resume = any(work.glob("checkpoint-*"))
    trainer.train(resume_from_checkpoint=resume or None)
    if resume:  # the steps before the interruption are in the checkpoint, not in this process
        losses[:] = [
            {"step": entry["step"], "loss": float(entry["loss"])}
            for entry in trainer.state.log_history
            if "loss" in entry
        ]
    return trainer


def _config(settings: Settings, rows: int, work: Path) -> SFTConfig:
    cuda = torch.cuda.is_available()
    per_step = settings.batch * settings.accumulate * settings.processes
    steps = max(1, round(settings.epochs * max(1, -(-rows // per_step))))
    return SFTConfig(
        output_dir=str(work),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=round(settings.warmup * steps),
        weight_decay=settings.weight_decay,
        optim="adamw_8bit" if cuda and is_bitsandbytes_available() else "adamw_torch",
        seed=settings.seed,
        bf16=precision() == torch.bfloat16,
        use_cpu=not cuda,
        gradient_checkpointing=cuda,
        # Over-long rows are gone already: nothing is ever cut.
        max_length=None,
        packing=False,
        # Prompt-and-completion rows: the loss sees the completion alone.
        completion_only_loss=True,
        logging_steps=1,
        save_strategy="steps",
        save_steps=settings.save_steps,
        save_total_limit=2,
        report_to=[],
    )
