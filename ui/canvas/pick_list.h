// SPDX-License-Identifier: GPL-3.0-or-later
// A searchable list over the canvas: type to filter, Up and Down to move, Enter to take, Escape or a click elsewhere
// to leave. Used to add steps and to choose the end of a link by keyboard. Window thread.
#pragma once

#include <functional>
#include <QColor>
#include <QFrame>
#include <QString>
#include <vector>

class QLabel;
class QLineEdit;
class QListView;
class QStandardItemModel;

namespace kelter::ui {

struct PickEntry {
  QString id, title, detail;  // `detail` stands beside the title
  QString search;             // further words that find it
  QString help;               // tooltip
  QColor color;
};

class PickList : public QFrame {
  Q_OBJECT
 public:
  explicit PickList(QWidget* parent);

  // At `place` of the parent, moved so that it fits. `taken` gets the id of the chosen entry.
  void open(const QPoint& place, const QString& caption, const QString& hint, std::vector<PickEntry> entries,
            std::function<void(const QString& id)> taken);
  QStringList shown() const;  // ids that the filter leaves, in order
  void choose();              // the current entry
  void close_list();

 Q_SIGNALS:
  void closed();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void fill(const QString& filter);
  void restyle();
  void step(int by);

  QLabel* caption_;
  QLineEdit* search_;
  QListView* list_;
  QLabel* nothing_;
  QStandardItemModel* model_;
  std::vector<PickEntry> entries_;
  std::function<void(const QString&)> taken_;
};

}  // namespace kelter::ui
