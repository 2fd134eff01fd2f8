// SPDX-License-Identifier: GPL-3.0-or-later
// Unicode's composed normal form. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace kelter {

// `text` in NFC (Unicode Standard Annex 15); bytes that are not UTF-8 stay as they are.
std::string composed(std::string_view text);

}  // namespace kelter
