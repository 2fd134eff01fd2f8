// SPDX-License-Identifier: GPL-3.0-or-later
// The state of a node as a sign and as words: each state has a shape of its own, so that nobody needs its colour.
// Window thread.
#pragma once

#include <QPainter>
#include <QString>

#include "ui/models/run_model.h"

namespace kelter::ui {

struct ShownState {
  NodeStatus status = NodeStatus::idle;
  double fraction = 0;     // running only
  bool cached = false;     // done only: not computed by this run
  bool elsewhere = false;  // done only: on another machine
  bool operator==(const ShownState&) const = default;
};

// "stale: …": the word with its meaning, for tooltips and screen readers.
QString state_words(const ShownState& state);
QColor state_color(const ShownState& state);
// Inside `rect`, a square.
void paint_state(QPainter& painter, const QRectF& rect, const ShownState& state);

}  // namespace kelter::ui
