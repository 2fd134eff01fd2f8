// SPDX-License-Identifier: GPL-3.0-or-later
// The panel at the right: settings, cost and ledger of the current node of the selection, what several nodes have in
// common, or the document where none is selected. The window owns it; the workbench outlives it. Window thread.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/models/workbench.h"

class QFrame;
class QLabel;
class QScrollArea;

namespace kelter::ui {

class DocumentPage;
class NodePage;
class SelectionPage;

class InspectorPanel : public QWidget {
  Q_OBJECT
 public:
  explicit InspectorPanel(Workbench& bench, QWidget* parent = nullptr);

  // Puts the cursor into the first field ("edit the parameters" from the keyboard).
  void focus_first_field();
  // Selects the node and opens the settings of this layer (ui/inspector/override_table.h).
  void edit_layer(const QString& node, std::int64_t layer);
  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;  // no narrower than its fields are wide

 Q_SIGNALS:
  void tensors_requested(const QString& node);

 protected:
  void keyPressEvent(QKeyEvent* event) override;

 private:
  void build_page();
  void build_help();
  void refresh();
  void refresh_runs();
  void show_help(const QString& label, const QString& help);
  void follow_rename();
  QStringList existing(const QStringList& nodes) const;

  Workbench& bench_;
  QScrollArea* scroll_;
  NodePage* node_page_;
  DocumentPage* document_page_;
  SelectionPage* selection_page_;
  QFrame* help_rule_ = nullptr;
  QFrame* help_;
  QLabel *help_title_, *help_text_;
  std::vector<std::pair<QString, QString>> renames_;  // so that undo of a rename keeps the selection
  QString shown_;                                     // the node that was shown last
};

}  // namespace kelter::ui
