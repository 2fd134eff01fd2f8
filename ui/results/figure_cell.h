// SPDX-License-Identifier: GPL-3.0-or-later
// One of the four places of the results: a plot with its menu, and what stands in its place where nothing may or can
// be drawn. Window thread.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "ui/figures/figure_plot.h"

class QLabel;
class QMenu;
class QPushButton;
class QToolButton;

namespace kelter::ui {

class FigureCell : public QWidget {
  Q_OBJECT
 public:
  explicit FigureCell(QWidget* parent = nullptr);

  FigurePlot& plot() { return *plot_; }
  // `ended_early`: the run was cancelled or failed, so that a value may be missing for that alone.
  void set_figure(const Figure& figure, bool ended_early = false);
  // What this place can show instead; asked when the menu opens.
  void set_choices(std::function<std::vector<FigureChoice>()> choices) { choices_ = std::move(choices); }
  QMenu* menu() const { return menu_; }   // made anew when it opens
  void open_menu(const QPoint& global);
  QPushButton* remeasure_button() const { return remeasure_; }

 Q_SIGNALS:
  void choice_made(const QString& figure_id, const QString& key);
  void export_wanted(const QString& figure_id);
  void remeasure_wanted(const QString& figure_id);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void contextMenuEvent(QContextMenuEvent* event) override;

 private:
  void place_overlays();
  void fill_menu();
  void copy_data() const;
  void copy_picture() const;

  FigurePlot* plot_;
  QToolButton* more_;
  QLabel* hint_;             // where nothing was measured
  QPushButton* remeasure_;   // where protocols differ
  QMenu* menu_;
  std::function<std::vector<FigureChoice>()> choices_;
};

}  // namespace kelter::ui
