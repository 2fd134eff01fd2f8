// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace kelter {

std::string format_bytes(std::uint64_t bytes);      // "98.4 MB" (decimal units, one decimal place)
std::string format_seconds(double seconds);         // "1 h 02 min", "3 min 20 s", "4.2 s"

// The shortest text that reads back as the same double, with "." in every locale.
std::string format_number(double value);

}  // namespace kelter
