// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes, times and counts as the window shows them: in the form of the locale. (core/base/units.h writes the same for
// files and the command line, where no locale counts.) Pure.
#pragma once

#include <cstdint>
#include <QString>

namespace kelter::ui {

QString bytes_text(std::uint64_t bytes);       // "98.4 MB"
QString seconds_text(double seconds);          // "12 ms", "8.4 s", "1 min 12 s", "2 h 05 min"
QString fixed_text(double value, int places);  // "4.50"

}  // namespace kelter::ui
