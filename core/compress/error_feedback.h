// SPDX-License-Identifier: GPL-3.0-or-later
// SparseGPT and GPTQ of one linear layer: prunes and / or rounds the columns of a weight one after the other and lets
// the columns not yet reached make up for the error, as the inverse Hessian of the layer's inputs says.
//
// Sources: SparseGPT (arXiv 2301.00774, algorithm 1) and GPTQ (arXiv 2210.17323, algorithm 1, and act-order, static
// groups and the search for a grid of its code). What a port must know and this one keeps:
// - sparsity prunes the entries of all rows and the columns of a block with w^2 / d^2 up to the one of rank
//   int(count * sparsity), that one included; a pattern is judged with the weights as updated when it is reached;
// - a group's grid is found when its first column's block begins, from weights that this block has not updated yet;
//   with whole rows or static groups from the first weights (whole rows: with those of dead inputs, which are zeroed next);
// - act-order is by falling diagonal of the Hessian, dead inputs counting as 1, before damping.
// Float32 throughout; on the processor or a GPU, where the device of the tensors says. Engine thread.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

#include "core/compress/inverse_factor.h"
#include "core/formats/integer_weight.h"

namespace kelter {

struct FeedbackOptions {
  std::int64_t block = 128;            // columns, 1 … 128; rounded down to whole patterns
  double damping = 0.01;               // share of the mean diagonal
  double sparsity = 0;                 // 0: no unstructured pruning
  std::int64_t kept = 0, of = 0;       // keep `kept` of every `of` inputs; of = 0: no pattern
  bool keep_zeros = false;             // entries that are 0 before stay 0
  std::optional<IntegerOptions> grid;  // nothing: no rounding
  bool act_order = false;
  bool static_groups = false;
  bool search = false;                 // grids of least |error|^2.4 among 80 shrunk ranges
};

struct FeedbackResult {
  at::Tensor weights;                  // float32 [rows, in]: pruned, and decoded from the codes
  std::optional<IntegerCodes> codes;   // for IntegerWeight::pack; with an order only if groups are of ordered inputs
  double loss = 0;                     // sum of (w - q)^2 / (2 d^2): the growth of the layer's squared error, estimated
  double damping = 0;                  // used; larger than wanted if the Hessian was near singular
  std::int64_t dead_inputs = 0;
};

// Error(invalid_parameter) for options that do not go together or do not fit `columns` inputs; for checks before any work.
void check(const FeedbackOptions& options, std::int64_t columns);

// weights: float32 [rows, in], left as they are. factor: of the Hessian of their inputs, on the same device, ordered if the options say
// act_order; linears of one input share it. Memory: 3 matrices like the weights.
// Error(not_finite) for NaN or infinity or a scale that overflows its type, Error(shape_mismatch), those of check().
FeedbackResult compensate(const at::Tensor& weights, const InverseFactor& factor, const FeedbackOptions& options);
// The same from the Hessian itself, float32 [in, in], used up (its values change). Memory: 4 matrices like it more. Also the errors
// of inverse_factor().
FeedbackResult compensate(const at::Tensor& weights, at::Tensor hessian, const FeedbackOptions& options);

}  // namespace kelter
