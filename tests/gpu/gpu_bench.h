// SPDX-License-Identifier: GPL-3.0-or-later
// Speeds on a GPU beside what the same sequence of plain libtorch operations does in the same run. Random weights of the
// real shapes: speed does not depend on what is in them. Prints tables; throws what libtorch throws.
#pragma once

#include <c10/core/Device.h>

#include <string>

namespace kelter::test {

// Few-row products of single matrices, and whole models, decoding and perplexity (`names`: comma-separated, empty for all).
void bench_products(at::Device device);
void bench_models(at::Device device, const std::string& names);

}  // namespace kelter::test
