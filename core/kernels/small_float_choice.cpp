// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/small_float_choice.h"

#include "core/kernels/grouped_integer.h"

namespace kelter {
namespace {

struct Families {
  KernelFamily product, decode;
};

const Families& families_of(Element element) {
  static const Families all[element_count] = {  // in the order of Element
      {KernelFamily("nf4-matvec"), KernelFamily("nf4-decode")},   {KernelFamily("e2m1-matvec"), KernelFamily("e2m1-decode")},
      {KernelFamily("e2m3-matvec"), KernelFamily("e2m3-decode")}, {KernelFamily("e3m2-matvec"), KernelFamily("e3m2-decode")},
      {KernelFamily("e4m3-matvec"), KernelFamily("e4m3-decode")}, {KernelFamily("e5m2-matvec"), KernelFamily("e5m2-decode")},
      {KernelFamily("mxint8-matvec"), KernelFamily("mxint8-decode")}};
  return all[static_cast<int>(element)];
}

}  // namespace

const SmallFloatKernel& choose_small_float(Element element, SmallFloatUse use, std::uint64_t bytes_read) {
  const Families& families = families_of(element);
  const KernelFamily& family = use == SmallFloatUse::product ? families.product : families.decode;
  switch (family.choose(bytes_read)) {
    case Isa::avx512: return small_float_avx512[static_cast<int>(element)];
    case Isa::avx2: return small_float_avx2[static_cast<int>(element)];
    case Isa::reference: break;
  }
  return small_float_reference[static_cast<int>(element)];
}

MatvecTask small_float_task(const SmallFloatView& weights) {
  MatvecTask task{};
  task.weights = weights.codes;
  task.row_bytes = packed_row_bytes(weights.columns, element_bits(weights.element));
  task.rows = weights.rows;
  task.columns = weights.columns;
  task.group = weights.group;
  task.groups = weights.groups();
  task.float_scales = &weights.scales;
  return task;
}

}  // namespace kelter
