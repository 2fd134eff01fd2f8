// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of a FigureOutput: size, style and format; only what has an effect can be set. Window thread.
#pragma once

#include <QWidget>

#include "ui/figures/figure_writer.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFontComboBox;
class QFormLayout;
class QSpinBox;

namespace kelter::ui {

class FigureOutputForm : public QWidget {
  Q_OBJECT
 public:
  explicit FigureOutputForm(QWidget* parent = nullptr);

  FigureOutput output() const;
  void set_output(const FigureOutput& output);
  // Rows of others go above and below its own.
  QFormLayout& rows() { return *rows_; }

 Q_SIGNALS:
  void changed();

 private:
  void add_size_rows();
  void add_style_rows();
  void add_format_rows();
  void setting_changed();
  void show_relevant();

  QFormLayout* rows_;
  QComboBox *format_, *look_;
  QDoubleSpinBox *width_, *height_, *points_;
  QSpinBox* dpi_;
  QFontComboBox* font_;
  QCheckBox *heading_, *comma_, *greyscale_, *embed_;
  bool loading_ = false;
};

}  // namespace kelter::ui
