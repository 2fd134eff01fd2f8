// SPDX-License-Identifier: GPL-3.0-or-later
// The one legend of the four plots: number, colour and name of every branch. A click selects; arrow keys go along,
// Return or Space selects. Wraps to the width it is given. Window thread.
#pragma once

#include <QStringList>
#include <QWidget>
#include <optional>
#include <vector>

#include "core/report/figure.h"
#include "ui/figures/figure_style.h"

namespace kelter::ui {

class BranchLegend : public QWidget {
  Q_OBJECT
 public:
  explicit BranchLegend(QWidget* parent = nullptr);

  // `lines`: with the symbols of lines in place of areas.
  void set_branches(const std::vector<Branch>& branches, bool lines);
  void set_selected(const QStringList& nodes);
  QRect entry_rect(std::size_t branch) const;   // of the widget
  int row_height() const;

  QSize sizeHint() const override;
  QSize minimumSizeHint() const override;

 Q_SIGNALS:
  void branch_clicked(const QString& document_node, bool extend);

 protected:
  bool event(QEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

 private:
  struct Entry {
    QRect place;
    QString text;   // cut to fit
  };
  std::vector<Entry> entries_in(int width) const;
  std::optional<std::size_t> entry_at(const QPoint& position) const;
  void restyle();
  void fit_height();

  std::vector<Branch> branches_;
  QStringList labels_;
  QStringList selected_;
  bool lines_ = false;
  FigureStyle style_;
  std::optional<std::size_t> current_;
};

}  // namespace kelter::ui
