// SPDX-License-Identifier: GPL-3.0-or-later
// Draws a FigurePlot into its axes: the frame, then marks with errors, values and selection. Owned by its plot; window
// thread.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "ui/figures/custom_plot.h"
#include "ui/figures/mark_geometry.h"

namespace kelter::ui {

class MarkLayer : public QCPLayerable {
  Q_OBJECT
 public:
  explicit MarkLayer(FigurePlot* plot);

  const MarkGeometry& geometry() const { return at_; }

 protected:
  void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
  void draw(QCPPainter* painter) override;

 private:
  bool has_value(std::size_t mark) const;   // of its own, not along the whole axis
  std::optional<QRectF> free_box(std::size_t mark, const QStringList& rows, const std::vector<QRectF>& taken) const;

  void draw_level_lines(QCPPainter& painter) const;
  void draw_connections(QCPPainter& painter) const;
  void draw_mark(QCPPainter& painter, std::size_t mark) const;
  void draw_bar(QCPPainter& painter, std::size_t mark, bool stale) const;
  void draw_dot(QCPPainter& painter, std::size_t mark, bool stale) const;
  void draw_error(QCPPainter& painter, std::size_t mark) const;
  void draw_word(QCPPainter& painter, std::size_t mark) const;
  void draw_selection(QCPPainter& painter, std::size_t mark) const;
  void draw_values(QCPPainter& painter) const;

  FigurePlot* plot_;
  MarkGeometry at_;
};

}  // namespace kelter::ui
