// SPDX-License-Identifier: GPL-3.0-or-later
// The device a run uses, in words that enter every recipe: results of equal device classes are byte-identical.
#pragma once

#include <string>

namespace kelter {

// "x86-64 avx512_bf16, 2 threads, libtorch 2.11.0".
std::string device_class(int threads);
std::string host_name();
int default_threads();                                     // processors this process may use

std::string default_dtype();                               // bfloat16 where the processor multiplies it, else float32

}  // namespace kelter
