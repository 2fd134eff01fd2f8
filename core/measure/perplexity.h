// SPDX-License-Identifier: GPL-3.0-or-later
// Perplexity by three protocols, each of which is stated with its number:
//   gptq      the text is tokenised once, cut into windows (stride = window: non-overlapping; the tail is dropped),
//             every window predicts all its tokens but the first; value = exp(mean of the windows' mean NLL)
//             (Frantar et al., arXiv 2210.17323). A stride below the window overlaps windows and scores only
//             the last `stride` predictions of each window but the first.
//   llamacpp  windows of the text as it is; only predictions from the middle of the window on are scored
//             (positions window/2 .. window-2), as llama.cpp's perplexity program does.
//   document  every document (JSON line, or the whole text) on its own, rolling: each token is predicted once,
//             with the end-of-text or BOS token in front; lm-evaluation-harness's rolling log-likelihood. Gives
//             word and byte perplexity and bits per byte.
// Sums are exact: float32 logits, float64 log-sum-exp. Engine thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/step_context.h"
#include "core/model/transformer.h"

namespace kelter {

struct PerplexityRequest {
  std::string text;                   // path, resource:, ...
  std::string format = "plain", field;
  std::int64_t window = 2048;
  std::int64_t stride = 0;            // 0 = window
  std::string protocol = "gptq";      // "gptq", "llamacpp", "document"
  std::int64_t limit = 0;             // windows (documents); 0 = all
};

struct PerplexityResult {
  double value = 0;                   // exp(mean of window_nll); for `document`: token perplexity
  double standard_error = 0;          // value * standard error of the window means
  std::vector<double> window_nll;     // mean NLL of each window (document)
  std::int64_t windows = 0, tokens = 0, scored = 0;
  bool bos = false;                   // a BOS token was put in front
  std::string text_sha256;            // "sha256:..."
  // protocol document only
  std::vector<double> document_log_likelihood;
  std::int64_t words = 0, bytes = 0;
  double word_perplexity = 0, byte_perplexity = 0, bits_per_byte = 0;
};

// Error(invalid_data) when the text gives not one window; Error(invalid_parameter) for settings that contradict
// each other. Windows are run in batches; the context hears of every batch and may cancel.
PerplexityResult measure_perplexity(const Transformer& model, const Tokenizer& tokenizer, const PerplexityRequest& request,
                                    StepContext& context);

// The mean NLL of each window under protocol gptq or llamacpp, for ids that are cut already; the shared core
// of the function above (and what tests compare with golden windows).
std::vector<double> window_negative_log_likelihoods(const Transformer& model, const std::vector<std::vector<std::int32_t>>& windows,
                                                    std::int64_t first_scored, StepContext& context);

}  // namespace kelter
