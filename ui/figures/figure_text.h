// SPDX-License-Identifier: GPL-3.0-or-later
// What is written on a figure, in the language of the window and with the decimal sign of a locale. Window thread.
#pragma once

#include <QLocale>
#include <QString>
#include <QStringList>

#include "core/report/figure.h"
#include "ui/figures/figure_style.h"

namespace kelter::ui {

// In one line: "Memory, peak minus idle (MB)"
QString figure_title(const Figure& figure, const QLocale& locale);

// What stands under a short title, to be broken between parts: "peak minus idle, MB", "lower is better", "log axis, …"
QStringList subheading_parts(const Figure& figure, const QLocale& locale);

// "lower is better · log axis, bars from 100"
QString figure_subheading(const Figure& figure);

// What is written at a mark, with the word for stale ones: lines to be put above each other.
QStringList mark_lines(const Mark& mark, const FigureStyle& style, bool stale);

}  // namespace kelter::ui
