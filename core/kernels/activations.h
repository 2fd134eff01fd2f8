// SPDX-License-Identifier: GPL-3.0-or-later
// Whether a product takes its activations as they are or rounded to 8 bits. Only an enumeration and its names: the files
// compiled for an instruction set may include this header.
#pragma once

#include <cstdint>
#include <string>

namespace kelter {

enum class Activations : std::uint8_t { exact, int8 };

const char* to_string(Activations activations);
// Error(invalid_parameter) for another name than "exact" and "int8".
Activations activations_from_name(const std::string& name);

}  // namespace kelter
