// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/failure_list.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <algorithm>

#include "ui/run/run_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int most_rows_visible = 3;

bool is_shown(const NodeRecord& node) { return node.state == NodeState::failed && node.error; }

// "layer 2" out of "node bad, test.fail, layer 2"; the rest stands before it already.
QString layer_of(const ErrorInfo& error) {
  const std::size_t at = error.where.find("layer ");
  if (at == std::string::npos) return {};
  return QString::fromStdString(error.where.substr(at, error.where.find(',', at) - at));
}

QToolButton* small_button(const QString& icon, const QString& name) {
  auto* button = new QToolButton;
  button->setIcon(theme().icon(icon, theme().colors().muted));
  button->setAccessibleName(name);
  button->setToolTip(name);
  return button;
}

}  // namespace

FailureList::FailureList(Workbench& bench, QWidget* parent)
    : QScrollArea(parent), bench_(bench), rows_(new QWidget), layout_(new QVBoxLayout(rows_)) {
  layout_->setContentsMargins(0, 0, 0, 0);
  layout_->setSpacing(2);
  setWidget(rows_);
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Maximum);
  setAccessibleName(tr("What failed"));
  connect(&bench.runs, &RunModel::record_changed, this, &FailureList::refresh);
  connect(&theme(), &Theme::changed, this, [this] {
    shown_.clear();
    refresh();
  });
  refresh();
}

QSize FailureList::sizeHint() const {
  const int rows = std::min(count(), most_rows_visible);
  return {240, rows * qRound(theme().px(30)) + 2};
}

QSize FailureList::minimumSizeHint() const { return {160, qRound(theme().px(30))}; }

void FailureList::refresh() {
  std::vector<std::string> wanted;
  for (const NodeRecord& node : bench_.runs.record().nodes) {
    if (is_shown(node)) wanted.push_back(node.id + "\n" + node.error->text());
  }
  setVisible(!wanted.empty());
  if (wanted == shown_) return;
  shown_ = std::move(wanted);
  while (QLayoutItem* item = layout_->takeAt(0)) {
    item->widget()->deleteLater();
    delete item;
  }
  for (const NodeRecord& node : bench_.runs.record().nodes) {
    if (is_shown(node)) layout_->addWidget(make_row(node));
  }
  updateGeometry();
}

QWidget* FailureList::make_row(const NodeRecord& node) {
  const ErrorInfo error = *node.error;
  const QString id = QString::fromStdString(node.id);
  auto* row = new QWidget;
  row->setToolTip(error_lines(error));
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(6);
  auto* icon = new QLabel;
  icon->setPixmap(theme().icon("error", theme().colors().danger).pixmap(14, 14));
  layout->addWidget(icon);
  const QString layer = layer_of(error);
  auto* show = new QPushButton(layer.isEmpty() ? tr("%1 failed").arg(id) : tr("%1 failed at %2").arg(id, layer));
  show->setProperty("flat", true);
  show->setAccessibleName(tr("Show %1 on the canvas").arg(id));
  connect(show, &QPushButton::clicked, this, [this, graph_node = node.id] {
    const std::string document_node = document_node_of(graph_node);
    const QString variant = document_node == graph_node ? QString() : QString::fromStdString(graph_node);
    bench_.selection.set({QString::fromStdString(document_node)}, variant);
  });
  layout->addWidget(show);
  auto* reason = new QLabel(QString::fromStdString(error.what + (error.why.empty() ? "" : ": " + error.why)));
  reason->setProperty("role", "muted");
  reason->setTextFormat(Qt::PlainText);
  reason->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  layout->addWidget(reason, 1);
  QToolButton* copy = small_button("copy", tr("Copy the error of %1").arg(id));
  connect(copy, &QToolButton::clicked, this, [error] { QGuiApplication::clipboard()->setText(error_lines(error)); });
  layout->addWidget(copy);
  return row;
}

}  // namespace kelter::ui
