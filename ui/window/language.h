// SPDX-License-Identifier: GPL-3.0-or-later
// The language of every window of this process: the words, their plurals (English ones, too) and how numbers and dates
// are written. Window thread; before the first window is made.
#pragma once

#include <QString>

namespace kelter::ui {

// "en", "de", "fr"; empty: what was chosen before, else the system's. A language without a translation is English.
void use_language(const QString& code = {});

}  // namespace kelter::ui
