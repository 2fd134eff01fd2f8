// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/layers/layers_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/inspector/parameter_form.h"
#include "ui/layers/layer_map.h"
#include "ui/results/elided_label.h"
#include "ui/theme/theme.h"

namespace kelter::ui {

LayersPanel::LayersPanel(Workbench& bench, QWidget* parent)
    : QWidget(parent), bench_(bench), statistics_(new TensorStatistics(bench)) {
  setAccessibleName(tr("Layers"));
  setAttribute(Qt::WA_StyledBackground);
  setProperty("panel", true);
  auto* message = new QWidget;
  auto* column = new QVBoxLayout(message);
  column->setContentsMargins(16, 16, 16, 16);
  column->setSpacing(8);
  message_title_ = new QLabel;
  message_title_->setProperty("role", "title");
  message_text_ = new QLabel;
  message_text_->setProperty("role", "muted");
  column->addStretch();
  for (QLabel* label : {message_title_, message_text_}) {
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignCenter);
    column->addWidget(label);
  }
  column->addStretch();
  auto* whole = new QWidget;
  auto* lines = new QVBoxLayout(whole);
  lines->setContentsMargins(0, 0, 0, 0);
  lines->setSpacing(0);
  lines->addWidget(build_head());
  lines->addWidget(build_body(), 1);
  stack_ = new QStackedWidget;
  stack_->addWidget(message);
  stack_->addWidget(whole);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(stack_);
  connect(&bench.selection, &Selection::changed, this, &LayersPanel::refresh);
  connect(&bench.document, &DocumentModel::changed, this, &LayersPanel::refresh);
  for (const auto signal : {&RunModel::record_changed, &RunModel::status_changed})
    connect(&bench.runs, signal, this, &LayersPanel::refresh);
  connect(&bench.runs, &RunModel::progress_changed, this, [this] {
    if (stack_->currentIndex() == 0) refresh();   // it says how far the step is
  });
  connect(&bench.runs, &RunModel::linears_changed, this, &LayersPanel::refresh);
}

QSize LayersPanel::sizeHint() const { return {qRound(theme().px(320)), qRound(theme().px(480))}; }

QWidget* LayersPanel::build_head() {
  auto* head = new QWidget;
  auto* column = new QVBoxLayout(head);
  column->setContentsMargins(16, 8, 12, 8);
  column->setSpacing(6);
  quantity_ = new QComboBox;
  quantity_->setAccessibleName(tr("What the colours show"));
  connect(quantity_, &QComboBox::activated, this, &LayersPanel::refresh);
  caption_ = new ElidedLabel;
  legend_ = new HeatLegend;
  column->addWidget(caption_);
  column->addWidget(quantity_, 0, Qt::AlignLeft);
  column->addWidget(legend_);
  return head;
}

QWidget* LayersPanel::build_body() {
  map_ = new LayerMap;
  settings_ = new QPushButton;
  connect(settings_, &QPushButton::clicked, this, &LayersPanel::ask_for_settings);
  connect(map_, &LayerMap::chosen, this, &LayersPanel::show_cell);
  connect(map_, &LayerMap::settings_wanted, this, &LayersPanel::ask_for_settings);
  auto* numbers = new QWidget;
  auto* column = new QVBoxLayout(numbers);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  auto* row = new QHBoxLayout;
  row->setContentsMargins(16, 8, 16, 0);
  row->addWidget(settings_);
  row->addStretch();
  auto* scroll = new QScrollArea;
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setFocusPolicy(Qt::NoFocus);
  scroll->setWidget(statistics_);
  column->addLayout(row);
  column->addWidget(scroll, 1);
  numbers->setMinimumSize(qRound(theme().px(220)), qRound(theme().px(120)));
  map_->setMinimumHeight(qRound(theme().px(120)));
  splitter_ = new QSplitter(Qt::Vertical);
  splitter_->setChildrenCollapsible(false);
  auto* framed = new QWidget;   // the map, with the margin of what stands above and below
  auto* margin = new QVBoxLayout(framed);
  margin->setContentsMargins(8, 0, 0, 0);
  margin->addWidget(map_);
  splitter_->addWidget(framed);
  splitter_->addWidget(numbers);
  splitter_->setStretchFactor(0, 4);
  splitter_->setStretchFactor(1, 3);
  splitter_->setSizes({400, 300});
  splitter_->setContentsMargins(0, 0, 8, 0);
  return splitter_;
}

