// SPDX-License-Identifier: GPL-3.0-or-later
// Exports figures: size, style and format beside a live preview that is drawn by the same code as the file. The last
// settings are remembered. Not modal; window thread.
#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>
#include <vector>

#include "ui/figures/figure_writer.h"
#include "ui/models/workbench.h"

class QComboBox;
class QFileDialog;
class QLabel;
class QLineEdit;
class QPushButton;

namespace kelter::ui {

class FigureOutputForm;

class FigureExport : public QWidget {
  Q_OBJECT
 public:
  // `bench` outlives the widget.
  explicit FigureExport(Workbench& bench, QWidget* parent = nullptr);
  ~FigureExport() override;

  // What can be exported; the one with this id is shown, else the one shown before.
  void set_figures(const std::vector<Figure>& figures, const std::string& id = {});
  FigureOutput output() const;
  void set_output(const FigureOutput& output);
  QString path() const;
  void set_path(const QString& path);
  // Writes the file; what cannot be written is reported. True if it was.
  bool export_now();

 Q_SIGNALS:
  void exported(const QString& path);

 protected:
  void showEvent(QShowEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;   // Escape closes it

 private:
  void build();
  QWidget* build_form();
  void settings_changed();
  void refresh_preview();
  void suggest_path();
  void browse();
  const Figure* figure() const;

  Workbench& bench_;
  std::vector<Figure> figures_;
  QComboBox* which_;
  QLabel* preview_;
  QLabel* message_;
  QLineEdit* path_;
  QPushButton* export_;
  QPointer<QFileDialog> dialog_;
  FigureOutputForm* form_;
  QTimer preview_timer_;
  bool path_typed_ = false;   // by the person: not replaced by a suggestion
  bool loading_ = false;
};

}  // namespace kelter::ui
