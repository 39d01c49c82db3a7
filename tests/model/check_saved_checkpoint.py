#!/usr/bin/env python3
"""Do the folders that save_checkpoint() writes load in transformers, unchanged, with the same logits bit for bit?

Needs torch, transformers (4 or 5) and the program that `ninja -C build model_resave` builds. Every fixture is saved in
one file and in shards; fixture and copy are loaded with the types that they declare. transformers 4 does not read the
words of 5 that some fixtures are written in: there only the copy is loaded, and held against golden.safetensors.
transformers before 4.53 has no sliding window with eager attention: qwen2_sliding then has other logits.
"""
import argparse
import pathlib
import subprocess
import tempfile

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM, GenerationConfig

FIXTURES = pathlib.Path(__file__).resolve().parent / "fixtures"


def loaded(folder):
    """(the model, what transformers complains about), with eager attention."""
    model, info = AutoModelForCausalLM.from_pretrained(folder, torch_dtype="auto", attn_implementation="eager",
                                                       output_loading_info=True)
    return model.eval(), {key: value for key, value in info.items() if value}


def differences(before, after):
    """What is not the same of two folders, in words."""
    (one, trouble), (other, more_trouble) = loaded(before), loaded(after)
    ids = torch.arange(48).reshape(2, 24) * 5 % one.config.vocab_size
    with torch.no_grad():
        same_logits = torch.equal(one(ids).logits, other(ids).logits)
    endings = [GenerationConfig.from_pretrained(folder).eos_token_id for folder in (before, after)]
    state, other_state = one.state_dict(), other.state_dict()
    found = {
        "warnings": bool(trouble or more_trouble),
        "class": type(one) is not type(other),
        "dtype": one.dtype != other.dtype,
        "logits": not same_logits,
        "tensors": state.keys() != other_state.keys() or any(not torch.equal(state[name], other_state[name]) for name in state),
        "end of text": endings[0] != endings[1],
    }
    return [word for word, differs in found.items() if differs]


def far_from_golden(golden, after):
    """How far the logits are from what transformers 5 computed for the fixture, where that is far."""
    expected = load_file(golden)
    model = AutoModelForCausalLM.from_pretrained(after, torch_dtype=torch.float32, attn_implementation="eager").eval()
    with torch.no_grad():
        distance = (model(expected["input_ids"]).logits - expected["logits"]).abs().max() / expected["logits"].abs().max()
    return [f"{distance:.2g} from the golden logits"] if distance > 1e-5 else []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("resave", help="build/tests/model_resave")
    resave = parser.parse_args().resave
    failed = False
    print("transformers", transformers.__version__)
    for fixture in sorted(path for path in FIXTURES.iterdir() if (path / "config.json").exists()):
        for shard_bytes in (5_000_000_000, 40_000):
            with tempfile.TemporaryDirectory() as folder:
                subprocess.run([resave, fixture, folder, str(shard_bytes)], check=True)
                found = far_from_golden(fixture / "golden.safetensors", folder)
                if int(transformers.__version__.split(".")[0]) >= 5:
                    found += differences(fixture, folder)
                files = len(list(pathlib.Path(folder).glob("*.safetensors")))
            print(f"{fixture.name:<14} {files:>2} file(s): {', '.join(found) or 'the same'}")
            failed = failed or bool(found)
    raise SystemExit(failed)


if __name__ == "__main__":
    main()
