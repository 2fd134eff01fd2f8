// SPDX-License-Identifier: GPL-3.0-or-later
// Finds widgets as a person would: by what they are called, or by what stands on them. Ends the test where there is
// none.
#pragma once

#include <QPushButton>
#include <QtTest>

namespace kelter::test {

// The first whose accessible name contains `part`.
template <typename Widget>
Widget* named(const QWidget& parent, const QString& part) {
  for (Widget* widget : parent.findChildren<Widget*>()) {
    if (widget->accessibleName().contains(part)) return widget;
  }
  qFatal("no widget is called %s", qPrintable(part));
}

inline QPushButton* button(const QWidget& parent, const QString& text) {
  for (QPushButton* one : parent.findChildren<QPushButton*>()) {
    if (one->text() == text) return one;
  }
  qFatal("no button says %s", qPrintable(text));
}

}  // namespace kelter::test
