// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/document_model.h"

#include <QFileInfo>
#include <QUndoCommand>
#include <set>

namespace kelter::ui {
namespace {

// The content of a node that its results depend on: all but its place.
bool same_work(const Node& a, const Node& b) {
  return a.id == b.id && a.step == b.step && a.parameters == b.parameters && a.overrides == b.overrides &&
         a.bypass == b.bypass;
}

QStringList touched_nodes(const Edit& edit) {
  std::set<std::string> ids;
  for (const DocumentChange& change : edit.changes) {
    if (const auto* node = std::get_if<NodeChange>(&change)) {
      if (node->before && node->after && same_work(*node->before, *node->after)) continue;
      for (const auto& side : {node->before, node->after}) {
        if (side) ids.insert(side->id);
      }
    } else if (const auto* link = std::get_if<LinkChange>(&change)) {
      for (const auto& side : {link->before, link->after}) {
        if (side) ids.insert(side->to_node);
      }
    }
  }
  QStringList out;
  for (const std::string& id : ids) out.append(QString::fromStdString(id));
  return out;
}

}  // namespace

class DocumentModel::Command : public QUndoCommand {
 public:
  Command(DocumentModel& model, Edit edit, const QString& text, int gesture)
      : QUndoCommand(text), model_(model), edit_(std::move(edit)), gesture_(gesture) {}

  void undo() override { model_.apply_edit(inverse(edit_)); }
  void redo() override { model_.apply_edit(edit_); }
  int id() const override { return edit_.merge_key.empty() ? -1 : 1; }
  bool mergeWith(const QUndoCommand* other) override {
    const auto* next = static_cast<const Command*>(other);
    if (next->edit_.merge_key != edit_.merge_key || next->gesture_ != gesture_) return false;
    edit_ = joined(std::move(edit_), next->edit_);
    return true;
  }

 private:
  DocumentModel& model_;
  Edit edit_;
  int gesture_;
};

DocumentModel::DocumentModel(const StepCatalogue& catalogue, QObject* parent) : QObject(parent), catalogue_(&catalogue) {
  connect(&undo_, &QUndoStack::cleanChanged, this, &DocumentModel::path_changed);
  validate();
}

DocumentModel::~DocumentModel() { undo_.disconnect(this); }

const StepDescriptor* DocumentModel::step_of(const std::string& node) const {
  const Node* found = document_.find(node);
  return found ? catalogue_->find(found->step) : nullptr;
}

void DocumentModel::push(const Edit& edit, const QString& text) {
  if (!edit.empty()) undo_.push(new Command(*this, edit, text, gesture_));
}

void DocumentModel::end_gesture() { ++gesture_; }

void DocumentModel::apply_edit(const Edit& edit) {
  apply(document_, edit);
  validate();
  Q_EMIT changed(touched_nodes(edit));
}

void DocumentModel::replace(Document document, const QString& path) {
  document_ = std::move(document);
  path_ = path;
  unsaved_ = false;
  undo_.clear();
  validate();
  Q_EMIT replaced();
  Q_EMIT changed({});
  Q_EMIT path_changed();
}

QString DocumentModel::title() const {
  if (!document_.title.empty()) return QString::fromStdString(document_.title);
  return path_.isEmpty() ? tr("Untitled") : QFileInfo(path_).completeBaseName();
}

void DocumentModel::set_saved(const QString& path) {
  path_ = path;
  unsaved_ = false;
  document_.folder = QFileInfo(path).absolutePath().toStdString();
  undo_.setClean();
  Q_EMIT path_changed();
}

void DocumentModel::set_unsaved() {
  unsaved_ = true;
  Q_EMIT path_changed();
}

void DocumentModel::validate() {
  graph_.reset();
  problem_.reset();
  try {
    graph_ = build_graph(document_, *catalogue_);
  } catch (const Error& error) {
    problem_ = error.info();
  }
  Q_EMIT problem_changed();
}

std::string DocumentModel::problem_node() const {
  const std::string id = problem_ ? node_named_in(problem_->where) : std::string();
  return document_.find(id) ? id : std::string();
}

// The first thing an error's place says, with or without quotes (core/describe/graph.cpp, core/run/runner.cpp).
std::string node_named_in(const std::string& where) {
  constexpr std::string_view key = "node ";
  std::size_t start = where.find(key);
  if (start == std::string::npos) return {};
  start += key.size();
  if (start < where.size() && where[start] == '"') ++start;
  std::size_t end = start;
  while (end < where.size() && is_valid_id(where.substr(end, 1))) ++end;
  return where.substr(start, end - start);
}

std::string document_node_of(const std::string& graph_node) { return graph_node.substr(0, graph_node.find('@')); }

bool makes_model(const DocumentModel& document, const std::string& node) {
  const StepDescriptor* step = document.step_of(node);
  return step && !step->outputs.empty() && step->outputs.front().type == PortType::model;
}

}  // namespace kelter::ui
