// SPDX-License-Identifier: GPL-3.0-or-later
// One figure, drawn: on the screen it answers the mouse and the keys, on paper it is the same drawing in another
// style. Window thread.
//
// Keys: left and right go from mark to mark and show its record, Return or Space selects it.
#pragma once

#include <QPointer>
#include <QStringList>
#include <optional>
#include <set>
#include <string>

#include "ui/figures/custom_plot.h"
#include "ui/figures/figure_callout.h"
#include "ui/figures/figure_layout.h"
#include "ui/figures/figure_style.h"

namespace kelter::ui {

class MarkGeometry;
class MarkLayer;

class FigurePlot : public QCustomPlot {
  Q_OBJECT
 public:
  explicit FigurePlot(QWidget* parent = nullptr);
  ~FigurePlot() override;

  const Figure& figure() const { return figure_; }
  // Does nothing for an equal figure.
  void set_figure(const Figure& figure);
  const FigureStyle& figure_style() const { return style_; }
  void set_style(const FigureStyle& style);
  // Graph nodes whose values were made with other settings than the document has now.
  const std::set<std::string>& stale() const { return stale_; }
  void set_stale(const std::set<std::string>& nodes);
  // Document nodes, and the copy of a sweep that is meant, if one is.
  void set_selected(const QStringList& nodes, const QString& variant);
  bool is_selected(std::size_t mark) const;
  // The mark the keys stand at.
  std::optional<std::size_t> current() const { return current_; }
  const FigureLayout& figure_layout() const { return layout_; }

  // The whole figure into a rectangle of the painter's device, at the style's resolution.
  void paint_on(QCPPainter& painter, const QSize& size);

  // Where a mark is drawn, and which one is there.
  const MarkGeometry& geometry() const;
  QRectF mark_rect(std::size_t mark) const;
  std::optional<std::size_t> mark_at(const QPointF& position) const;
  // What the callout says of a mark, as lines of text.
  QStringList callout_lines(std::size_t mark) const;
  const FigureCallout* callout() const { return callout_; }

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  // A graph node; `extend` with the control key.
  void mark_clicked(const QString& node, bool extend);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  void arrange(const QSize& size);
  void apply_axis_style();
  void redraw();
  void describe();
  void show_record(std::optional<std::size_t> mark, const QPoint& at);
  void move_current(int step);

  Figure figure_;
  FigureStyle style_;
  FigureLayout layout_;
  std::set<std::string> stale_;
  QStringList selected_;
  QString variant_;
  std::optional<std::size_t> current_, hovered_, pressed_;
  MarkLayer* marks_;  // owned by the plot
  QPointer<FigureCallout> callout_;  // child of the window
};

}  // namespace kelter::ui
