// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/cost_box.h"

#include <algorithm>
#include <QLabel>
#include <QVBoxLayout>

#include "ui/inspector/quantity_text.h"

namespace kelter::ui {

CostBox::CostBox(Workbench& bench, QWidget* parent) : QFrame(parent), bench_(bench) {
  setProperty("soft", true);
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(12, 10, 12, 10);
  layout->setSpacing(4);
  title_ = new QLabel(this);
  title_->setObjectName("cost-title");
  title_->setStyleSheet("font-weight: 600;");
  details_ = new QLabel(this);
  details_->setObjectName("cost-details");
  details_->setProperty("role", "muted");
  for (QLabel* label : {title_, details_}) {
    label->setWordWrap(true);
    layout->addWidget(label);
  }
  connect(&bench.runs, &RunModel::plan_changed, this, &CostBox::refresh);
  connect(&bench.runs, &RunModel::status_changed, this, &CostBox::refresh);
  connect(&bench.document, &DocumentModel::problem_changed, this, &CostBox::refresh);
  connect(&bench.document, &DocumentModel::replaced, this, &QWidget::hide);
  hide();
  refresh();
}

// Steps that make a model from another one: those a run can re-run.
int CostBox::model_steps() const {
  const Graph* graph = bench_.document.graph();
  if (!graph) return 0;
  return static_cast<int>(std::count_if(graph->nodes.begin(), graph->nodes.end(), [](const GraphNode& node) {
    const auto& outputs = node.step->outputs;
    return !node.step->is_source() &&
           std::any_of(outputs.begin(), outputs.end(), [](const Port& port) { return port.type == PortType::model; });
  }));
}

QString CostBox::details() const {
  const Plan& plan = *bench_.runs.plan();
  const bool unknown_part = std::any_of(plan.nodes.begin(), plan.nodes.end(), [&](const PlannedNode& node) {
    const StepDescriptor* step = bench_.catalogue.find(node.step);
    return !node.cached && !node.seconds && !(step && step->is_source());
  });
  QStringList parts;
  if (!plan.seconds) {
    parts.append(tr("time unknown"));
  } else {
    parts.append(
        (unknown_part ? tr("at least %1, a part is unknown") : tr("about %1")).arg(seconds_text(*plan.seconds)));
  }
  if (plan.peak_bytes > 0) parts.append(tr("peak %1").arg(bytes_text(plan.peak_bytes)));
  if (plan.disk_bytes > 0) parts.append(tr("%1 on disk").arg(bytes_text(plan.disk_bytes)));
  return parts.join(" · ");
}

void CostBox::refresh() {
  if (bench_.document.problem() || bench_.runs.plan_error() || bench_.runs.running()) return hide();
  if (!bench_.runs.plan()) return details_->setText(tr("working out the cost …"));  // stays as it is for a moment
  const int count = static_cast<int>(bench_.runs.to_compute().size());
  if (count == 0) return hide();
  const int all = model_steps();
  const QString text =
      bench_.runs.any_stale() ? tr("This edit re-runs %1 of %2 steps") : tr("%1 of %2 steps are not computed yet");
  title_->setText(text.arg(count).arg(all));
  details_->setText(details());
  show();
}

}  // namespace kelter::ui
