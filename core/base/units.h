// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers and foreign text as a person reads them, the same in every locale. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace kelter {

std::string format_bytes(std::uint64_t bytes);      // "98.4 MB" (decimal units, one decimal place), "512 bytes"
std::string format_seconds(double seconds);         // "1 h 02 min", "3 min 20 s", "4.2 s", "12 ms"; "unknown" for NaN

// The shortest text that reads back as the same double, with "." in every locale.
std::string format_number(double value);

// Text of unknown origin as one line of valid UTF-8 for a message: control characters and invalid bytes become
// "\xNN", and at most `limit` bytes are kept ("..." behind them).
std::string printable(std::string_view text, std::size_t limit = 80);

}  // namespace kelter
