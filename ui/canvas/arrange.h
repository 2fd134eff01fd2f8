// SPDX-License-Identifier: GPL-3.0-or-later
// Where nodes go: auto-layout, alignment, equal distances, free places. Rectangles in, places out. Pure; any thread.
#pragma once

#include <map>
#include <QRectF>
#include <string>
#include <vector>

#include "core/describe/edit.h"

namespace kelter::ui {

// Every node of the document in columns by its depth, ordered so that few links cross (barycentres), none on another;
// the arrangement begins where the old one did. `sizes` has every node.
std::vector<Place> auto_layout(const Document& document, const std::map<std::string, QSizeF>& sizes);

enum class Alignment { left, top, centers_in_row, centers_in_column };

struct Box {
  std::string id;
  QRectF rect;
};
std::vector<Place> aligned(const std::vector<Box>& boxes, Alignment alignment);
// Equal gaps; the first and the last stay.
std::vector<Place> distributed(const std::vector<Box>& boxes, Qt::Orientation orientation);

// `wanted` moved down until it keeps `distance` from every rectangle of `taken`.
QRectF free_place(QRectF wanted, const std::vector<QRectF>& taken, double distance);

}  // namespace kelter::ui
