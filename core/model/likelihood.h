// SPDX-License-Identifier: GPL-3.0-or-later
// -log p of the target of each row of logits, without all logits of all rows at once. Float32 logits, float64 log-sum-exp
// (on a GPU within 1e-6 of it, core/kernels/cuda_likelihood.h). A row with a logit that is NaN or infinite has no
// likelihood: NaN. Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "core/formats/weight_format.h"

namespace kelter {

// Takes the logits of N rows as they come, in tiles of rows and of the vocabulary. All tiles and targets lie on one device.
class RunningLikelihood {
 public:
  // targets: [N] int64, each an entry of the vocabulary.
  explicit RunningLikelihood(at::Tensor targets);

  // logits [n, width] float32, columns adjacent, of the rows row, row + 1, ... and the entries first, first + 1, ... of the
  // vocabulary. Of each row the tile with `first` == 0 comes first of all, and no tile twice.
  void add(const at::Tensor& logits, std::int64_t row, std::int64_t first);

  // Float64 [N] where the targets lie: of what was added; NaN where the target was not. Changes with each tile.
  const at::Tensor& so_far() const { return nll_; }
  // The same on the processor.
  at::Tensor finish() const { return nll_.cpu(); }

 private:
  void add_on_device(const at::Tensor& logits, std::int64_t row, std::int64_t first);

  at::Tensor targets_, nll_;
  at::Tensor largest_, sum_, wanted_;   // float32, float64, float32 [N]; of the processor only sum_ (a log-sum-exp) and wanted_
};

// Of rows [N, H] float32 times the head [vocabulary, H], on the device where they lie: float32 products of decoded parts of
// the head. Besides rows and head there are logits of a tile and the decoded part; on a GPU they take at most 1/8 of what
// the logits of min(N, 2048) rows would, or one part of 1024 entries if that is more. The products in float32 are what
// takes the time: 0.54 TFLOP for 2048 rows of Llama 2 7B. targets: [N] int64.
at::Tensor negative_log_likelihood(const WeightFormat& head, const at::Tensor& rows, const at::Tensor& targets);

}  // namespace kelter
