// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/ledger_view.h"

#include <algorithm>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/inspector/fields.h"
#include "ui/inspector/quantity_text.h"

namespace kelter::ui {
namespace {

QString bytes_in(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number() || found->get<double>() < 0) return {};
  return bytes_text(static_cast<std::uint64_t>(found->get<double>()));
}

// Words of the engine, the same in every language, that may be broken behind every - + and _.
QString breakable(QString name) {
  for (const char* mark : {"-", "+", "_"})
    name.replace(mark, QString(mark) + QChar(0x200B));
  return name;
}

QStringList badges_in(const Json& ledger) {
  QStringList names;
  const auto found = ledger.find("badges");
  if (found == ledger.end() || !found->is_array()) return names;
  for (const Json& name : *found) {
    if (name.is_string()) names.append(QString::fromStdString(name.get<std::string>()));
  }
  return names;
}

// The kernel that read most of the weights first.
QStringList kernels_in(const Json& ledger) {
  std::vector<std::pair<double, QString>> kernels;
  const auto found = ledger.find("kernels");
  if (found == ledger.end() || !found->is_object()) return {};
  for (const auto& [name, counts] : found->items()) {
    const auto bytes = counts.is_object() ? counts.find("bytes_read") : counts.end();
    const bool known = counts.is_object() && bytes != counts.end() && bytes->is_number();
    kernels.emplace_back(known ? bytes->get<double>() : 0, QString::fromStdString(name));
  }
  std::stable_sort(kernels.begin(), kernels.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  QStringList names;
  for (const auto& [bytes, name] : kernels)
    names.append(name);
  return names;
}

QLabel* value_label(QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setAlignment(Qt::AlignRight | Qt::AlignTop);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  return label;
}

}  // namespace

LedgerView::LedgerView(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  variant_ = new ChoiceField(this);
  variant_->setAccessibleName(tr("Copy of the sweep"));
  layout->addWidget(variant_);
  grid_ = new QGridLayout;
  grid_->setHorizontalSpacing(8);
  grid_->setVerticalSpacing(5);
  grid_->setColumnStretch(0, 10);
  grid_->setColumnStretch(1, 7);
  grid_->setColumnStretch(2, 9);
  layout->addLayout(grid_);
  estimated_head_ = value_label(this);
  measured_head_ = value_label(this);
  estimated_head_->setText(tr("estimated"));
  measured_head_->setText(tr("measured"));
  estimated_head_->setProperty("role", "caption");
  measured_head_->setProperty("role", "caption");
  grid_->addWidget(estimated_head_, 0, 1);
  grid_->addWidget(measured_head_, 0, 2);
  add_row(bits_per_weight, tr("Bits per weight"));
  add_row(linear_bytes, tr("Linear weights"));
  add_row(disk_bytes, tr("On disk"));
  add_row(resident_bytes, tr("Resident"));
  add_row(seconds, tr("Time"));
  add_row(sparsity, tr("Zeros"));
  add_row(kernel, tr("Kernel"));
  add_row(kind, tr("Kind"));
  empty_ = new QLabel(tr("Nothing is known yet. Run it to measure."), this);
  note_ = new QLabel(this);
  for (QLabel* label : {empty_, note_}) {
    label->setProperty("role", "muted");
    label->setWordWrap(true);
    layout->addWidget(label);
  }
  connect(variant_, &QComboBox::activated, this, [this](int index) {
    bench_.selection.set(bench_.selection.nodes(), variant_->itemData(index).toString());
    refresh();
  });
}

void LedgerView::add_row(RowId, const QString& name) {
  Row row{new QLabel(name, this), value_label(this), value_label(this)};
  row.name->setWordWrap(true);
  row.name->setAlignment(Qt::AlignTop);
  row.estimated->setProperty("role", "muted");
  const int at = static_cast<int>(rows_.size()) + 1;
  grid_->addWidget(row.name, at, 0);
  grid_->addWidget(row.estimated, at, 1);
  grid_->addWidget(row.measured, at, 2);
  rows_.push_back(row);
}

void LedgerView::show_node(const std::string& node) {
  if (node != node_) last_estimates_ = {};
  node_ = node;
  refresh();
}

// The copies of a sweep the document has now; those of the record while it cannot be built.
std::vector<std::string> LedgerView::graph_nodes() const {
  std::vector<std::string> ids;
  const Graph* graph = bench_.document.graph();
  if (!graph) return bench_.runs.variants(node_);
  for (const GraphNode& node : graph->nodes) {
    if (node.document_node == node_) ids.push_back(node.id);
  }
  return ids;
}

void LedgerView::show_variants(const std::vector<std::string>& ids) {
  const QSignalBlocker quiet(variant_);
  const QString wanted = bench_.selection.variant();
  const QString before = wanted.isEmpty() ? variant_->currentData().toString() : wanted;
  variant_->clear();
  for (const std::string& id : ids) {
    const QString text = QString::fromStdString(id);
    variant_->addItem(text.section('@', 1), text);
  }
  variant_->setCurrentIndex(std::max(0, variant_->findData(before)));
  variant_->setVisible(ids.size() > 1);
}

LedgerView::Values LedgerView::estimates(const std::string& graph_node) const {
  Values values;
  const auto& plan = bench_.runs.plan();
  if (!plan) return values;
  const auto planned = std::find_if(plan->nodes.begin(), plan->nodes.end(),
                                    [&](const PlannedNode& node) { return node.id == graph_node; });
  if (planned == plan->nodes.end()) return values;
  if (planned->seconds) values.texts[seconds] = seconds_text(*planned->seconds);
  if (planned->cached) values.texts[seconds] = tr("from the cache");
  if (planned->disk_bytes) values.texts[disk_bytes] = bytes_text(*planned->disk_bytes);
  return values;
}

LedgerView::Values LedgerView::measured(const std::string& graph_node) const {
  Values values;
  const NodeRecord* node = bench_.runs.node(graph_node);
  if (!node || !node->ledger.is_object()) return values;
  const Json& ledger = node->ledger;
  const auto number = [&](const char* key) {
    const auto found = ledger.find(key);
    return found != ledger.end() && found->is_number() ? std::optional(found->get<double>()) : std::nullopt;
  };
  if (const auto bits = number("bits_per_weight")) values.texts[bits_per_weight] = fixed_text(*bits, 2);
  values.texts[linear_bytes] = bytes_in(ledger, "linear_bytes");
  values.texts[disk_bytes] = bytes_in(ledger, "disk_bytes");
  values.texts[resident_bytes] = bytes_in(ledger, "resident_bytes");
  const auto zeros = number("sparsity");
  if (zeros && *zeros > 0) values.texts[sparsity] = tr("%1 %").arg(fixed_text(*zeros * 100, 1));
  const QStringList kernels = kernels_in(ledger);
  if (!kernels.isEmpty()) values.texts[kernel] = breakable(kernels.first());
  if (kernels.size() > 1) values.texts[kernel] += " " + tr("and %1 more").arg(kernels.size() - 1);
  values.kernels = kernels.join("\n");
  values.texts[kind] = breakable(badges_in(ledger).join(", "));
  values.texts[seconds] = seconds_text(node->seconds);
  if (node->cached) values.texts[seconds] = tr("%1, from the cache").arg(values.texts[seconds]);
  return values;
}

void LedgerView::refresh() {
  const std::vector<std::string> ids = graph_nodes();
  show_variants(ids);
  const StepDescriptor* step = bench_.document.step_of(node_);
  const std::string id = ids.empty() ? node_ : variant_->currentData().toString().toStdString();
  const bool on_its_way = !bench_.runs.plan() && !bench_.runs.plan_error() && !bench_.document.problem();
  if (!on_its_way) last_estimates_ = estimates(id);
  show_values(last_estimates_, measured(id), bench_.runs.values_stale(id));
  const bool measure = step && step->is_measure();
  if (measure) note_->setText(tr("The results stand at the models it measures."));
  if (!measure && bench_.runs.values_stale(id)) note_->setText(tr("Measured before the last edits."));
  note_->setVisible(measure || bench_.runs.values_stale(id));
}

void LedgerView::show_values(const Values& estimated, const Values& measured, bool stale) {
  bool any = false;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const QString &before = estimated.texts[i], &after = measured.texts[i];
    const bool known = !before.isEmpty() || !after.isEmpty();
    any = any || known;
    const bool word = i == kernel || i == kind;  // nobody estimates those
    rows_[i].estimated->setText(before.isEmpty() && !word ? tr("unknown") : before);
    rows_[i].measured->setText(after.isEmpty() ? tr("unknown") : after);
    set_mark(rows_[i].measured, "role", stale ? "muted" : "");
    for (QLabel* label : {rows_[i].name, rows_[i].estimated, rows_[i].measured})
      label->setVisible(known);
    if (i == kernel) rows_[i].measured->setToolTip(measured.kernels);
    const QString name = rows_[i].name->text();
    rows_[i].estimated->setAccessibleName(tr("%1, estimated: %2").arg(name, rows_[i].estimated->text()));
    rows_[i].measured->setAccessibleName(tr("%1, measured: %2").arg(name, rows_[i].measured->text()));
  }
  estimated_head_->setVisible(any);
  measured_head_->setVisible(any);
  empty_->setVisible(!any);
}

}  // namespace kelter::ui
