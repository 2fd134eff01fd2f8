// SPDX-License-Identifier: GPL-3.0-or-later
// Estimated before, measured after: what the plan says about one node beside what its record says. A row whose values
// are both unknown is left out. Window thread.
#pragma once

#include <QWidget>
#include <vector>

#include "ui/models/workbench.h"

class QComboBox;
class QGridLayout;
class QLabel;

namespace kelter::ui {

class LedgerView : public QWidget {
  Q_OBJECT
 public:
  explicit LedgerView(Workbench& bench, QWidget* parent = nullptr);

  void show_node(const std::string& node);
  void refresh();

 private:
  enum RowId {
    bits_per_weight,
    linear_bytes,
    disk_bytes,
    resident_bytes,
    seconds,
    sparsity,
    kernel,
    kind,
    row_count
  };
  struct Row {
    QLabel *name, *estimated, *measured;
  };
  struct Values {
    QString texts[row_count];
    QString kernels;  // all of them, a line each
  };

  void add_row(RowId id, const QString& name);
  void show_variants(const std::vector<std::string>& ids);
  std::vector<std::string> graph_nodes() const;
  Values estimates(const std::string& graph_node) const;
  Values measured(const std::string& graph_node) const;
  void show_values(const Values& estimated, const Values& measured, bool stale);

  Workbench& bench_;
  std::string node_;
  Values last_estimates_;  // stay while the plan of an edited document is on its way
  QGridLayout* grid_;
  QComboBox* variant_;
  QLabel *empty_, *note_, *estimated_head_, *measured_head_;
  std::vector<Row> rows_;
};

}  // namespace kelter::ui
