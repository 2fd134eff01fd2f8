// SPDX-License-Identifier: GPL-3.0-or-later
// What a model really takes: bytes counted from the stored arrays, never from nominal bits.
#pragma once

#include <optional>

#include "core/model/model_state.h"

namespace kelter {

struct ModelTotals {
  std::uint64_t bytes = 0, weights = 0;                // of all tensors
  std::uint64_t linear_bytes = 0, linear_weights = 0;  // of the seven linears of every layer
};
// From the stored arrays' sizes; no data is read.
ModelTotals model_totals(const ModelState& model);

// The ledger of the command-line contract (source_bytes, nominal_bits, bits_per_weight, linear_bytes,
// total_bytes, disk_bytes, resident_bytes, gpu_bytes, sparsity, badges; kernels are added by whoever measured)
// and "weights", "linear_weights". Sparsity = share of the linears' weights that are exactly zero.
// disk_bytes is null when the model does not lie on disk. Reads every linear once. Engine thread.
Json make_ledger(const ModelState& model, std::optional<std::uint64_t> disk_bytes);

}  // namespace kelter
