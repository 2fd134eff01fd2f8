// SPDX-License-Identifier: GPL-3.0-or-later
// What compression methods compute on an NVIDIA GPU; the rules of core/kernels/cuda_kernels.h hold, but pointers need the
// alignment of their numbers only. Results are those of the processor, bit for bit.
#pragma once

#include <cstdint>

#include "core/kernels/column_update.h"

namespace kelter {

// update_columns with device pointers, `group` among them.
int cuda_update_columns(const ColumnUpdate& call, void* stream);

// Sets entries of weights [rows, columns] to 0 whose score |w| * norm[column] is among the smallest, as mask_of_rows and
// mask_of_pattern of core/compress/magnitude_mask.h do for these scores: among equals the first is pruned.
struct CudaPrune {
  float* weights = nullptr;                 // [rows, columns]
  const float* norm = nullptr;              // [columns], not negative; null: all 1
  std::int64_t rows = 0, columns = 0;
  std::uint8_t* mask = nullptr;             // [rows, columns], written: 1 = pruned; or null
  std::int32_t* not_finite = nullptr;       // one number, set to 1 if a score is NaN or infinite: then the result says nothing
};
// `count` (at most columns) of each row; columns < 2^31.
int cuda_prune_rows(const CudaPrune& call, std::int64_t count, void* stream);
// All but `kept` of every `of` consecutive columns; `of` divides the columns and is at most 32.
int cuda_prune_pattern(const CudaPrune& call, std::int64_t kept, std::int64_t of, void* stream);

}  // namespace kelter
