#!/usr/bin/env python3
"""Makes tests/model/tokenizers/: small tokenizers of both families, and what the package `tokenizers` does with hard texts.

Needs tokenizers (0.23) and transformers (5); run in the repository's root: the tokenizers are trained on its sources.
    qwen.json, llama.json   tokenizer.json of Qwen2's and Llama-3's form
    goldens.json            per tokenizer: text (as hex, so that nothing is lost), ids, decoded texts
    chats.json              conversations and their text by the published chat templates
"""
import json
import pathlib
import random

import jinja2.sandbox
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
OUT = pathlib.Path(__file__).resolve().parent / "tokenizers"
QWEN_PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
                r"\s*[\r\n]+|\s+(?!\S)|\s+")
LLAMA_PATTERN = QWEN_PATTERN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")
QWEN_SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
LLAMA_SPECIAL = ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"]
UNICODE = "Grüße, größer; naïve café; Привет, мир; 你好世界 安全; こんにちは カタカナ; 한국어 문장; " \
          "שלום עולם; مرحبا بالعالم; नमस्ते दुनिया; Ελληνικά; 👍🏽 👨‍👩‍👧‍👦 🇩🇪 ✨; e\u0301 o\u0308; ½ ² Ⅷ ٣٤; "


def corpus():
    files = sorted(ROOT.glob("src/**/*.cpp"))[::3] + sorted(ROOT.glob("scripts/*.py"))
    return [path.read_text(encoding="utf-8") for path in files] + [UNICODE * 40]


def byte_level():
    return pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)


def trained(pattern, normalizer, size, special):
    tokenizer = Tokenizer(models.BPE())
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(pattern), "isolated", invert=False), byte_level()])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    tokenizer.train_from_iterator(corpus(), trainer)
    return tokenizer


def qwen():
    """Specials after the vocabulary, as Qwen has them, and merges in the old form."""
    tokenizer = trained(QWEN_PATTERN, normalizers.NFC(), 1500, [])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in QWEN_SPECIAL])
    tokenizer.add_tokens([
        AddedToken("<tool_call>", normalized=False), AddedToken("<tool", normalized=False),
        AddedToken("<|strips|>", lstrip=True, rstrip=True, normalized=False),
        AddedToken("<|left|>", lstrip=True, normalized=False), AddedToken("<|right|>", rstrip=True, normalized=False),
        AddedToken("lonely", single_word=True, normalized=False),
        AddedToken("caf\u00e9x", normalized=True), AddedToken("o\u0308y", normalized=True),
        AddedToken("two words", normalized=True), AddedToken("Ġspelled", normalized=False),
    ])
    data = json.loads(tokenizer.to_str())
    data["model"]["merges"] = [" ".join(pair) for pair in data["model"]["merges"]]
    return data


def llama():
    """Words that are tokens without merges that lead to them: ignore_merges makes a difference."""
    tokenizer = trained(LLAMA_PATTERN, None, 1200, [])
    data = json.loads(tokenizer.to_str())
    data["model"]["ignore_merges"] = True
    dropped = set(range(100, len(data["model"]["merges"]), 9))
    used = {part for i, pair in enumerate(data["model"]["merges"]) if i not in dropped for part in pair}
    data["model"]["merges"] = [pair for i, pair in enumerate(data["model"]["merges"]) if i not in dropped]
    assert used <= data["model"]["vocab"].keys()
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in LLAMA_SPECIAL])
    begin = "<|begin_of_text|>"
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single=f"{begin} $A", pair=f"{begin} $A {begin}:1 $B:1",
                                      special_tokens=[(begin, tokenizer.token_to_id(begin))])])
    return json.loads(tokenizer.to_str())


