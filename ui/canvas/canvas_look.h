// SPDX-License-Identifier: GPL-3.0-or-later
// Sizes, fonts and shapes that the items of the canvas share. Scene units are pixels at 100 % and normal type, so that
// places in a document mean the same on every screen; large type is a matter of the view's scale. Window thread.
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <QCoreApplication>
#include <QFont>
#include <QPainterPath>
#include <QPointF>

#include "core/describe/step_descriptor.h"
#include "ui/theme/theme.h"

namespace kelter::ui {

// Words of those parts of the canvas that are no QObject.
struct CanvasText {
  Q_DECLARE_TR_FUNCTIONS(kelter::ui::CanvasText)
};

namespace look {

inline constexpr double grid = 8;
inline constexpr double node_width = 208;
inline constexpr double new_node_height = 96;  // about: what is kept free for a node that is not drawn yet
inline constexpr double node_radius = 8;
inline constexpr double bar_width = 8;
inline constexpr double port_radius = 5.5;
inline constexpr double first_port =
    28;  // below the corner of a node; the same for all, so that links in a row are straight
inline constexpr double port_distance = 22;
inline constexpr double gap = 32;          // between nodes that are placed for a person
inline constexpr double column_gap = 112;  // between columns: room for the links

// Below this level of detail a node is a coloured shape with its title, below the second one without.
inline constexpr double overview_detail = 0.55;
inline constexpr double blob_detail = 0.22;

inline double snapped(double value) { return std::round(value / grid) * grid; }
inline QPointF snapped(const QPointF& point) { return {snapped(point.x()), snapped(point.y())}; }

// The theme's font at 100 %; no hinting, so that widths scale with the zoom.
inline QFont font(Text size, QFont::Weight weight = QFont::Normal) {
  QFont font = theme().font(size, weight);
  font.setPointSizeF(font.pointSizeF() / theme().px(1));
  font.setHintingPreference(QFont::PreferNoHinting);
  return font;
}

inline QColor mixed(const QColor& a, const QColor& b, double share_of_b) {
  const auto mix = [&](float x, float y) { return x + (y - x) * static_cast<float>(share_of_b); };
  return QColor::fromRgbF(mix(a.redF(), b.redF()), mix(a.greenF(), b.greenF()), mix(a.blueF(), b.blueF()));
}

inline QColor port_color(const std::optional<PortType>& type) {
  if (!type) return theme().colors().danger;
  switch (*type) {
    case PortType::model:
      return theme().colors().muted;
    case PortType::text:
      return theme().family_text("search");
    case PortType::tasks:
      return theme().family_text("measure");
    case PortType::record:
      return theme().family_text("recovery");
  }
  return theme().colors().muted;
}

// A link from an output to an input, in scene units.
inline QPainterPath link_path(const QPointF& from, const QPointF& to) {
  const double dx = to.x() - from.x();
  const double reach = dx >= 0 ? std::max(32.0, dx * 0.5) : std::min(240.0, 64 - dx * 0.35);
  QPainterPath path(from);
  path.cubicTo(from + QPointF(reach, 0), to - QPointF(reach, 0), to);
  return path;
}

}  // namespace look
}  // namespace kelter::ui
