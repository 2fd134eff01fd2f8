// SPDX-License-Identifier: GPL-3.0-or-later
// A real model on a device against the processor's float32: logits, NLL and greedy tokens.
#pragma once

#include <string>

#include "core/measure/throughput.h"
#include "tests/parity/model_parity.h"

namespace kelter::test {

inline void compare_golden(at::Device device, const std::string& path, const Judge& give) {
  const c10::NoGradGuard no_grad;
  const ModelState state = open_model(path);
  const std::string name = state.config.name.substr(0, 30);
  const std::vector<std::int32_t> prompt = state.tokenizer ? state.tokenizer->encode("The capital of France is Paris, and the capital of Germany", true)
                                                           : fixed_prompt(16, state.config.vocabulary);
  const at::Tensor ids = at::tensor(at::ArrayRef<std::int32_t>(prompt), at::kInt).to(at::kLong).view({1, -1});
  const at::Tensor targets = ids.roll(-1, 1).view({-1});
  const auto hidden_of = [&](const Transformer& model) { return model.forward(ids).view({-1, state.config.hidden}); };
  const Transformer exact(state, at::kFloat);
  const at::Tensor hidden = hidden_of(exact), expected = exact.logits(hidden), nll = exact.negative_log_likelihood(hidden, targets);
  for (const at::ScalarType dtype : compute_types(device)) {
    ParityCase one{"real logits", to_string(device), dtype_name(dtype), name, std::to_string(ids.numel()) + " tokens", 0, by_type(dtype, 1e-4, 0.05, 0.01), ""};
    judge(give, one, [&] {
      const Transformer model(state, dtype, device);
      return relative_error(model.logits(hidden_of(model)), expected);
    });
    one.what = "real mean nll";
    judge(give, one, [&] {
      const Transformer model(state, dtype, device);
      return relative_error(model.negative_log_likelihood(hidden_of(model), targets).mean().view({1}), nll.mean().view({1}));
    });
  }
  ParityCase one{"real greedy tokens", to_string(device), "float32", name, "32 tokens", 0, 0, ""};
  judge(give, one, [&] {
    GenerateOptions options;
    options.max_tokens = 32;
    const std::vector<std::int32_t> expected_ids = generate(state, at::kFloat, prompt, options).ids;
    options.device = device;
    return generate(state, at::kFloat, prompt, options).ids == expected_ids ? 0.0 : failed;
  });
}

}  // namespace kelter::test
