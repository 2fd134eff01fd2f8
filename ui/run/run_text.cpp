// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/run_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <utility>

#include "ui/inspector/quantity_text.h"
#include "ui/models/step_text.h"

namespace kelter::ui {
namespace {

class RunText {
  Q_DECLARE_TR_FUNCTIONS(RunText)
 public:
  // The engine names an item by kind and number ("layer 3").
  static QString counted(const std::string& kind) {
    if (kind == "layer") return tr("layer %1 of %2");
    if (kind == "window") return tr("window %1 of %2");
    if (kind == "question") return tr("question %1 of %2");
    if (kind == "document") return tr("document %1 of %2");
    if (kind == "round") return tr("round %1 of %2");
    return tr("%1 of %2");
  }
  static QString stage(const QString& title, const QString& node, bool measure) {
    return measure ? tr("%1 of %2", "measure of node").arg(title, node) : tr("%1 (%2)", "step (node)").arg(title, node);
  }
  static QString step(std::int64_t index, std::int64_t count) { return tr("step %1 of %2").arg(index).arg(count); }
  static QString left(double seconds) { return tr("%1 left in this step").arg(seconds_text(seconds)); }
  static QString left_unknown() { return tr("time left unknown"); }
  static QString done(std::size_t count, std::size_t all) {
    return tr("%1 of %n model(s) done", nullptr, static_cast<int>(all)).arg(count);
  }
  static QString failed(std::size_t count) { return tr("%n failed", nullptr, static_cast<int>(count)); }
  static QString skipped(std::size_t count) { return tr("%n skipped", nullptr, static_cast<int>(count)); }
  static QString cancelled(std::size_t count) { return tr("%n cancelled", nullptr, static_cast<int>(count)); }
  static QString labelled(const QString& name, const std::string& text) {
    return text.empty() ? QString() : "\n" + name + " " + QString::fromStdString(text);
  }
  static QString lines(const ErrorInfo& error) {
    return QString::fromStdString(error.what) + labelled(tr("Where:"), error.where) + labelled(tr("Why:"), error.why) +
           labelled(tr("What to try:"), error.remedy);
  }
};

QString words(const std::string& text) { return QString::fromStdString(text); }

}  // namespace

QString stage_text(const ProgressMessage& progress, const StepCatalogue& catalogue) {
  const StepDescriptor* step = catalogue.find(progress.stage);
  const QString title = step ? step_text(step->title) : words(progress.stage);
  return RunText::stage(title, words(progress.node), step && step->is_measure());
}

QString item_text(const ProgressMessage& progress) {
  if (progress.items <= 0) return {};
  return RunText::counted(progress.what.substr(0, progress.what.find(' '))).arg(progress.item).arg(progress.items);
}

QString remaining_text(const ProgressMessage& progress) {
  return progress.remaining_seconds ? RunText::left(*progress.remaining_seconds) : RunText::left_unknown();
}

QString progress_text(const ProgressMessage& progress, const StepCatalogue& catalogue) {
  QStringList parts{RunText::step(progress.stage_index, progress.stage_count), stage_text(progress, catalogue)};
  if (progress.items > 0) parts.append(item_text(progress));
  parts.append(remaining_text(progress));
  return parts.join(" · ");
}

QString outcome_text(const RunRecord& record) {
  const auto count = [&](NodeState state) {
    return static_cast<std::size_t>(std::count_if(record.nodes.begin(), record.nodes.end(),
                                                  [state](const NodeRecord& node) { return node.state == state; }));
  };
  QStringList parts{RunText::done(count(NodeState::done), record.nodes.size())};
  if (const auto failed = count(NodeState::failed)) parts.append(RunText::failed(failed));
  if (const auto skipped = count(NodeState::skipped)) parts.append(RunText::skipped(skipped));
  if (const auto cancelled = count(NodeState::cancelled)) parts.append(RunText::cancelled(cancelled));
  const auto seconds = record.environment.find("seconds");
  if (seconds != record.environment.end() && seconds->is_number()) parts.append(seconds_text(seconds->get<double>()));
  return parts.join(" · ");
}

bool is_unfinished(const RunRecord& record) {
  return std::any_of(record.nodes.begin(), record.nodes.end(),
                     [](const NodeRecord& node) { return node.state != NodeState::done; });
}

QString error_lines(const ErrorInfo& error) { return RunText::lines(error); }

}  // namespace kelter::ui
