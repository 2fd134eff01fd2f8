// SPDX-License-Identifier: GPL-3.0-or-later
// The default model compressed by a step, and its perplexity on the first windows of WikiText-2, for comparison with
// ../shared/golden-model/compression.json (float32, no randomness).
#pragma once

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "core/measure/perplexity.h"
#include "tests/support/steps.h"
#include "tests/support/test_files.h"

namespace kelter::test {

inline PerplexityResult wikitext_perplexity(const ModelState& model, std::int64_t windows) {
  const c10::NoGradGuard no_gradient;
  PerplexityRequest request;
  request.text = shared_file("data/wikitext-2/wiki.test.raw")->string();
  request.format = "wikitext-lines";
  request.window = 1024;
  request.limit = windows;
  NullContext context;
  return measure_perplexity(Transformer(model, at::kFloat), *model.tokenizer, request, context);
}

// The golden record of "rtn_w4_g64" and the like.
inline Json golden_method(const std::string& name) {
  const Json golden = read_json_file(*shared_file("golden-model/compression.json"));
  for (const Json& method : golden["methods"])
    if (method["method"] == name) return method;
  throw Error(ErrorCode::invalid_data, "There is no such golden record", name);
}

// The first 32 windows of 1024 tokens of WikiText-2's validation text.
inline TextRequest golden_calibration() {
  return {shared_file("data/wikitext-2/wiki.valid.raw")->string(), "plain", "", 32, 1024, "sequential", 0};
}

inline bool golden_model_data_present() {
  return default_model_file() && shared_file("golden-model/compression.json") && shared_file("data/wikitext-2/wiki.test.raw") &&
         shared_file("data/wikitext-2/wiki.valid.raw");
}

}  // namespace kelter::test
