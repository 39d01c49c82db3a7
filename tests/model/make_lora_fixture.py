#!/usr/bin/env python3
"""Writes tests/model/adapters: low-rank adapters of peft beside tests/model/fixtures/qwen2, and what peft calculates with them.

Needs torch 2.11, transformers 5 and peft 0.21. `all` adapts every projection, `some` three of them with rank-stabilised scale; A
and B are random. golden.safetensors holds logits of fixtures/qwen2's input_ids, and for `all` the losses and gradient norms of 30
steps of tests/train/make_learning_fixture.py's recipe that begin with it.

With --check FOLDER: loads FOLDER into peft, and compares its logits with FOLDER/logits.safetensors; build/tests/adapter_for_peft
FOLDER makes both.
"""
import pathlib
import sys

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "train"))
from make_learning_fixture import BATCH, CLIP, examples, learning_rate, loss_of  # noqa: E402

BASE, STEPS = HERE / "fixtures" / "qwen2", 30
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
KINDS = {"all": dict(r=4, lora_alpha=6, target_modules=ALL),
         "some": dict(r=3, lora_alpha=5, target_modules=["v_proj", "q_proj", "up_proj"], use_rslora=True)}


def base():
    return AutoModelForCausalLM.from_pretrained(BASE, dtype=torch.float32, attn_implementation="eager")


def adapted(settings):
    torch.manual_seed(7)
    model = get_peft_model(base(), LoraConfig(task_type="CAUSAL_LM", **settings))
    for name, parameter in model.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(parameter, std=0.15)
    return model


@torch.no_grad()
def logits_of(model):
    ids = load_file(BASE / "golden.safetensors")["input_ids"]
    return model(input_ids=ids, use_cache=False).logits.contiguous()


def learn(model):
    factors = [p for p in model.parameters() if p.requires_grad]
    adamw = torch.optim.AdamW(factors, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.1)
    data, losses, norms = examples(), [], []
    for step in range(STEPS):
        adamw.param_groups[0]["lr"] = learning_rate(step)
        adamw.zero_grad()
        loss = loss_of(lambda ids, **given: model(input_ids=ids, **given),
                       [data[(step * BATCH + i) % len(data)] for i in range(BATCH)])
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(factors, CLIP)))
        adamw.step()
        losses.append(float(loss.detach()))
    return {"losses": torch.tensor(losses), "norms": torch.tensor(norms)}


def make(name, settings):
    folder, model = HERE / "adapters" / name, adapted(settings)
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    config = folder / "adapter_config.json"
    config.write_text(config.read_text().replace(str(BASE), "tests/model/fixtures/qwen2"))
    golden = {"logits": logits_of(model)}
    if name == "all":
        golden |= learn(model)
        print(golden["losses"])
    save_file(golden, folder / "golden.safetensors")


def check(folder):
    ours = load_file(folder / "logits.safetensors")["logits"]
    theirs = logits_of(PeftModel.from_pretrained(base(), folder)).flatten(0, 1)
    error = float((ours - theirs).abs().max() / theirs.abs().max())
    print(f"largest difference of logits: {error:.2e} of the largest logit")
    return 0 if error <= 1e-4 else 1


if __name__ == "__main__":
    torch.use_deterministic_algorithms(True)
    if len(sys.argv) > 2 and sys.argv[1] == "--check":
        sys.exit(check(pathlib.Path(sys.argv[2])))
    for kind, given in KINDS.items():
        make(kind, given)
