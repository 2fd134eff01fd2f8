// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/measure/tasks.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/measure/statistics.h"
#include "core/model/utf8.h"

namespace kelter {
namespace {

// Hidden states that wait for one pass over the head: its weights are decoded once for all of them.
constexpr std::int64_t head_rows = 2048;

struct Branch {
  std::size_t item, choice;
  std::vector<std::int32_t> continuation;
};

// One context and the choices that are scored behind it, laid out as one sequence.
struct Sequence {
  std::vector<std::int32_t> context;
  std::vector<Branch> branches;

  // The last token of a continuation predicts nothing that is scored.
  std::int64_t length() const {
    std::size_t sum = context.size();
    for (const Branch& branch : branches) sum += branch.continuation.size() - 1;
    return static_cast<std::int64_t>(sum);
  }
};

// The tokens of one choice, cut from the left so that what is run fits the model (lm-eval: the last max_length + 1).
EncodedPair fitting_pair(const Tokenizer& tokenizer, const TaskItem& item, std::size_t item_index, std::size_t choice,
                         std::int64_t room, std::int64_t& truncated) {
  EncodedPair pair = encode_pair(tokenizer, item.context(choice), item.continuations[choice]);
  const auto fixed = static_cast<std::int64_t>(pair.continuation.size());
  if (fixed > room)
    throw Error(ErrorCode::invalid_data, "A choice is longer than the model's context",
                "item " + std::to_string(item_index + 1) + ", choice " + std::to_string(choice + 1),
                std::to_string(fixed) + " tokens, room for " + std::to_string(room), "Leave the item out.");
  const std::int64_t excess = static_cast<std::int64_t>(pair.context.size()) + fixed - (room + 1);
  if (excess > 0) {
    pair.context.erase(pair.context.begin(), pair.context.begin() + excess);
    ++truncated;
  }
  return pair;
}

std::vector<Sequence> make_sequences(const Tokenizer& tokenizer, const std::vector<TaskItem>& items, std::size_t count,
                                     std::int64_t room, std::int64_t& truncated) {
  std::vector<Sequence> sequences;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t first = sequences.size();
    for (std::size_t c = 0; c < items[i].choices.size(); ++c) {
      EncodedPair pair = fitting_pair(tokenizer, items[i], i, c, room, truncated);
      const auto same = std::find_if(sequences.begin() + static_cast<std::ptrdiff_t>(first), sequences.end(),
                                     [&](const Sequence& sequence) { return sequence.context == pair.context; });
      Sequence& target = same == sequences.end() ? sequences.emplace_back(Sequence{std::move(pair.context), {}}) : *same;
      target.branches.push_back({i, c, std::move(pair.continuation)});
    }
  }
  return sequences;
}

// Which row of the batch's hidden states [B * T] predicts which token of which choice.
struct Prediction {
  std::int64_t row, token;
  std::size_t item, choice;
};

struct Batch {
  at::Tensor ids;        // [B, T] int64, padded on the right
  Placement place;
  std::vector<Prediction> predictions;
};

// Writes one sequence into row `b` of the batch.
void lay_out(const Sequence& sequence, std::int64_t b, std::int64_t width, Batch& batch) {
  std::int64_t* ids = batch.ids.mutable_data_ptr<std::int64_t>() + b * width;
  std::int64_t* positions = batch.place.positions.mutable_data_ptr<std::int64_t>() + b * width;
  bool* mask = batch.place.mask.mutable_data_ptr<bool>() + b * width * width;
  const auto look = [&](std::int64_t from, std::int64_t begin, std::int64_t end) {
    std::fill(mask + from * width + begin, mask + from * width + end, true);
  };
  const auto length = static_cast<std::int64_t>(sequence.context.size());
  for (std::int64_t t = 0; t < length; ++t) {
    ids[t] = sequence.context[static_cast<std::size_t>(t)];
    positions[t] = t;
    look(t, 0, t + 1);
  }
  std::int64_t at = length;
  for (const Branch& branch : sequence.branches) {
    const auto& tokens = branch.continuation;
    batch.predictions.push_back({b * width + length - 1, tokens[0], branch.item, branch.choice});
    const std::int64_t first = at;
    for (std::size_t u = 0; u + 1 < tokens.size(); ++u, ++at) {
      ids[at] = tokens[u];
      positions[at] = length + static_cast<std::int64_t>(u);
      look(at, 0, length);
      look(at, first, at + 1);
      batch.predictions.push_back({b * width + at, tokens[u + 1], branch.item, branch.choice});
    }
  }
  for (; at < width; ++at) look(at, at, at + 1);   // padding sees itself: a row that sees nothing would be NaN
}

// Sequences [begin, end), the last of which is the longest.
Batch make_batch(const std::vector<Sequence>& sequences, std::size_t begin, std::size_t end) {
  const auto count = static_cast<std::int64_t>(end - begin), width = sequences[end - 1].length();
  Batch batch;
  batch.ids = at::zeros({count, width}, at::kLong);
  batch.place.positions = at::zeros({count, width}, at::kLong);
  batch.place.mask = at::zeros({count, 1, width, width}, at::kBool);
  for (std::size_t i = begin; i < end; ++i) lay_out(sequences[i], static_cast<std::int64_t>(i - begin), width, batch);
  return batch;
}

// Collects the hidden states that predict something and adds their log-probabilities to the choices' scores.
class Scorer {
 public:
  Scorer(const Transformer& model, std::vector<std::vector<double>>& scores) : model_(model), scores_(scores) {}

