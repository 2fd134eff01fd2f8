// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/node_page.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/inspector/cost_box.h"
#include "ui/inspector/fields.h"
#include "ui/inspector/ledger_view.h"
#include "ui/inspector/node_header.h"
#include "ui/inspector/override_table.h"
#include "ui/inspector/parameter_form.h"
#include "ui/inspector/problem_list.h"
#include "ui/inspector/value_text.h"
#include "ui/models/step_text.h"

namespace kelter::ui {

NodePage::NodePage(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  header_ = new NodeHeader(this);
  problems_ = new ProblemList(this);
  form_ = new ParameterForm(bench, this);
  unknown_ = new QLabel(this);
  unknown_->setWordWrap(true);
  unknown_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  build_bypass();
  overrides_ = new OverrideTable(bench, this);
  cost_ = new CostBox(bench, this);
  ledger_ = new LedgerView(bench, this);
  layout->addWidget(header_);
  layout->addWidget(problems_);
  layout->addWidget(form_);
  layout->addWidget(unknown_);
  layout->addWidget(bypass_row_);
  layout->addWidget(layers_title_ = section(tr("Single layers")));
  layout->addWidget(overrides_);
  layout->addSpacing(4);
  layout->addWidget(cost_);
  layout->addWidget(ledger_title_ = section(tr("Ledger")));
  layout->addWidget(ledger_);
  layout->addWidget(tensors_ = new QPushButton(tr("Show the tensors"), this), 0, Qt::AlignLeft);
  tensors_->setProperty("flat", true);
  tensors_->setAccessibleName(tr("Show the tensors of this model"));
  connect(tensors_, &QPushButton::clicked, this, [this] { Q_EMIT tensors_wanted(QString::fromStdString(node_)); });
  layout->addStretch();
  connect(header_, &NodeHeader::help_toggled, form_, &ParameterForm::set_help_shown);
  connect(header_, &NodeHeader::rename_wanted, this, &NodePage::rename);
}

QLabel* NodePage::section(const QString& title) {
  auto* label = new QLabel(title, this);
  label->setStyleSheet("font-weight: 600;");
  label->setContentsMargins(0, 8, 0, 0);
  return label;
}

void NodePage::build_bypass() {
  bypass_ = new Switch(this);
  bypass_->setAccessibleName(tr("Bypass"));
  bypass_row_ = form_row(tr("Bypass"), bypass_, this);
  bypass_row_->setToolTip(tr("What comes in goes on as it is; a bypassed measure measures nothing."));
  connect(bypass_, &QCheckBox::clicked, this, [this](bool on) {
    bench_.document.push(set_bypass(bench_.document.document(), {node_}, on), on ? tr("Bypass") : tr("End the bypass"));
  });
}

void NodePage::show_node(const std::string& node) {
  node_ = node;
  refresh();
  refresh_runs();
}

void NodePage::refresh() {
  const Node* node = bench_.document.document().find(node_);
  if (!node) return;
  const StepDescriptor* step = bench_.document.step_of(node_);
  header_->show_node(node_, node->step, step);
  form_->show_node(node_);
  overrides_->show_node(node_);
  layers_title_->setVisible(overrides_->isVisibleTo(this));
  bypass_->setChecked(node->bypass);
  bypass_->set_changed(node->bypass);
  bypass_row_->setVisible(step && !step->is_source());
  unknown_->setText(step ? QString() : QString::fromStdString(node->parameters.dump(2)));
  unknown_->setVisible(!step);
  const bool no_ledger = !step || (step->is_source() && step->outputs.front().type != PortType::model);
  ledger_title_->setVisible(!no_ledger);
  ledger_->setVisible(!no_ledger);
  tensors_->setVisible(makes_model(bench_.document, node_));
  refresh_problems();
}

void NodePage::refresh_runs() {
  ledger_->show_node(node_);
  refresh_problems();
}

// The document's own problem unless a field shows it, then what the last run said about the node.
void NodePage::refresh_problems() {
  std::vector<ErrorInfo> errors;
  std::vector<std::string> warnings;
  const auto& problem = bench_.document.problem();
  if (problem && bench_.document.problem_node() == node_ && !form_->shows_problem()) errors.push_back(*problem);
  for (const std::string& id : bench_.runs.variants(node_)) {
    const NodeRecord* record = bench_.runs.node(id);
    if (!record) continue;
    if (record->error) errors.push_back(*record->error);
    warnings.insert(warnings.end(), record->warnings.begin(), record->warnings.end());
  }
  problems_->show_problems(errors, warnings);
}

void NodePage::rename(const QString& name) {
  const std::string before = node_;
  try {
    const Edit edit = rename_node(bench_.document.document(), node_, name.toStdString());
    header_->show_name_problem({});
    Q_EMIT renaming(QString::fromStdString(before), name);
    bench_.document.push(edit, tr("Rename %1").arg(QString::fromStdString(before)));
    bench_.selection.set({name});
  } catch (const Error& error) {
    header_->show_name_problem(sentence(error.info().why));
  }
}

}  // namespace kelter::ui
