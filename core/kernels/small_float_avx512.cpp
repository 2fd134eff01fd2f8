// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/kernels/small_float_simd.h"

namespace kelter {

const SmallFloatKernel small_float_avx512[element_count] = {
    element_kernel<Element::nf4>,  element_kernel<Element::e2m1>, element_kernel<Element::e2m3>,      element_kernel<Element::e3m2>,
    element_kernel<Element::e4m3>, element_kernel<Element::e5m2>, element_kernel<Element::int8_64ths>};

}  // namespace kelter
