// SPDX-License-Identifier: GPL-3.0-or-later
// The four plots: side by side where there is room, two by two where that leaves each of them more, or one under the
// other. Window thread.
#pragma once

#include <QScrollArea>
#include <array>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "ui/results/figure_cell.h"

class QGridLayout;

namespace kelter::ui {

class FigureGrid : public QScrollArea {
  Q_OBJECT
 public:
  // `choices` says what a figure can show instead.
  explicit FigureGrid(std::function<std::vector<FigureChoice>(const std::string& id)> choices,
                      QWidget* parent = nullptr);

  // "accuracy", "perplexity", "memory", "throughput"
  FigureCell& cell(const std::string& id);
  void set_figures(const std::vector<Figure>& figures, bool ended_early = false);   // four, in this order
  void set_stale(std::size_t figure, const std::set<std::string>& graph_nodes);
  void set_selected(const QStringList& nodes, const QString& variant);
  // Again, after sizes of the theme have changed.
  void arrange_anew();

 Q_SIGNALS:
  void mark_clicked(const QString& graph_node, bool extend);
  void choice_made(const QString& figure_id, const QString& key);
  void export_wanted(const QString& figure_id);
  void remeasure_wanted(const QString& figure_id);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void showEvent(QShowEvent* event) override;

 private:
  int columns_that_fit() const;
  void arrange();

  QGridLayout* grid_;
  std::array<FigureCell*, 4> cells_{};
  int columns_ = 0;
};

}  // namespace kelter::ui
