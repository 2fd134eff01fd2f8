// SPDX-License-Identifier: GPL-3.0-or-later
// The vectors of the instruction set this file is compiled for (core/kernels/kernels.cmake).
#pragma once

#ifdef __AVX512F__
#include "core/kernels/simd_avx512.h"
#else
#include "core/kernels/simd_avx2.h"
#endif