def hard_texts():
    texts = ["", " ", "  ", "\n", "\r\n", "\t", "\r", " \n \n  x", "a  b   c    d", "x \r\n\r\n  y\r\rz", "tail   ",
             "   \n", "\u00a0\u2003\u3000x\u0085y\u180ez\u200b", "don't DON'T I'LL we've 's 'S '\u017f it's'", "12345 1,234.5e-6 0x7f 1234567890",
             "½²Ⅷ٣٤५", "👍🏽👨‍👩‍👧‍👦🇩🇪 ✨️", "e\u0301 \u00e9 o\u0308 \u1e69 s\u0323\u0307 s\u0307\u0323 \u212b \u2126 \uac00 \u1100\u1161\u11a8 \uac00\u11a8",
             "\u0301a", "a\u0301\u0301\u0301b", "\u304b\u3099 \u30cf\u309a", "\u0915\u093c \u0958 \u2adc \ufb1d \uf900", "caf\u00e9x cafe\u0301x o\u0308y \u00f6y two words",
             "<|endoftext|>", "<|im_start|>user\nhi<|im_end|>\n", "<|im_start|><|im_end|><|endoftext|>", "<|im_start|", "a<|im_end|>b",
             "<|begin_of_text|><|start_header_id|>x<|end_header_id|>\n\nhi<|eot_id|>", "<tool_call><tool><tool_cal", "x  <|strips|>  \n y",
             "  <|left|>  <|right|>  <|left|><|strips|> <|strips|>", "lonely lonelyx xlonely lonely, _lonely \u0301lonely é lonely\u0301 lonely",
             "Ġspelled Ġ spelled", "Привет, мир! 你好世界 こんにちは 한국어 שלום مرحبا नमस्ते Ελληνικά ไทยภาษา",
             "mixedСмешанный混合テキスト123abc", "\ufeffbom", "\u0000\u0001\u007f\u0080", "\ufffd\uffff\U0010ffff", "a" * 600, "ab" * 300, "é" * 100, " " * 300 + "x",
             "\n" * 100, "=" * 100, "9" * 100, "int main() {\n\treturn 0;  // ok\r\n}\n", "for (size_t i = 0; i < tokens.size(); ++i) tokens[i] *= 2.0f;",
             "template <typename T>\n__global__ void k(const T* __restrict__ x, int64_t n) {\n  const int i = blockIdx.x * blockDim.x + threadIdx.x;\n}\n",
             "https://example.org/a?b=c&d=%20#e", "snake_case camelCase PascalCase SCREAMING_CASE kebab-case", "\u2028\u2029 x\u200dy", "ﬁ ﬆ ŉ ǆ ß ẞ İ ı",
             (ROOT / "src/core/hash.cpp").read_text(encoding="utf-8")[:1500]]
    source = random.Random(7)
    pool = [" ", "  ", "\n", "\r\n", "'s", "'LL", "a", "B", "é", "e\u0301", "\u0323", "\u0301", "1", "23", "_", "-", "…", "你", "👍", "\u200d", "<|im_end|>", "<|eot_id|>",
            "<|strips|>", "lonely", "\t", "\u3000", "ß", "\uac00", "\u11a8", "{", "}", "0x"]
    texts += ["".join(source.choice(pool) for _ in range(source.randrange(1, 40))) for _ in range(80)]
    return [text.encode() for text in texts] + [
        b"\xff", b"a\xc3", b"\xc3(", b"\xe2\x82", b"\xe2\x82x", b"\xf0\x9f\x91", b"\xf0\x9f\x91\xf0\x9f\x91\x8d", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80",
        b"\x80\x80 ok \xfe\xff", b"\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"]


def goldens(data):
    tokenizer, plain = Tokenizer.from_str(json.dumps(data)), Tokenizer.from_str(json.dumps(data))
    plain.encode_special_tokens = True
    cases = []
    for raw in hard_texts():
        text = raw.decode("utf-8", "replace")
        ids = tokenizer.encode(text, add_special_tokens=False).ids
        framed = tokenizer.encode(text).ids
        unparsed = plain.encode(text, add_special_tokens=False).ids
        cases.append({"text": raw.hex(), "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False)})
        if framed != ids:
            cases[-1]["framed"] = framed[:len(framed) - len(ids)]
            assert framed[-len(ids) or len(framed):] == ids
        if unparsed != ids:
            cases[-1]["unparsed"] = unparsed
    source, decodings = random.Random(3), []
    for _ in range(60):
        ids = [source.randrange(tokenizer.get_vocab_size()) for _ in range(source.randrange(1, 24))]
        if source.random() < 0.5:
            ids = [source.randrange(256) for _ in ids]
        decodings.append({"ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False),
                          "unspecial": tokenizer.decode(ids, skip_special_tokens=True)})
    return {"encodings": cases, "decodings": decodings}


# The part of the published templates that plain conversations take. Qwen2.5's puts a system message of its own before a
# conversation that has none; these conversations have one.
CHATML = ("{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}"
          "{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}")
LLAMA3 = ("{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + message['role'] + "
          "'<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' %}{{ content }}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}")


def chats():
    environment = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)  # as transformers has it
    conversations = [
        [("system", "You write fast CUDA kernels."), ("user", "Make it faster.\n")],
        [("system", ""), ("user", "  spaces \t\n"), ("assistant", "\n\nOK\u3000"), ("user", "\x1c\u00a0x\x1f é\u2003")],
        [("user", "one\ntwo  three"), ("assistant", "")],
    ]
    for turns in conversations:
        messages = [{"role": role, "content": content} for role, content in turns]
        for opens in (False, True):
            texts = {name: environment.from_string(template).render(messages=messages, add_generation_prompt=opens)
                     for name, template in (("chatml", CHATML), ("llama3", LLAMA3))}
            yield {"messages": messages, "opens_answer": opens} | texts


def write(name, data, **options):
    (OUT / name).write_text(json.dumps(data, ensure_ascii=False, **options) + "\n", encoding="utf-8")


def main():
    OUT.mkdir(exist_ok=True)
    tokenizers = {"qwen": qwen(), "llama": llama()}
    for name, data in tokenizers.items():
        write(name + ".json", data, separators=(",", ":"))
    write("goldens.json", {name: goldens(data) for name, data in tokenizers.items()}, separators=(",", ":"))
    write("chats.json", list(chats()), indent=1)


if __name__ == "__main__":
    main()
