// SPDX-License-Identifier: GPL-3.0-or-later
// Whole models: a device against the processor's float32, decoding against the full forward, and the ways to fail.
#pragma once

#include <c10/core/GradMode.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "core/formats/adapter_weight.h"
#include "core/formats/integer_weight.h"
#include "core/formats/low_rank_weight.h"
#include "core/formats/outlier_int8_weight.h"
#include "core/formats/small_float_weight.h"
#include "core/formats/sparse_weight.h"
#include "core/model/decode_engine.h"
#include "core/model/generate.h"
#include "core/model/rope.h"
#include "core/model/transformer.h"
#include "tests/parity/parity.h"
#include "tests/support/tiny_llama.h"

namespace kelter::test {

inline ModelState tiny_state(const TinyLlama& options) {
  const fs::path folder = fs::temp_directory_path() / ("kelter-parity-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const ModelState state = open_model(tiny_llama(options).write(folder / "model.gguf"));
  fs::remove_all(folder);   // the mapped bytes stay
  return state;
}

template <class Make>
ModelState with_linears(ModelState state, const Make& make) {
  for (std::int64_t layer = 0; layer < state.layer_count(); ++layer) {
    for (const char* module : linear_modules)
      state.tensors[linear_name(layer, module)] = make(state.linear(layer, module)->decode(at::kFloat));
  }
  return state;
}

inline ModelState with_integers(const ModelState& state, const IntegerOptions& options) {
  return with_linears(state, [&](const at::Tensor& values) { return IntegerWeight::quantize(values, options); });
}

inline ModelState with_floats(const ModelState& state, const char* name) {
  return with_linears(state, [&](const at::Tensor& values) { return SmallFloatWeight::quantize(values, small_float_options(name)); });
}

inline ModelState with_zeros(const ModelState& state, SparseValues type) {
  return with_linears(state, [&](const at::Tensor& values) {
    return SparseWeight::store(values.masked_fill(values.abs().lt(values.abs().mean()), 0), {{}, type, 32});
  });
}

inline ModelState with_biases(ModelState state) {
  state.config.bias = {true, true, true};
  at::manual_seed(5);
  for (std::int64_t layer = 0; layer < state.layer_count(); ++layer) {
    for (const char* module : linear_modules) {
      const at::Tensor values = at::randn({state.linear(layer, module)->rows()}, at::kFloat) * 0.3;
      state.tensors[bias_name(layer, module)] = DenseWeight::from_tensor(values, at::kFloat);
    }
  }
  return state;
}

// Of the first rows and columns of `values`.
inline Weight thin_product(const at::Tensor& values, at::ScalarType type) {
  return std::make_shared<LowRankWeight>(DenseWeight::from_tensor(values.narrow(1, 0, 16), type), DenseWeight::from_tensor(values.narrow(0, 0, 16), type));
}

inline Weight adapted(const at::Tensor& values, at::ScalarType type) {
  return std::make_shared<AdapterWeight>(IntegerWeight::quantize(values, {4, 32, IntegerGrid::gptq, false, at::kHalf}),
                                         DenseWeight::from_tensor(values.narrow(0, 0, 8), type), DenseWeight::from_tensor(values.narrow(1, 0, 8), type), 4);
}

inline Weight with_kept_columns(const at::Tensor& values, at::ScalarType type) {
  return OutlierInt8Weight::quantize(values, OutlierInt8Weight::largest_columns(values, 5), type);
}

// Weights made of others; the last model has nothing else but norms.
inline void add_composites(std::vector<std::pair<std::string, ModelState>>& models, const ModelState& plain) {
  models.emplace_back("low rank", with_linears(plain, [](const at::Tensor& values) { return thin_product(values, at::kBFloat16); }));
  models.emplace_back("adapter", with_linears(plain, [](const at::Tensor& values) { return adapted(values, at::kFloat); }));
  models.emplace_back("int8 outliers", with_linears(plain, [](const at::Tensor& values) { return with_kept_columns(values, at::kHalf); }));
  ModelState all = with_biases(with_linears(plain, [](const at::Tensor& values) { return adapted(values, at::kBFloat16); }));
  Weight& embedding = all.tensors["model.embed_tokens.weight"];
  embedding = with_kept_columns(embedding->decode(at::kFloat), at::kBFloat16);
  models.emplace_back("composites everywhere", all);
}

// Models by what is special about them.
inline std::vector<std::pair<std::string, ModelState>> parity_models() {
  std::vector<std::pair<std::string, ModelState>> models;
  for (const GgmlType type : {GgmlType::F32, GgmlType::F16, GgmlType::BF16, GgmlType::Q4_0, GgmlType::Q4_1, GgmlType::Q8_0}) {
    TinyLlama options;
    options.linears = type;
    options.embedding = type == GgmlType::Q4_0 ? GgmlType::Q8_0 : type;
    options.tied = type != GgmlType::Q4_1;
    models.emplace_back(ggml_type_info(type).name, tiny_state(options));
  }
  const ModelState plain = models.front().second;
  for (const int bits : {2, 3, 4, 5, 6, 8})
    models.emplace_back("int" + std::to_string(bits), with_integers(plain, {bits, 32, IntegerGrid::gptq, false, at::kHalf}));
  for (const char* name : {"mxfp4", "mxfp6-e3m2", "fp8-e4m3-row"}) models.emplace_back(name, with_floats(plain, name));
  models.emplace_back("bitmap", with_zeros(plain, SparseValues::bfloat16));
  models.emplace_back("bitmap int4", with_zeros(plain, SparseValues::int4));
  // Every layer in another format, and the embedding in one of its own.
  ModelState mixed = with_floats(plain, "mxfp8-e5m2");
  for (const char* module : {"self_attn.q_proj", "mlp.up_proj"}) mixed.tensors[linear_name(0, module)] = plain.linear(0, module);
  mixed.tensors["model.embed_tokens.weight"] =
      SmallFloatWeight::quantize(plain.tensor("model.embed_tokens.weight")->decode(at::kFloat), small_float_options("mxint8"));
  models.emplace_back("mixed", mixed);
  models.emplace_back("biases", with_biases(plain));
  add_composites(models, plain);
  ModelState window = plain, dynamic = plain;
  window.config.window = 5;
  models.emplace_back("window", window);
  dynamic.config.rope.scaling = RopeScaling::dynamic;
  dynamic.config.rope.factor = 2;
  dynamic.config.rope.original_context = 8;
  models.emplace_back("dynamic rope", dynamic);
  return models;
}

inline at::Tensor some_ids(std::int64_t batch, std::int64_t length, std::int64_t vocabulary) {
  at::manual_seed(11);
  return at::randint(vocabulary, {batch, length}, at::kLong);
}

inline at::Tensor logits_of(const Transformer& model, const at::Tensor& ids, const Placement& place = {}) {
  const at::Tensor hidden = model.forward(ids, nullptr, place);
  return model.logits(hidden.reshape({-1, hidden.size(-1)})).cpu();
}

// Positions and a mask as task scoring lays them out: 6 tokens of context, then two continuations that see it and
// themselves.
inline Placement two_branches(std::int64_t length) {
  Placement place{at::arange(length).unsqueeze(0).clone(), at::ones({length, length}, at::kBool).tril().view({1, 1, length, length}).clone()};
  const std::int64_t context = 6, split = context + (length - context) / 2;
  place.positions.narrow(1, split, length - split).sub_(split - context);
  place.mask.narrow(2, split, length - split).narrow(3, context, split - context).fill_(false);
  return place;
}

inline void compare_forward(at::Device device, const std::string& name, const ModelState& state, const Judge& give) {
  const at::Tensor ids = some_ids(2, 21, state.config.vocabulary), one_sequence = ids.narrow(0, 0, 1);
  const Transformer exact(state, at::kFloat);
  const at::Tensor expected = logits_of(exact, ids), branched = logits_of(exact, one_sequence, two_branches(21));
  const at::Tensor targets = ids.roll(-1, 1).reshape({-1});
  const auto nll = [&](const Transformer& model) { return model.negative_log_likelihood(model.forward(ids).reshape({-1, state.config.hidden}), targets); };
  const at::Tensor expected_nll = nll(exact);
  for (const at::ScalarType dtype : compute_types(device)) {
    const ParityCase base{"", to_string(device), dtype_name(dtype), name, "2x21 tokens", 0, by_type(dtype, 1e-4, 0.04, 0.006), ""};
    const auto compare = [&](const char* what, const std::function<double(const Transformer&)>& measure) {
      ParityCase one = base;
      one.what = what;
      judge(give, one, [&] { return measure(Transformer(state, dtype, device)); });
    };
    compare("logits", [&](const Transformer& model) { return relative_error(logits_of(model, ids), expected); });
    compare("logits of branches", [&](const Transformer& model) {
      return relative_error(logits_of(model, one_sequence, two_branches(21)), branched);
    });
    compare("nll", [&](const Transformer& model) { return relative_error(nll(model), expected_nll); });
  }
}

inline at::Tensor as_tensor(std::span<const float> values, std::int64_t batch) {
  return at::tensor(at::ArrayRef<float>(values.data(), values.size()), at::kFloat).view({batch, -1});
}

// Prefill and steps against the forward of all tokens on the same device. Where rotation depends on the length, cached
// keys keep that of their own time: the processor's steps are the reference then.
inline void compare_decode(at::Device device, const std::string& name, const ModelState& state, const Judge& give) {
  for (const at::ScalarType dtype : compute_types(device)) {
    for (const std::int64_t batch : {1, 3, 9}) {
      ParityCase one{"decode steps", to_string(device), dtype_name(dtype), name, "batch " + std::to_string(batch), 0,
                     by_type(dtype, 1e-4, 0.04, 0.006), ""};
      judge(give, one, [&] {
        const std::int64_t prompt = 9, length = 15;
        const at::Tensor ids = some_ids(batch, length, state.config.vocabulary).to(at::kInt);
        const Transformer model(state, dtype, device);
        DecodeEngine engine(state, dtype, length, batch, device), processor(state, at::kFloat, length, batch);
        const bool stepwise = rotary_depends_on_length(state.config);
        double error = 0;
        for (std::int64_t at = prompt; at <= length; ++at) {
          const at::Tensor fed = (at == prompt ? ids.narrow(1, 0, prompt) : ids.narrow(1, at - 1, 1)).contiguous();
          const std::span<const std::int32_t> tokens(fed.const_data_ptr<std::int32_t>(), static_cast<std::size_t>(fed.numel()));
          const auto feed = [&](DecodeEngine& one_engine) {
            return as_tensor(at == prompt ? one_engine.prefill(tokens) : one_engine.step(tokens), batch);
          };
          const at::Tensor hidden = model.forward(ids.narrow(1, 0, at).to(at::kLong)).select(1, at - 1);
          error = std::max(error, relative_error(feed(engine), stepwise ? feed(processor) : model.logits(hidden)));
        }
        return error;
      });
    }
  }
  ParityCase one{"greedy tokens", to_string(device), "float32", name, "24 tokens", 0, 0, ""};
  judge(give, one, [&] {
    GenerateOptions options;
    options.max_tokens = 24;
    options.stop_at_end = false;
    const std::vector<std::int32_t> expected = generate(state, at::kFloat, {5, 6, 7}, options).ids;
    options.device = device;
    const std::vector<std::int32_t> ids = generate(state, at::kFloat, {5, 6, 7}, options).ids;
    double different = ids.size() == expected.size() ? 0 : failed;
    for (std::size_t i = 0; i < std::min(ids.size(), expected.size()); ++i) different += ids[i] != expected[i];
    return different;
  });
}

inline void compare_moves(at::Device device, const std::string& name, const ModelState& state, const Judge& give) {
  ParityCase one{"state there and back", to_string(device), "", name, "", 0, 0, ""};
  judge(give, one, [&] {
    const ModelState there = on_device(state, device), back = on_device(there, at::kCPU);
    if (there.content_hash() != state.content_hash() || back.content_hash() != state.content_hash()) return failed;
    const at::Tensor ids = some_ids(1, 7, state.config.vocabulary);
    return differing(logits_of(Transformer(there, at::kFloat, device), ids), logits_of(Transformer(state, at::kFloat, device), ids));
  });
}

inline void compare_models(at::Device device, const Judge& give) {
  const c10::NoGradGuard no_grad;
  for (const auto& [name, state] : parity_models()) {
    compare_forward(device, name, state, give);
    compare_decode(device, name, state, give);
    compare_moves(device, name, state, give);
  }
}

}  // namespace kelter::test
