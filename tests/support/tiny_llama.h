// SPDX-License-Identifier: GPL-3.0-or-later
// A complete random model of the llama architecture, small enough for a unit test, as a GGUF file: weights,
// hyperparameters and a byte-level BPE tokenizer. Deterministic: the same options give the same bytes on every
// machine. Header only; needs the rooms tensor and kernels (or ENGINE).
//
//   write_tiny_llama(folder / "model.gguf");                                   // 2 layers, float32
//   TinyLlama options;
//   options.linears = GgmlType::Q4_1;  options.embedding = GgmlType::Q8_0;
//   write_tiny_llama(folder / "packed.gguf", options);
//   tiny_llama(options)                                                        // the GgufBuilder, for edits
//
// Tensors: token_embd, blk.N.{attn_norm, attn_q, attn_k, attn_v, attn_output, ffn_norm, ffn_gate, ffn_up,
// ffn_down}, output_norm, and output unless tied. Linears are normal with standard deviation 1 / sqrt(in), the
// embedding 1, norms uniform in [0.8, 1.2] and always F32; every tensor is drawn from the seed and its own name.
// The linears are stored as drawn, so "Q and K rows are permuted" holds of the file by definition.
#pragma once

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/kernels/ggml_blocks.h"
#include "tests/support/gguf_builder.h"

namespace kelter::test {

struct TinyLlama {
  std::uint64_t seed = 1;
  std::int64_t layers = 2;
  std::int64_t hidden = 64;
  std::int64_t heads = 4;
  std::int64_t kv_heads = 2;
  std::int64_t head_dim = 16;
  std::int64_t intermediate = 96;
  std::int64_t vocabulary = 300;         // at least 259: 3 special tokens, 256 bytes, then merges
  std::int64_t context = 512;
  float rope_theta = 10000.0f;
  float norm_epsilon = 1e-5f;
  bool tied = true;                      // no output.weight
  GgmlType linears = GgmlType::F32;      // F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0
  GgmlType embedding = GgmlType::F32;    // of the embedding and the head
};

// splitmix64: small, portable, and good enough for weights nobody trains.
class TinyRandom {
 public:
  TinyRandom(std::uint64_t seed, std::string_view name) : state_(seed) {
    for (char letter : name) state_ = (state_ ^ static_cast<unsigned char>(letter)) * 0x100000001b3ULL + 1;
  }
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  float uniform() { return static_cast<float>(next() >> 40) * 0x1p-24f; }   // [0, 1)
  // Twelve uniforms less six have variance 1 and, unlike Box-Muller, need no libm.
  float normal() {
    float sum = -6.0f;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }

 private:
  std::uint64_t state_;
};

// float32 rows as the bytes of `type`; columns must be a multiple of the type's block.
inline std::vector<std::uint8_t> encode_rows(GgmlType type, const std::vector<float>& values, std::int64_t columns) {
  const GgmlTypeInfo& info = ggml_type_info(type);
  std::vector<std::uint8_t> out(values.size() / static_cast<std::size_t>(info.block_size) *
                                static_cast<std::size_t>(info.block_bytes));
  if (type == GgmlType::F32) {
    std::memcpy(out.data(), values.data(), out.size());
  } else if (type == GgmlType::F16 || type == GgmlType::BF16) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::uint16_t half = type == GgmlType::F16 ? float32_to_float16(values[i]) : float32_to_bfloat16(values[i]);
      std::memcpy(out.data() + 2 * i, &half, 2);
    }
  } else if (!encode_ggml_rows(static_cast<std::uint32_t>(type), values.data(),
                               static_cast<std::int64_t>(values.size()) / columns, columns, out.data())) {
    throw Error(ErrorCode::unsupported, "The test model cannot be stored", info.name, "Kelter has no encoder for it");
  }
  return out;
}

// The 256 bytes in GPT-2's printable alphabet, in byte order, as UTF-8.
inline std::vector<std::string> byte_alphabet() {
  std::vector<std::string> out;
  unsigned next_free = 256;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool printable = (byte > 32 && byte < 127) || (byte > 160 && byte != 173);
    const unsigned point = printable ? byte : next_free++;
    if (point < 128) {
      out.emplace_back(1, static_cast<char>(point));
    } else {
      out.push_back({static_cast<char>(0xc0 | (point >> 6)), static_cast<char>(0x80 | (point & 63))});
    }
  }
  return out;
}

// Common English merges first, then pairs of letters, until the vocabulary is full.
inline std::vector<std::array<std::string, 2>> tiny_merges(std::size_t count) {
  const std::string space = byte_alphabet()[' '];
  std::vector<std::array<std::string, 2>> merges = {
      {space, "t"}, {"h", "e"},         {"i", "n"},          {"r", "e"}, {"o", "n"},  {space + "t", "he"},
      {"e", "r"},   {space, "a"},       {space, "s"},        {"a", "t"}, {"in", "g"}, {"a", "n"},
      {"an", "d"},  {space + "a", "n"}, {space + "an", "d"}, {"o", "r"}, {"e", "n"}};
  for (char left = 'a'; left <= 'z'; ++left) {
    for (char right = 'a'; right <= 'z'; ++right) {
      const std::array<std::string, 2> pair = {std::string(1, left), std::string(1, right)};
      bool known = false;
      for (const auto& merge : merges) known = known || merge[0] + merge[1] == pair[0] + pair[1];
      if (!known) merges.push_back(pair);
    }
  }
  if (count > merges.size()) throw Error(ErrorCode::invalid_parameter, "The test vocabulary is too large");
  merges.resize(count);
  return merges;
}

