// SPDX-License-Identifier: GPL-3.0-or-later
// Multiple-choice accuracy by log-likelihood, as lm-evaluation-harness defines it (0-shot, its metrics acc and
// acc_norm): every choice is scored by the sum of the log-probabilities of its continuation's tokens behind the
// context. Engine thread.
//
// The choices of an item share one run of its context: a sequence holds the context and behind it all choices, each
// of which sees the context and itself only, and stands at the positions right behind the context. Sequences are run
// in batches of like length; the batching changes nothing but float rounding.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/step_context.h"
#include "core/data/tasks.h"
#include "core/model/transformer.h"

namespace kelter {

struct TaskOptions {
  std::int64_t limit = 0;             // items from the start; 0 = all
  std::int64_t batch_tokens = 2048;   // tokens run at a time, padding included
};

struct TaskResult {
  double acc = 0, acc_norm = 0;             // acc_norm: log-likelihood / code points of the choice
  double acc_stderr = 0, acc_norm_stderr = 0;   // sqrt(p (1 - p) / (n - 1)); NaN for one item
  std::vector<std::uint8_t> hits, hits_norm;    // 0 or 1, in the order of the items
  std::vector<std::vector<double>> log_likelihoods;   // of each choice
  std::int64_t items = 0;
  std::int64_t truncated = 0;               // choices whose context lost its beginning to fit the model's context
};

// Equal scores: the first choice counts. A score that is NaN makes acc and acc_norm NaN, never a hit or a miss.
// Error(invalid_data) without items, or naming an item with a continuation longer than the model's context.
TaskResult measure_task(const Transformer& model, const Tokenizer& tokenizer, const std::vector<TaskItem>& items,
                        const TaskOptions& options, StepContext& context);

}  // namespace kelter
