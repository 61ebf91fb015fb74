"""Fine-tunes a language model on soar's training shards: shards in, `models/gNNN/` and READY out."""
