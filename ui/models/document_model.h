// SPDX-License-Identifier: GPL-3.0-or-later
// The open document with its undo stack: the only way the window changes a document. Views read document() and
// redraw on changed(). Window thread.
#pragma once

#include <QObject>
#include <QString>
#include <QUndoStack>
#include <optional>

#include "core/describe/edit.h"
#include "core/describe/graph.h"

namespace kelter::ui {

class DocumentModel : public QObject {
  Q_OBJECT
 public:
  // `catalogue` outlives the model.
  explicit DocumentModel(const StepCatalogue& catalogue, QObject* parent = nullptr);
  ~DocumentModel() override;  // silent: the undo stack tells of itself while it goes

  const Document& document() const { return document_; }
  const StepCatalogue& catalogue() const { return *catalogue_; }
  // nullptr for a step no plugin describes.
  const StepDescriptor* step_of(const std::string& node) const;
  QUndoStack& undo_stack() { return undo_; }
  const QUndoStack& undo_stack() const { return undo_; }

  // One undo step called `text` ("Move Wanda"). Edits in a row with the same merge key become one step, until
  // end_gesture() or another edit. An empty edit does nothing.
  void push(const Edit& edit, const QString& text);
  // The next edit starts a step of its own even with the same merge key.
  void end_gesture();

  // Another document takes the place of this one; the undo stack is cleared.
  void replace(Document document, const QString& path);

  QString path() const { return path_; }  // empty: never saved
  QString title() const;                  // of the document, else of its file, else "Untitled"
  bool modified() const { return !undo_.isClean() || unsaved_; }
  // Remembers where the document now lies and that it is saved there.
  void set_saved(const QString& path);
  // A document made from a recovery or a template: unsaved though nothing was edited.
  void set_unsaved();

  // The document made ready to run; nullptr while it has a problem.
  const Graph* graph() const { return graph_ ? &*graph_ : nullptr; }
  const std::optional<ErrorInfo>& problem() const { return problem_; }
  // The node the problem is about, empty if it is about no node.
  std::string problem_node() const;

 Q_SIGNALS:
  // The document has other content; `ids` are nodes whose step, parameters, overrides, bypass or inputs changed
  // (not their places), so that their results and those behind them are stale.
  void changed(const QStringList& touched);
  void replaced();       // before changed(); everything is new
  void path_changed();   // path, title or modified
  void problem_changed();

 private:
  class Command;
  void apply_edit(const Edit& edit);
  void validate();

  const StepCatalogue* catalogue_;
  Document document_;
  QUndoStack undo_;
  QString path_;
  bool unsaved_ = false;
  int gesture_ = 0;
  std::optional<Graph> graph_;
  std::optional<ErrorInfo> problem_;
};

// The document node that an error's place names: "node rtn@bits=3, quant.rtn, layer 2" -> "rtn"; empty if it names none.
std::string node_named_in(const std::string& where);

// Whether this document node is or makes a model (not a text, not a measure).
bool makes_model(const DocumentModel& document, const std::string& node);

// The document node a graph node comes from: "rtn@bits=3" -> "rtn".
std::string document_node_of(const std::string& graph_node);

}  // namespace kelter::ui
