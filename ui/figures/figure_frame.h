// SPDX-License-Identifier: GPL-3.0-or-later
// Draws what stands around the marks of a figure: heading, legend, names, baselines, or why nothing is drawn. Made for
// one drawing; window thread.
#pragma once

#include <QCoreApplication>

#include "ui/figures/custom_plot.h"

namespace kelter::ui {

class MarkGeometry;

class FigureFrame {
  Q_DECLARE_TR_FUNCTIONS(FigureFrame)

 public:
  // `geometry` outlives it.
  explicit FigureFrame(const MarkGeometry& geometry) : at_(geometry) {}

  void draw_heading(QCPPainter& painter) const;
  void draw_legend(QCPPainter& painter) const;
  void draw_names(QCPPainter& painter) const;
  void draw_baselines(QCPPainter& painter) const;
  // In the place of marks that must not stand together.
  void draw_refusal(QCPPainter& painter) const;

 private:
  const MarkGeometry& at_;
};

}  // namespace kelter::ui
