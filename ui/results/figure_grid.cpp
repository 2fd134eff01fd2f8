// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/results/figure_grid.h"

#include <QFrame>
#include <QGridLayout>
#include <algorithm>

#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr std::array figure_ids = {"accuracy", "perplexity", "memory", "throughput"};
// Of a plot, at 100 %. From the comfortable width on four stand side by side in any case.
constexpr int least_width = 150, comfortable_width = 220, least_height = 160;

int scaled(double pixels) { return qRound(theme().px(pixels)); }

}  // namespace

FigureGrid::FigureGrid(std::function<std::vector<FigureChoice>(const std::string& id)> choices, QWidget* parent)
    : QScrollArea(parent) {
  setWidgetResizable(true);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  setMinimumHeight(scaled(least_height));
  auto* page = new QFrame(this);
  page->setProperty("panel", true);
  grid_ = new QGridLayout(page);
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setHorizontalSpacing(16);
  grid_->setVerticalSpacing(12);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    FigureCell* cell = cells_[i] = new FigureCell(page);
    cell->set_choices([choices, id = std::string(figure_ids[i])] { return choices(id); });
    connect(&cell->plot(), &FigurePlot::mark_clicked, this, &FigureGrid::mark_clicked);
    connect(cell, &FigureCell::choice_made, this, &FigureGrid::choice_made);
    connect(cell, &FigureCell::export_wanted, this, &FigureGrid::export_wanted);
    connect(cell, &FigureCell::remeasure_wanted, this, &FigureGrid::remeasure_wanted);
  }
  setWidget(page);
}

FigureCell& FigureGrid::cell(const std::string& id) {
  const auto found = std::find(figure_ids.begin(), figure_ids.end(), id);
  return *cells_[static_cast<std::size_t>(std::min<std::ptrdiff_t>(found - figure_ids.begin(), 3))];
}

void FigureGrid::set_figures(const std::vector<Figure>& figures, bool ended_early) {
  for (std::size_t i = 0; i < cells_.size(); ++i)
    cells_[i]->set_figure(figures[i], ended_early);
}

void FigureGrid::set_stale(std::size_t figure, const std::set<std::string>& graph_nodes) {
  cells_[figure]->plot().set_stale(graph_nodes);
}

void FigureGrid::set_selected(const QStringList& nodes, const QString& variant) {
  for (FigureCell* cell : cells_)
    cell->plot().set_selected(nodes, variant);
}

void FigureGrid::arrange_anew() {
  columns_ = 0;
  arrange();
}

int FigureGrid::columns_that_fit() const {
  const QSize room = viewport()->size();
  const bool four = room.width() >= 4 * scaled(least_width), two = room.width() >= 2 * scaled(least_width);
  const bool roomy = room.width() >= 4 * scaled(comfortable_width);
  const bool high = room.height() >= 2 * scaled(least_height) + grid_->verticalSpacing();
  return four && (roomy || !high) ? 4 : two ? 2 : 1;
}

void FigureGrid::arrange() {
  const int wanted = columns_that_fit();
  if (wanted == columns_) return;
  columns_ = wanted;
  for (int i = 0; i < 4; ++i) {
    grid_->removeWidget(cells_[static_cast<std::size_t>(i)]);
    grid_->setColumnStretch(i, i < columns_ ? 1 : 0);
  }
  for (int i = 0; i < 4; ++i) {
    FigureCell* cell = cells_[static_cast<std::size_t>(i)];
    cell->setMinimumHeight(scaled(least_height));
    grid_->addWidget(cell, i / columns_, i % columns_);
  }
}

void FigureGrid::resizeEvent(QResizeEvent* event) {
  QScrollArea::resizeEvent(event);
  arrange();
}

void FigureGrid::showEvent(QShowEvent* event) {
  QScrollArea::showEvent(event);
  arrange();
}

}  // namespace kelter::ui
