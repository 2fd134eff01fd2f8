// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/perplexity.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/hash.h"
#include "core/data/text.h"
#include "core/measure/statistics.h"

namespace kelter {
namespace {

// Tokens run at a time: enough to keep the GEMMs busy and to decode packed weights seldom, little enough to
// answer a cancel within two seconds on two cores.
constexpr std::int64_t batch_tokens = 2048;

using Windows = std::vector<std::vector<std::int32_t>>;

at::Tensor to_tensor(const Windows& windows, std::size_t begin, std::size_t end) {
  const auto length = static_cast<std::int64_t>(windows[begin].size());
  at::Tensor ids = at::empty({static_cast<std::int64_t>(end - begin), length}, at::kLong);
  std::int64_t* out = ids.mutable_data_ptr<std::int64_t>();
  for (std::size_t i = begin; i < end; ++i) out = std::copy(windows[i].begin(), windows[i].end(), out);
  return ids;
}

// NLL of the predictions first .. length-2 (prediction t is of token t+1) of each window in a batch: [B, length-1-first].
at::Tensor batch_nll(const Transformer& model, const at::Tensor& ids, std::int64_t first, StepContext& context) {
  const auto between = [&](std::int64_t, const at::Tensor&) { context.check_cancelled(); };
  const at::Tensor hidden = model.forward(ids, nullptr, {}, between);
  const std::int64_t count = ids.size(1) - 1 - first;
  const at::Tensor scored = hidden.narrow(1, first, count).reshape({-1, hidden.size(2)});
  const at::Tensor targets = ids.narrow(1, first + 1, count).reshape({-1});
  return model.negative_log_likelihood(scored, targets).view({ids.size(0), count});
}

[[noreturn]] void refuse(const std::string& why, const std::string& remedy) {
  throw Error(ErrorCode::invalid_parameter, "The perplexity settings make no sense", "", why, remedy);
}

void check(const PerplexityRequest& request) {
  if (request.window < 2) refuse("window is " + std::to_string(request.window), "Use a window of at least 2 tokens.");
  if (request.stride < 0 || request.stride > request.window)
    refuse("stride is " + std::to_string(request.stride), "Use a stride from 0 (= window) to the window.");
  if (request.limit < 0) refuse("limit is " + std::to_string(request.limit), "Use 0 for all windows.");
  if (request.protocol != "gptq" && request.stride != 0)
    refuse("protocol " + request.protocol + " has no stride", "Leave the stride out.");
  if (request.protocol != "gptq" && request.protocol != "llamacpp" && request.protocol != "document")
    refuse("protocol is \"" + request.protocol + "\"", "Use gptq, llamacpp or document.");
}

Windows cut(const std::vector<std::int32_t>& ids, std::int64_t window, std::int64_t stride, std::int64_t limit) {
  Windows windows;
  for (std::int64_t begin = 0; begin + window <= static_cast<std::int64_t>(ids.size()); begin += stride) {
    if (limit > 0 && static_cast<std::int64_t>(windows.size()) == limit) break;
    windows.emplace_back(ids.begin() + begin, ids.begin() + begin + window);
  }
  return windows;
}

void finish(PerplexityResult& result) {
  result.value = std::exp(mean(result.window_nll));
  result.standard_error = result.value * standard_error(result.window_nll);
}

void measure_windows(const Transformer& model, const Tokenizer& tokenizer, const PerplexityRequest& request,
                     const std::string& text, PerplexityResult& result, StepContext& context) {
  result.bos = tokenizer.data().add_bos && tokenizer.data().bos >= 0;
  const bool llamacpp = request.protocol == "llamacpp";
  const std::int64_t stride = request.stride == 0 ? request.window : request.stride;
  const std::vector<std::int32_t> ids = tokenizer.encode(text, result.bos);
  Windows windows = cut(ids, request.window, stride, request.limit);
  if (windows.empty())
    throw Error(ErrorCode::invalid_data, "The text is shorter than one window", request.text,
                std::to_string(ids.size()) + " tokens, window " + std::to_string(request.window), "Use a smaller window or a longer text.");
  if (llamacpp && result.bos)   // llama.cpp puts BOS over the first token of every chunk
    for (auto& window : windows) window[0] = static_cast<std::int32_t>(tokenizer.data().bos);
  result.windows = static_cast<std::int64_t>(windows.size());
  result.tokens = result.windows * request.window;
  if (stride < request.window) {   // the first window scores everything, later ones their last `stride` predictions
    const Windows rest(windows.begin() + 1, windows.end());
    result.window_nll = window_negative_log_likelihoods(model, {windows[0]}, 0, context);
    const auto later = window_negative_log_likelihoods(model, rest, request.window - 1 - stride, context);
    result.window_nll.insert(result.window_nll.end(), later.begin(), later.end());
    result.scored = request.window - 1 + (result.windows - 1) * stride;
  } else {
    const std::int64_t first = llamacpp ? request.window / 2 : 0;
    result.window_nll = window_negative_log_likelihoods(model, windows, first, context);
    result.scored = result.windows * (request.window - 1 - first);
  }
  finish(result);
}

// The rolling windows of one document: every token predicted once; later full windows start from one known token,
// the last partial window keeps as much context as fits (lm-evaluation-harness, get_rolling_token_windows).
struct RollingWindow {
  std::vector<std::int32_t> ids;   // input and target in one: prediction t is of ids[t + 1]
  std::int64_t first;              // the first prediction that counts
};

std::vector<RollingWindow> roll(const std::vector<std::int32_t>& tokens, std::int32_t prefix, std::int64_t window) {
  std::vector<std::int32_t> all;
  all.push_back(prefix);
  all.insert(all.end(), tokens.begin(), tokens.end());
  const auto count = static_cast<std::int64_t>(tokens.size());
  std::vector<RollingWindow> out;
  for (std::int64_t done = 0; done < count;) {
    const std::int64_t fresh = std::min(window, count - done);
    const std::int64_t begin = done == 0 ? 0 : std::max<std::int64_t>(0, done + fresh - window);
    out.push_back({{all.begin() + begin, all.begin() + done + fresh + 1}, done - begin});
    done += fresh;
  }
  return out;
}

// White-space runs + 1, as Python's re.split(r"\s+", text) counts fields.
std::int64_t count_words(const std::string& text) {
  std::int64_t words = 1;
  bool inside = false;
  for (unsigned char c : text) {
    const bool space = c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f);
    if (space && !inside) ++words;
    inside = space;
  }
  return words;
}

void measure_documents(const Transformer& model, const Tokenizer& tokenizer, const PerplexityRequest& request,
                       std::vector<std::string> documents, PerplexityResult& result, StepContext& context) {
  if (request.limit > 0 && static_cast<std::int64_t>(documents.size()) > request.limit)
    documents.resize(static_cast<std::size_t>(request.limit));
  const TokenizerData& data = tokenizer.data();
  const auto prefix = static_cast<std::int32_t>(data.bos >= 0 ? data.bos : data.eos);
  if (prefix < 0) throw Error(ErrorCode::unsupported, "The tokenizer has neither BOS nor end token", "protocol document");
  double total = 0;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto ids = tokenizer.encode(documents[i], data.add_bos);
    if (ids.empty()) continue;
    double log_likelihood = 0;
    for (const RollingWindow& window : roll(ids, prefix, request.window))
      log_likelihood -= batch_nll(model, to_tensor({window.ids}, 0, 1), window.first, context).sum().item<double>();
    result.document_log_likelihood.push_back(log_likelihood);
    result.window_nll.push_back(-log_likelihood / static_cast<double>(ids.size()));
    result.scored += static_cast<std::int64_t>(ids.size());
    result.words += count_words(documents[i]);
    result.bytes += static_cast<std::int64_t>(documents[i].size());
    total += log_likelihood;
    context.progress(static_cast<std::int64_t>(i) + 1, static_cast<std::int64_t>(documents.size()), "document " + std::to_string(i + 1));
  }
  if (result.scored == 0) throw Error(ErrorCode::invalid_data, "The text is empty", request.text);
  result.bos = true;
  result.windows = static_cast<std::int64_t>(result.window_nll.size());
  result.tokens = result.scored;
  const auto scored = static_cast<double>(result.scored);
  result.value = std::exp(-total / scored);
  result.standard_error = result.value * standard_error(result.window_nll);
  result.word_perplexity = std::exp(-total / static_cast<double>(result.words));
  result.byte_perplexity = std::exp(-total / static_cast<double>(result.bytes));
  result.bits_per_byte = -total / static_cast<double>(result.bytes) / std::numbers::ln2;
}

}  // namespace

