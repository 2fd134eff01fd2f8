// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/column_update.h"

#include "core/base/parallel.h"
#include "core/kernels/column_update_kernels.h"
#include "core/kernels/variants.h"

namespace kelter {

void update_columns(const ColumnUpdate& call) {
  static const KernelFamily family("column_update");
  const auto bytes = static_cast<std::uint64_t>(call.rows * call.columns) * sizeof(float);
  const ColumnUpdateKernels& kernels =
      variant_of(family.choose(bytes), column_update_reference, column_update_avx2, column_update_avx512);
  // A whole tile of the widest variant at least.
  constexpr std::int64_t grain = 64;
  parallel_for(0, call.rows, grain, [&](std::int64_t begin, std::int64_t end) { kernels.run(call, begin, end); });
}

}  // namespace kelter
