// SPDX-License-Identifier: GPL-3.0-or-later
// How a figure looks: on the screen in the colours of the theme, or printed with black text and thin lines. Every
// length is in units of the device, so that the same style draws at any resolution. Values; window thread.
#pragma once

#include <QColor>
#include <QFont>
#include <QFontMetricsF>
#include <QLocale>
#include <QString>
#include <cstddef>

#include "core/report/figure.h"

namespace kelter::ui {

enum class Look { screen, thesis };

// How an area is told from others without colour.
enum class Hatch { none, rising, falling, crossed, upright, level };

struct FigureStyle {
  Look look = Look::screen;
  double unit = 1;  // device units of a pixel (screen) or a point (thesis)
  QFont title, text, small;
  QColor background, ink, muted, grid, accent;
  bool dark = false;
  bool greyscale = false;        // told apart without colours
  bool heading = true;           // title and direction above; else the title stands at the y axis
  bool protocol = false;         // a line with the protocol under the heading
  bool numbered = false;         // branches have their numbers at the x axis, as in the legend of the panel
  double corner = 0;             // rounding of bars
  double value_gap = 2;          // between a mark and its value; the screen leaves room for the ring of the selection
  double line = 1, thin = 0.5;   // widths: outlines and error bars, grid
  QLocale locale;                // of numbers

  double length(double units) const { return units * unit; }
  // Between the cap of an error bar and a value. Turned, the value leaves a digit's width: the cap would be read as a 1.
  double cap_gap(bool upright) const { return upright ? QFontMetricsF(small).horizontalAdvance('0') : length(4); }

  // Of a branch; `index` counts all branches of the figure.
  QColor fill(const Branch& branch, std::size_t index) const;
  QColor outline(const Branch& branch, std::size_t index) const;
  Hatch hatch(const Branch& branch, std::size_t index) const;
};

// In the theme's colours and fonts. `unit` 1 draws on a widget; else fonts are sized for a device of that resolution.
FigureStyle screen_style();
FigureStyle screen_style(double unit);

struct ThesisOptions {
  QString font;        // family; empty: the first serif family that is installed
  double points = 9;   // size of the text
  bool greyscale = false;
  bool decimal_comma = false;
  bool heading = false, protocol = false;
};

// `unit`: device units of a point.
FigureStyle thesis_style(const ThesisOptions& options, double unit);

// The family used where none is named.
QString usual_serif();

}  // namespace kelter::ui
