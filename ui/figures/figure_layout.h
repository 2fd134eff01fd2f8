// SPDX-License-Identifier: GPL-3.0-or-later
// Where the parts of a figure go in a rectangle: margins around the axes, ranges and ticks, how values and branch
// names are written so that none hides another. Pure but for font metrics; window thread.
#pragma once

#include <QMargins>
#include <QRectF>
#include <QSize>
#include <QStringList>
#include <set>
#include <string>
#include <vector>

#include "core/report/figure.h"
#include "ui/figures/axis_scale.h"
#include "ui/figures/figure_ranges.h"
#include "ui/figures/figure_style.h"
#include "ui/figures/figure_text.h"

namespace kelter::ui {

enum class ValueLabels { level, upright, none };

struct LegendEntry {
  std::size_t branch = 0;
  QRectF place;  // of swatch and text
  QString text;
};

struct FigureLayout {
  QMargins margins;  // around the axes
  AxisScale x, y;    // x: the swept values of lines; else the range alone
  ValueLabels labels = ValueLabels::level;
  double slot = 0;           // width a bar or dot has for itself
  bool slanted = false;      // branch names stand at 45 degrees
  QStringList names;         // at the x axis, one for each mark; lines broken by \n
  QString heading, protocol;               // empty: not drawn
  QStringList subheading;                  // lines under the heading
  QString y_title;                         // empty with a heading
  double heading_line = 0, small_line = 0;  // heights of a line of text
  std::vector<LegendEntry> legend;
  QStringList baseline_labels;  // one for each baseline, cut to fit
};

// `stale`: graph nodes whose marks say so in a word.
FigureLayout lay_out(const Figure& figure, const FigureStyle& style, const QSize& size,
                     const std::set<std::string>& stale);

}  // namespace kelter::ui