// Beside each other where the dock is wide, below each other where it is tall.
void LayersPanel::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  const Qt::Orientation wanted = width() > theme().px(560) ? Qt::Horizontal : Qt::Vertical;
  if (splitter_->orientation() != wanted) splitter_->setOrientation(wanted);
}

void LayersPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  refresh();
}

// ---- which node -----------------------------------------------------------------------------------------------

std::string LayersPanel::shown_node() const {
  const RunModel& runs = bench_.runs;
  const auto fills = [&](const std::string& id) { return runs.linears_so_far(id) && runs.node(id) && runs.node(id)->state == NodeState::running; };
  const std::string current = bench_.selection.current().toStdString();
  if (current.empty()) {
    std::string finished, halted;
    for (const NodeRecord& node : runs.record().nodes) {
      if (fills(node.id)) return node.id;
      if (runs.linears_so_far(node.id)) halted = node.id;
      if (node.state == NodeState::done && node.ledger.contains("linears")) finished = node.id;
    }
    return finished.empty() ? halted : finished;
  }
  const std::string variant = bench_.selection.variant().toStdString();
  if (!variant.empty() && document_node_of(variant) == current) return variant;
  const std::vector<std::string> variants = runs.variants(current);
  const auto filling = std::find_if(variants.begin(), variants.end(), fills);
  if (filling != variants.end()) return *filling;
  return variants.empty() ? current : variants.front();
}

void LayersPanel::refresh() {
  if (!isVisible()) return;   // showEvent() does it
  const std::string graph_node = shown_node();
  const NodeRecord* node = graph_node.empty() ? nullptr : bench_.runs.node(graph_node);
  if (!node) return show_nothing(graph_node);
  const bool running = node->state == NodeState::running;
  if (const LinearsMessage* so_far = bench_.runs.linears_so_far(graph_node))
    return show_map(*node, LayerRecords(so_far->linears, so_far->layers), running ? Extent::under_way : Extent::halted);
  LayerRecords records(node->ledger.is_object() ? node->ledger.value("linears", Json()) : Json());
  if (running || records.empty()) return show_nothing(graph_node);
  show_map(*node, std::move(records), Extent::whole);
}

void LayersPanel::show_nothing(const std::string& graph_node) {
  node_.clear();
  records_ = {};
  statistics_->reader().close();
  content_.clear();
  if (!map_->cells().records().empty()) map_->set_records({}, LayerQuantity::output_error);
  explain(graph_node);
}

void LayersPanel::show_map(const NodeRecord& node, LayerRecords records, Extent extent) {
  const std::string content = node.id + "\n" + node.recipe + "\n" + node.content + "\n" + bench_.model_of(node.id).toStdString();
  offer_quantities(records);
  const auto quantity = static_cast<LayerQuantity>(quantity_->currentData().toInt());
  const bool same = node.id == node_ && extent == extent_ && records == records_ && content == content_ && map_->cells().quantity() == quantity;
  node_ = node.id;
  caption_->set_text(caption_of(node, records, extent));
  legend_->set(quantity, records.largest(quantity));
  stack_->setCurrentIndex(1);
  if (same) return;
  if (content != content_ || extent != extent_) statistics_->reader().close();
  content_ = content;
  extent_ = extent;
  records_ = std::move(records);
  map_->set_records(records_, quantity, extent == Extent::under_way);
}

QString LayersPanel::caption_of(const NodeRecord& node, const LayerRecords& records, Extent extent) const {
  const int recorded = records.recorded_layers(), all = static_cast<int>(records.layers().size());
  QStringList parts{QString::fromStdString(node.id)};
  if (extent == Extent::whole) parts << tr("%n layer(s)", nullptr, recorded);
  if (extent == Extent::under_way) parts << tr("running, %1 of %n layer(s) so far", nullptr, all).arg(recorded);
  if (extent == Extent::halted) parts << tr("stopped after %1 of %n layer(s)", nullptr, all).arg(recorded);
  if (bench_.runs.stale(node.id)) parts << tr("stale: made with other settings");
  return parts.join(" · ");
}

// What a person chose stays while it is known.
void LayersPanel::offer_quantities(const LayerRecords& records) {
  std::vector<LayerQuantity> known;
  std::copy_if(std::begin(layer_quantities), std::end(layer_quantities), std::back_inserter(known),
               [&](LayerQuantity quantity) { return records.knows(quantity); });
  if (known == offered_) return;   // its list may be open
  offered_ = known;
  const QVariant before = quantity_->currentData();
  const QSignalBlocker quiet(quantity_);
  quantity_->clear();
  for (const LayerQuantity quantity : known) {
    quantity_->addItem(quantity_name(quantity), static_cast<int>(quantity));
    quantity_->setItemData(quantity_->count() - 1, quantity_help(quantity), Qt::ToolTipRole);
  }
  quantity_->setCurrentIndex(std::max(0, quantity_->findData(before)));
}

