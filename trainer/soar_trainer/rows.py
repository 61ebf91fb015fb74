"""Rows that fit: over-long ones are dropped whole and counted, since half a program teaches harm."""

import random
from dataclasses import dataclass
from typing import Iterable


@dataclass(frozen=True)
class KeptRows:
    """Rows to train on, and what became of the others."""

    rows: list[dict]
    #: Tokens of the kept rows, prompts included.
    tokens: int
    #: Rows longer than the bound.
    overlong: int
    #: Rows left out because fewer were asked for.
    left_out: int


def keep_rows(
    rows: Iterable[dict], tokenizer, max_length: int, max_rows: int | None, seed: int
) -> KeptRows:
    """Keeps the rows of at most `max_length` tokens, then at most `max_rows`, drawn by the seed."""
    kept, overlong = [], 0
    for row in rows:
        length = row_length(row, tokenizer)
        if length > max_length:
            overlong += 1
        else:
            kept.append((row, length))
    left_out = 0
    if max_rows is not None and len(kept) > max_rows:
        left_out = len(kept) - max_rows
        kept = random.Random(seed).sample(kept, max_rows)
    return KeptRows([row for row, _ in kept], sum(length for _, length in kept), overlong, left_out)


def row_length(row: dict, tokenizer) -> int:
    """Tokens of a row in the model's chat format."""
    text = tokenizer.apply_chat_template(row["prompt"] + row["completion"], tokenize=False)
    return len(tokenizer(text, add_special_tokens=False)["input_ids"])
