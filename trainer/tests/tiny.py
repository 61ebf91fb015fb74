"""A tiny random model with a chat template, and a shard folder for it: made here, in seconds."""

import hashlib
import json
from pathlib import Path

import torch
from tokenizers import ByteLevelBPETokenizer
from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
PROGRAM = "def transform(grid):\n    return [row[::-1] for row in grid]\n"


def make_model(folder: Path) -> Path:
    """Writes a Qwen2 of about 100,000 random weights, the same ones each time."""
    torch.manual_seed(1)
    made = ByteLevelBPETokenizer()
    made.train_from_iterator([PROGRAM] * 50, vocab_size=320, special_tokens=["<|im_start|>", "<|im_end|>"])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=made._tokenizer, eos_token="<|im_end|>", pad_token="<|im_end|>"
    )
    tokenizer.chat_template = TEMPLATE
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=True,
    )
    Qwen2ForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_shards(folder: Path, rows: int, long_rows: int = 0) -> Path:
    """Writes a shard folder as the relabeler does; the long rows come first."""
    folder.mkdir(parents=True)
    lines = []
    for i in range(long_rows + rows):
        asked = "flip the rows" if i >= long_rows else "flip the rows " * 500
        row = {
            "prompt": [{"role": "user", "content": f"{asked} {i}"}],
            "completion": [{"role": "assistant", "content": f"```python\n{PROGRAM}```"}],
            "meta": json.dumps({"taskId": f"t{i}"}),
        }
        lines.append(json.dumps(row))
    text = "\n".join(lines) + "\n"
    (folder / "part-00000.jsonl").write_text(text)
    manifest = {
        "format": 1,
        "generation": 1,
        "baseModel": "tiny",
        "seed": 1,
        "rows": len(lines),
        "mix": {"sample/correct": len(lines)},
        "files": [
            {
                "name": "part-00000.jsonl",
                "rows": len(lines),
                "sha256": hashlib.sha256(text.encode()).hexdigest(),
            }
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
