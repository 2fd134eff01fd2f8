// SPDX-License-Identifier: GPL-3.0-or-later
// Named weights as one run of bytes and back, for checkpoints. Every weight is written in its stored form, so it
// comes back byte-identically. Pure functions; engine thread.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "core/formats/weight_format.h"

namespace kelter {

using NamedWeights = std::map<std::string, Weight>;

// Equal weights give equal bytes.
std::vector<std::uint8_t> archive_weights(const NamedWeights& weights);

// Copies what it needs. Error(cache_damaged) when the bytes are no archive; those of load_weight when a weight in it
// is malformed.
NamedWeights restore_weights(std::span<const std::uint8_t> bytes);

}  // namespace kelter