  void add(const at::Tensor& hidden, const std::vector<Prediction>& predictions) {
    at::Tensor rows = at::empty({static_cast<std::int64_t>(predictions.size())}, at::kLong);
    std::int64_t* row = rows.mutable_data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < predictions.size(); ++i) row[i] = predictions[i].row;
    hidden_.push_back(hidden.reshape({-1, hidden.size(-1)}).index_select(0, rows.to(hidden.device())));
    predictions_.insert(predictions_.end(), predictions.begin(), predictions.end());
    if (static_cast<std::int64_t>(predictions_.size()) >= head_rows) flush();
  }

  void flush() {
    if (predictions_.empty()) return;
    at::Tensor targets = at::empty({static_cast<std::int64_t>(predictions_.size())}, at::kLong);
    std::int64_t* target = targets.mutable_data_ptr<std::int64_t>();
    for (std::size_t i = 0; i < predictions_.size(); ++i) target[i] = predictions_[i].token;
    const at::Tensor nll = model_.negative_log_likelihood(at::cat(hidden_), targets);
    const double* value = nll.const_data_ptr<double>();
    for (std::size_t i = 0; i < predictions_.size(); ++i) scores_[predictions_[i].item][predictions_[i].choice] -= value[i];
    hidden_.clear();
    predictions_.clear();
  }

 private:
  const Transformer& model_;
  std::vector<std::vector<double>>& scores_;
  std::vector<at::Tensor> hidden_;
  std::vector<Prediction> predictions_;
};

void run_sequences(const Transformer& model, std::vector<Sequence> sequences, std::int64_t batch_tokens,
                   std::vector<std::vector<double>>& scores, StepContext& context) {
  std::stable_sort(sequences.begin(), sequences.end(),
                   [](const Sequence& a, const Sequence& b) { return a.length() < b.length(); });
  const auto total = static_cast<std::int64_t>(sequences.size());
  const auto between = [&](std::int64_t, const at::Tensor&) { context.check_cancelled(); };
  Scorer scorer(model, scores);
  for (std::size_t begin = 0; begin < sequences.size();) {
    std::size_t end = begin + 1;
    while (end < sequences.size() && static_cast<std::int64_t>(end + 1 - begin) * sequences[end].length() <= batch_tokens) ++end;
    const Batch batch = make_batch(sequences, begin, end);
    scorer.add(model.forward(batch.ids, nullptr, batch.place, between), batch.predictions);
    begin = end;
    context.progress(static_cast<std::int64_t>(end), total, "question " + std::to_string(end));
  }
  scorer.flush();
}

std::int64_t best(const std::vector<double>& scores) { return std::max_element(scores.begin(), scores.end()) - scores.begin(); }

double share(const std::vector<std::uint8_t>& hits, double& error) {
  const std::vector<double> values(hits.begin(), hits.end());
  error = standard_error(values);
  return mean(values);
}

void count_hits(const std::vector<TaskItem>& items, TaskResult& result) {
  bool defined = true;
  for (std::size_t i = 0; i < result.log_likelihoods.size(); ++i) {
    const std::vector<double>& scores = result.log_likelihoods[i];
    std::vector<double> by_length = scores;
    for (std::size_t c = 0; c < scores.size(); ++c) {
      defined = defined && !std::isnan(scores[c]);
      by_length[c] /= static_cast<double>(count_code_points(items[i].choices[c]));
    }
    result.hits.push_back(best(scores) == items[i].gold);
    result.hits_norm.push_back(best(by_length) == items[i].gold);
  }
  result.acc = share(result.hits, result.acc_stderr);
  result.acc_norm = share(result.hits_norm, result.acc_norm_stderr);
  if (!defined) result.acc = result.acc_norm = result.acc_stderr = result.acc_norm_stderr = std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

TaskResult measure_task(const Transformer& model, const Tokenizer& tokenizer, const std::vector<TaskItem>& items,
                        const TaskOptions& options, StepContext& context) {
  if (options.limit < 0 || options.batch_tokens < 1)
    throw Error(ErrorCode::invalid_parameter, "The task settings make no sense", "limit, batch_tokens",
                std::to_string(options.limit) + ", " + std::to_string(options.batch_tokens), "Use 0 for all items.");
  if (items.empty()) throw Error(ErrorCode::invalid_data, "The task has no items");
  const c10::NoGradGuard no_grad;
  const std::size_t count = options.limit == 0 ? items.size() : std::min(items.size(), static_cast<std::size_t>(options.limit));
  TaskResult result;
  result.items = static_cast<std::int64_t>(count);
  for (std::size_t i = 0; i < count; ++i) result.log_likelihoods.emplace_back(items[i].choices.size(), 0.0);
  run_sequences(model, make_sequences(tokenizer, items, count, model.config().context, result.truncated), options.batch_tokens,
                result.log_likelihoods, context);
  count_hits(items, result);
  return result;
}

}  // namespace kelter
