// SPDX-License-Identifier: GPL-3.0-or-later
// What the axes of a figure must reach. Ranges only; ticks come when their room is known. Pure; any thread.
#pragma once

#include <utility>
#include <vector>

#include "core/report/figure.h"
#include "ui/figures/axis_scale.h"

namespace kelter::ui {

// The ends of the error bar, within what the axis can show.
std::pair<double, double> error_ends(const Figure& figure, const Mark& mark);

AxisScale value_range(const Figure& figure);

// The swept values of lines, ascending; and the range that holds them.
std::vector<double> swept_values(const Figure& figure);
AxisScale swept_range(const std::vector<double>& values);

}  // namespace kelter::ui