inline void add_tiny_tokenizer(GgufBuilder& builder, std::int64_t vocabulary) {
  if (vocabulary < 259) throw Error(ErrorCode::invalid_parameter, "The test vocabulary is too small");
  std::vector<std::string> tokens = {"<|endoftext|>", "<|im_start|>", "<|im_end|>"};
  std::vector<std::int32_t> types = {3, 3, 3};
  for (const std::string& byte : byte_alphabet()) tokens.push_back(byte);
  std::vector<std::string> merges;
  for (const auto& merge : tiny_merges(static_cast<std::size_t>(vocabulary) - tokens.size())) {
    tokens.push_back(merge[0] + merge[1]);
    merges.push_back(merge[0] + " " + merge[1]);
  }
  types.resize(tokens.size(), 1);
  builder.text("tokenizer.ggml.model", "gpt2").text("tokenizer.ggml.pre", "smollm");
  builder.boolean("tokenizer.ggml.add_bos_token", false);
  builder.texts("tokenizer.ggml.tokens", tokens).int32s("tokenizer.ggml.token_type", types);
  builder.texts("tokenizer.ggml.merges", merges);
  builder.uint32("tokenizer.ggml.bos_token_id", 1).uint32("tokenizer.ggml.eos_token_id", 2);
  builder.uint32("tokenizer.ggml.unknown_token_id", 0).uint32("tokenizer.ggml.padding_token_id", 2);
  builder.text(
      "tokenizer.chat_template",
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + "
      "'<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}");
}

inline GgufBuilder tiny_llama(const TinyLlama& options = {}) {
  GgufBuilder builder;
  const auto number = [](std::int64_t value) { return static_cast<std::uint32_t>(value); };
  builder.text("general.architecture", "llama").text("general.name", "Tiny random llama");
  builder.uint32("llama.block_count", number(options.layers)).uint32("llama.context_length", number(options.context));
  builder.uint32("llama.embedding_length", number(options.hidden));
  builder.uint32("llama.feed_forward_length", number(options.intermediate));
  builder.uint32("llama.attention.head_count", number(options.heads));
  builder.uint32("llama.attention.head_count_kv", number(options.kv_heads));
  builder.uint32("llama.attention.key_length", number(options.head_dim));
  builder.uint32("llama.attention.value_length", number(options.head_dim));
  builder.uint32("llama.rope.dimension_count", number(options.head_dim));
  builder.uint32("llama.vocab_size", number(options.vocabulary));
  builder.float32("llama.rope.freq_base", options.rope_theta);
  builder.float32("llama.attention.layer_norm_rms_epsilon", options.norm_epsilon);
  add_tiny_tokenizer(builder, options.vocabulary);

  const auto matrix = [&](const std::string& name, GgmlType type, std::int64_t rows, std::int64_t columns,
                          float scale) {
    TinyRandom random(options.seed, name);
    std::vector<float> values(static_cast<std::size_t>(rows * columns));
    for (float& value : values) value = scale * random.normal();
    builder.tensor(name, type, {rows, columns}, encode_rows(type, values, columns));
  };
  const auto linear = [&](const std::string& name, std::int64_t rows, std::int64_t columns) {
    matrix(name, options.linears, rows, columns, 1.0f / std::sqrt(static_cast<float>(columns)));
  };
  const auto norm = [&](const std::string& name) {
    TinyRandom random(options.seed, name);
    std::vector<float> values(static_cast<std::size_t>(options.hidden));
    for (float& value : values) value = 0.8f + 0.4f * random.uniform();
    builder.tensor(name, GgmlType::F32, {options.hidden}, encode_rows(GgmlType::F32, values, options.hidden));
  };

  matrix("token_embd.weight", options.embedding, options.vocabulary, options.hidden, 1.0f);
  const std::int64_t query = options.heads * options.head_dim, key = options.kv_heads * options.head_dim;
  for (std::int64_t layer = 0; layer < options.layers; ++layer) {
    const std::string prefix = "blk." + std::to_string(layer) + ".";
    norm(prefix + "attn_norm.weight");
    linear(prefix + "attn_q.weight", query, options.hidden);
    linear(prefix + "attn_k.weight", key, options.hidden);
    linear(prefix + "attn_v.weight", key, options.hidden);
    linear(prefix + "attn_output.weight", options.hidden, query);
    norm(prefix + "ffn_norm.weight");
    linear(prefix + "ffn_gate.weight", options.intermediate, options.hidden);
    linear(prefix + "ffn_up.weight", options.intermediate, options.hidden);
    linear(prefix + "ffn_down.weight", options.hidden, options.intermediate);
  }
  norm("output_norm.weight");
  if (!options.tied) matrix("output.weight", options.embedding, options.vocabulary, options.hidden,
                            1.0f / std::sqrt(static_cast<float>(options.hidden)));
  return builder;
}

inline fs::path write_tiny_llama(const fs::path& path, const TinyLlama& options = {}) {
  return tiny_llama(options).write(path);
}

}  // namespace kelter::test
