#!/usr/bin/env python3
"""Writes tests/train/learning.json: what PyTorch's own AdamW learns, step by step, from tests/model/fixtures/qwen2.

Needs torch 2.11 and transformers 5. 300 steps of 4 examples each in float32: losses, and the gradient's norm before it is
clipped. Examples are [tokens, first token that is learned]; the order is that of the file, again and again.
"""
import json
import math
import pathlib

import torch
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
STEPS, WARMUP, BATCH = 300, 10, 4
LEARNING_RATE, FINAL_SHARE, CLIP = 3e-3, 0.1, 1.0


def examples():
    """Counting in steps that the first token tells: something that can be learned."""
    generator = torch.Generator().manual_seed(1)
    made = []
    for _ in range(40):
        start, stride, length = (int(torch.randint(low, high, (1,), generator=generator)) for low, high in ((3, 200), (1, 6), (8, 24)))
        made.append([[10 + stride] + [(start + i * stride) % 256 for i in range(length)], 1 + length // 4])
    return made


def learning_rate(step):
    if step < WARMUP:
        return LEARNING_RATE * (step + 1) / WARMUP
    done = min(1.0, (step - WARMUP) / (STEPS - WARMUP))
    return LEARNING_RATE * (FINAL_SHARE + (1 - FINAL_SHARE) * (1 + math.cos(math.pi * done)) / 2)


def loss_of(model, batch):
    total, count = 0.0, 0
    for tokens, first in batch:
        ids = torch.tensor([tokens])
        logprobs = torch.log_softmax(model(ids, use_cache=False).logits[0, :-1], -1)
        chosen = logprobs.gather(-1, ids[0, 1:, None])[first - 1:]
        total, count = total - chosen.sum(), count + chosen.numel()
    return total / count


def main():
    torch.use_deterministic_algorithms(True)
    model = AutoModelForCausalLM.from_pretrained(HERE.parent / "model" / "fixtures" / "qwen2", dtype=torch.float32,
                                                 attn_implementation="eager")
    matrices = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    adamw = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}],
                              betas=(0.9, 0.95), eps=1e-8)
    data, losses, norms = examples(), [], []
    for step in range(STEPS):
        batch = [data[(step * BATCH + i) % len(data)] for i in range(BATCH)]
        for group in adamw.param_groups:
            group["lr"] = learning_rate(step)
        adamw.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)))
        adamw.step()
        losses.append(float(loss))
    text = json.dumps({"examples": data, "losses": [round(x, 6) for x in losses], "norms": [round(x, 6) for x in norms]},
                      separators=(",", ":"))
    (HERE / "learning.json").write_text(text + "\n")
    print(losses[0], losses[50], losses[-1])


if __name__ == "__main__":
    main()
