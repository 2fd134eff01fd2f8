// SPDX-License-Identifier: GPL-3.0-or-later
// The English texts of step descriptors (titles, labels, help, cards, units) in the language of the window. Their
// translations stand in the context "Steps" of the translation files; scripts/update-translations collects them.
#pragma once

#include <QCoreApplication>
#include <QString>
#include <string>

namespace kelter::ui {

inline QString step_text(const std::string& english) {
  return english.empty() ? QString() : QCoreApplication::translate("Steps", english.c_str());
}

}  // namespace kelter::ui
