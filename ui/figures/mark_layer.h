// SPDX-License-Identifier: GPL-3.0-or-later
// Draws what stands inside and around the axes of a FigurePlot: headings, marks with values and errors, baselines,
// names of branches. Geometry follows the axes as QCustomPlot has laid them out. Owned by its plot; window thread.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "ui/figures/custom_plot.h"
#include "ui/figures/figure_layout.h"

namespace kelter::ui {

class FigurePlot;

class MarkLayer : public QCPLayerable {
  Q_OBJECT
 public:
  explicit MarkLayer(FigurePlot* plot);

  // The strip a mark has for itself (bars, dots), or a square around its point (lines).
  QRectF column(std::size_t mark) const;
  // The bar, or a square around the dot; a running mark's outline.
  QRectF body(std::size_t mark) const;
  // The mark at a place of the widget: its strip, the nearest point, or a level line.
  std::optional<std::size_t> mark_at(const QPointF& position) const;

 protected:
  void applyDefaultAntialiasingHint(QCPPainter* painter) const override;
  void draw(QCPPainter* painter) override;

 private:
  const Figure& figure() const;
  const FigureStyle& style() const;
  const FigureLayout& layout() const;
  double px(double units) const;
  double y_of(double value) const;
  double x_of(std::size_t mark) const;
  QRectF axes() const;
  QPointF point(std::size_t mark) const;
  double dot_radius() const;
  QRectF value_box(std::size_t mark, const QStringList& rows, bool above) const;
  std::optional<QRectF> free_box(std::size_t mark, const QStringList& rows, const std::vector<QRectF>& taken) const;
  bool is_level(std::size_t mark) const;   // a line across: a branch that the sweep does not reach

  void draw_heading(QCPPainter& painter) const;
  void draw_legend(QCPPainter& painter) const;
  void draw_names(QCPPainter& painter) const;
  void draw_baselines(QCPPainter& painter) const;
  void draw_level_lines(QCPPainter& painter) const;
  void draw_connections(QCPPainter& painter) const;
  void draw_mark(QCPPainter& painter, std::size_t mark) const;
  void draw_bar(QCPPainter& painter, std::size_t mark, bool stale) const;
  void draw_dot(QCPPainter& painter, std::size_t mark, bool stale) const;
  void draw_error(QCPPainter& painter, std::size_t mark) const;
  void draw_word(QCPPainter& painter, std::size_t mark) const;
  void draw_selection(QCPPainter& painter, std::size_t mark) const;
  void draw_values(QCPPainter& painter) const;
  void draw_refusal(QCPPainter& painter) const;

  FigurePlot* plot_;
};

}  // namespace kelter::ui
