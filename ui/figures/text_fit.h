// SPDX-License-Identifier: GPL-3.0-or-later
// Text measured, cut and broken to fit a width. Pure but for font metrics; window thread.
#pragma once

#include <QFont>
#include <QString>
#include <QStringList>

namespace kelter::ui {

double width_of(const QFont& font, const QString& text);
double height_of(const QFont& font);
double widest(const QFont& font, const QStringList& lines);

// Cut with an ellipsis.
QString cut(const QFont& font, const QString& text, double width);

// `parts` joined by `separator` into lines no wider than `width`, as far as parts allow.
QStringList flowed(const QFont& font, const QStringList& parts, const QString& separator, double width);

// Broken at the space that leaves two lines of about the same width.
QString in_two(const QFont& font, const QString& text);

}  // namespace kelter::ui
