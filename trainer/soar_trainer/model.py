"""The base model, and how it is made trainable."""

import torch
from peft import LoraConfig, PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

from .errors import UsageError
from .settings import Settings


def load_tokenizer(base: str):
    """The tokenizer of a base model. Raises UsageError when it has no chat template."""
    try:
        tokenizer = AutoTokenizer.from_pretrained(base)
    except (OSError, ValueError) as error:
        raise UsageError(f"--base {base}: {error}") from error
    if tokenizer.chat_template is None:
        raise UsageError(f"--base {base}: its tokenizer has no chat template; an instruct model is expected")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(settings: Settings):
    """The model to train and, for a fresh adapter, its LoraConfig."""
    if settings.method == "qlora" and not torch.cuda.is_available():
        raise UsageError("--method qlora needs a CUDA GPU; use lora")
    model = load_base(settings.base, quantized=settings.method == "qlora")
    if settings.method == "full":
        return model, None
    if settings.adapter is not None:
        return PeftModel.from_pretrained(model, settings.adapter, is_trainable=True), None
    lora = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        use_rslora=True,
        lora_dropout=0.0,
        bias="none",
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
    return model, lora


def load_base(base: str, quantized: bool = False):
    """The base model in the precision of this machine; a string would be loaded in float32."""
    options = {"dtype": precision()}
    if quantized:
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=precision(),
        )
    try:
        return AutoModelForCausalLM.from_pretrained(base, **options)
    except (OSError, ValueError) as error:
        raise UsageError(f"--base {base}: {error}") from error


def precision() -> torch.dtype:
    """bfloat16 where the GPU has it, else float32."""
    return torch.bfloat16 if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else torch.float32