// ---- why there is nothing -------------------------------------------------------------------------------------

void LayersPanel::explain(const std::string& graph_node) {
  const QString come = tr("A step that changes single linears records what became of each; its layers appear here while it runs.");
  if (graph_node.empty()) return show_message(tr("No step is chosen"), tr("Choose a step on the canvas.") + "\n" + come);
  const std::string document_node = document_node_of(graph_node);
  const StepDescriptor* step = bench_.document.step_of(document_node);
  const QString name = QString::fromStdString(graph_node);
  if (!makes_model(bench_.document, document_node)) return show_message(tr("%1 makes no model").arg(name), tr("Choose a step that changes one."));
  if (step && step->is_source()) return show_message(tr("%1 is a model as it was read").arg(name), tr("No step has changed it. Choose a step behind it."));
  const NodeRecord* node = bench_.runs.node(graph_node);
  const auto& progress = bench_.runs.progress();
  if (node && node->state == NodeState::running) {
    const bool known = progress && progress->node == graph_node && progress->items > 0;
    const QString far = known ? tr("%1 of %2 is done.").arg(progress->item).arg(progress->items) + "\n" : QString();
    return show_message(tr("%1 is running").arg(name), far + tr("A layer appears here when the step has recorded what became of it."));
  }
  if (node && node->state == NodeState::failed) return show_message(tr("%1 has failed").arg(name), tr("It had recorded no layer before. The errors say what to do."));
  if (node && node->state == NodeState::cancelled && !node->ledger.is_object())
    return show_message(tr("%1 was cancelled").arg(name), tr("It had recorded no layer before. Run it to go on from where it stopped."));
  if (!node || !node->ledger.is_object()) return show_message(tr("%1 has not run").arg(name), tr("Run it.") + "\n" + come);
  show_message(tr("%1 recorded nothing about single layers").arg(name),
               tr("Its step changes no single linears, or the result was made before Kelter recorded them."));
}

void LayersPanel::show_message(const QString& title, const QString& text) {
  message_title_->setText(title);
  message_text_->setText(text);
  stack_->setCurrentIndex(0);
}

// ---- one linear -----------------------------------------------------------------------------------------------

bool LayersPanel::layers_may_differ() const {
  const std::string id = document_node_of(node_);
  const Node* node = bench_.document.document().find(id);
  const StepDescriptor* step = bench_.document.step_of(id);
  if (!node || !step) return false;
  const Json in_force = values_in_force(step->parameters, node->parameters);
  return std::any_of(step->parameters.begin(), step->parameters.end(),
                     [&](const ParameterSchema& schema) { return may_differ_by_layer(schema, in_force) && is_visible(schema, in_force); });
}

void LayersPanel::show_cell(const QModelIndex& cell) {
  const bool may = cell.isValid() && layers_may_differ();
  settings_->setVisible(cell.isValid());
  settings_->setEnabled(may);
  if (cell.isValid()) settings_->setText(tr("Settings for layer %1 …").arg(map_->cells().layer(cell)));
  settings_->setToolTip(may ? tr("Opens the inspector at the settings of this layer (Enter)") : tr("All layers of this step have the same settings."));
  show_statistics(cell);
}

void LayersPanel::show_statistics(const QModelIndex& cell) {
  if (!cell.isValid()) return statistics_->ask_for({});
  const QString tensor = tensor_name(map_->cells().layer(cell), map_->cells().module(cell));
  if (extent_ == Extent::under_way) return statistics_->show_reading(tensor, tr("Its numbers can be read when the step has finished."));
  if (extent_ == Extent::halted) return statistics_->show_reading(tensor, tr("The step has not finished: there is no model whose numbers could be read."));
  const QString model = bench_.model_of(node_);
  if (model.isEmpty()) return statistics_->show_reading(tensor, tr("The model of this step was not kept on disk, so its numbers cannot be read."));
  statistics_->reader().look_into(model.toStdString(), {});
  statistics_->ask_for(tensor);
}

void LayersPanel::ask_for_settings() {
  const QModelIndex cell = map_->currentIndex();
  if (!cell.isValid() || !layers_may_differ()) return;
  Q_EMIT settings_requested(QString::fromStdString(document_node_of(node_)), map_->cells().layer(cell));
}

}  // namespace kelter::ui