std::vector<double> window_negative_log_likelihoods(const Transformer& model, const Windows& windows, std::int64_t first_scored,
                                                    StepContext& context) {
  const c10::NoGradGuard no_grad;
  std::vector<double> out;
  if (windows.empty()) return out;
  const auto length = static_cast<std::int64_t>(windows[0].size());
  const auto batch = static_cast<std::size_t>(std::max<std::int64_t>(1, batch_tokens / length));
  for (std::size_t begin = 0; begin < windows.size(); begin += batch) {
    const std::size_t end = std::min(begin + batch, windows.size());
    const at::Tensor means = batch_nll(model, to_tensor(windows, begin, end), first_scored, context).mean(1);
    const double* values = means.const_data_ptr<double>();
    out.insert(out.end(), values, values + means.numel());
    context.progress(static_cast<std::int64_t>(end), static_cast<std::int64_t>(windows.size()), "window " + std::to_string(end));
  }
  return out;
}

PerplexityResult measure_perplexity(const Transformer& model, const Tokenizer& tokenizer, const PerplexityRequest& request,
                                    StepContext& context) {
  check(request);
  const c10::NoGradGuard no_grad;
  PerplexityResult result;
  if (request.protocol == "document") {
    auto documents = load_documents(request.text, request.format, request.field);
    result.text_sha256 = "sha256:" + sha256_hex(load_text(request.text, request.format, request.field));
    measure_documents(model, tokenizer, request, std::move(documents), result, context);
  } else {
    const std::string text = load_text(request.text, request.format, request.field);
    result.text_sha256 = "sha256:" + sha256_hex(text);
    measure_windows(model, tokenizer, request, text, result, context);
  }
  return result;
}

}  // namespace kelter
