// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_output_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFontComboBox>
#include <QFormLayout>
#include <QSpinBox>

namespace kelter::ui {
namespace {

QDoubleSpinBox* number_box(QWidget* parent, double least, double most, double step, const QString& name) {
  auto* box = new QDoubleSpinBox(parent);
  box->setRange(least, most);
  box->setSingleStep(step);
  box->setDecimals(1);
  box->setKeyboardTracking(false);
  box->setAccessibleName(name);
  return box;
}

QCheckBox* check_box(QWidget* parent, const QString& text) {
  auto* box = new QCheckBox(text, parent);
  box->setAccessibleName(text);
  return box;
}

}  // namespace

FigureOutputForm::FigureOutputForm(QWidget* parent) : QWidget(parent), rows_(new QFormLayout(this)) {
  rows_->setContentsMargins(0, 0, 8, 0);
  rows_->setVerticalSpacing(8);
  rows_->setHorizontalSpacing(12);
  rows_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  add_size_rows();
  add_style_rows();
  add_format_rows();
}

void FigureOutputForm::add_size_rows() {
  width_ = number_box(this, 20, 2000, 5, tr("Width in millimetres"));
  height_ = number_box(this, 20, 2000, 5, tr("Height in millimetres"));
  for (QDoubleSpinBox* box : {width_, height_}) {
    box->setSuffix(tr(" mm"));
    connect(box, &QDoubleSpinBox::valueChanged, this, &FigureOutputForm::setting_changed);
  }
  rows_->addRow(tr("Width"), width_);
  rows_->addRow(tr("Height"), height_);
}

void FigureOutputForm::add_style_rows() {
  look_ = new QComboBox(this);
  look_->addItem(tr("Thesis (black text, thin lines)"), static_cast<int>(Look::thesis));
  look_->addItem(tr("Screen (as in the window)"), static_cast<int>(Look::screen));
  look_->setAccessibleName(tr("Style"));
  font_ = new QFontComboBox(this);
  font_->setFontFilters(QFontComboBox::ScalableFonts);
  font_->setEditable(false);
  font_->setAccessibleName(tr("Font"));
  points_ = number_box(this, 5, 24, 0.5, tr("Text size in points"));
  points_->setSuffix(tr(" pt"));
  heading_ = check_box(this, tr("Title and protocol above"));
  comma_ = check_box(this, tr("Decimal comma"));
  greyscale_ = check_box(this, tr("Hatching, safe in greyscale"));
  rows_->addRow(tr("Style"), look_);
  rows_->addRow(tr("Font"), font_);
  rows_->addRow(tr("Text"), points_);
  for (QCheckBox* box : {heading_, comma_, greyscale_}) {
    rows_->addRow(QString(), box);
    connect(box, &QCheckBox::toggled, this, &FigureOutputForm::setting_changed);
  }
  connect(look_, &QComboBox::currentIndexChanged, this, &FigureOutputForm::setting_changed);
  connect(font_, &QFontComboBox::currentFontChanged, this, &FigureOutputForm::setting_changed);
  connect(points_, &QDoubleSpinBox::valueChanged, this, &FigureOutputForm::setting_changed);
}

void FigureOutputForm::add_format_rows() {
  format_ = new QComboBox(this);
  format_->addItem(tr("PDF (vector)"), static_cast<int>(FigureFormat::pdf));
  format_->addItem(tr("SVG (vector)"), static_cast<int>(FigureFormat::svg));
  format_->addItem(tr("PNG (pixels)"), static_cast<int>(FigureFormat::png));
  format_->addItem(tr("CSV (the data)"), static_cast<int>(FigureFormat::csv));
  format_->setAccessibleName(tr("Format"));
  dpi_ = new QSpinBox(this);
  dpi_->setRange(50, 1200);
  dpi_->setSingleStep(50);
  dpi_->setSuffix(tr(" dpi"));
  dpi_->setKeyboardTracking(false);
  dpi_->setAccessibleName(tr("Resolution in dots per inch"));
  embed_ = check_box(this, tr("Font inside the file"));
  rows_->addRow(tr("Format"), format_);
  rows_->addRow(tr("Resolution"), dpi_);
  rows_->addRow(QString(), embed_);
  connect(format_, &QComboBox::currentIndexChanged, this, &FigureOutputForm::setting_changed);
  connect(dpi_, &QSpinBox::valueChanged, this, &FigureOutputForm::setting_changed);
  connect(embed_, &QCheckBox::toggled, this, &FigureOutputForm::setting_changed);
}

FigureOutput FigureOutputForm::output() const {
  FigureOutput output;
  output.format = static_cast<FigureFormat>(format_->currentData().toInt());
  output.width_mm = width_->value();
  output.height_mm = height_->value();
  output.dpi = dpi_->value();
  output.look = static_cast<Look>(look_->currentData().toInt());
  output.font = font_->currentFont().family();
  output.points = points_->value();
  output.decimal_comma = comma_->isChecked();
  output.greyscale = greyscale_->isChecked();
  output.heading = heading_->isChecked();
  output.embed_font = embed_->isChecked();
  return output;
}

void FigureOutputForm::set_output(const FigureOutput& output) {
  loading_ = true;
  format_->setCurrentIndex(format_->findData(static_cast<int>(output.format)));
  width_->setValue(output.width_mm);
  height_->setValue(output.height_mm);
  dpi_->setValue(output.dpi);
  look_->setCurrentIndex(look_->findData(static_cast<int>(output.look)));
  font_->setCurrentFont(QFont(output.font.isEmpty() ? usual_serif() : output.font));
  points_->setValue(output.points);
  comma_->setChecked(output.decimal_comma);
  greyscale_->setChecked(output.greyscale);
  heading_->setChecked(output.heading);
  embed_->setChecked(output.embed_font);
  loading_ = false;
  setting_changed();
}

void FigureOutputForm::setting_changed() {
  if (loading_) return;
  show_relevant();
  Q_EMIT changed();
}

// Only what has an effect can be set.
void FigureOutputForm::show_relevant() {
  const FigureOutput now = output();
  const bool data = now.format == FigureFormat::csv, thesis = now.look == Look::thesis;
  const auto enable = [&](QWidget* widget, bool on) {
    widget->setEnabled(on);
    if (QWidget* label = rows_->labelForField(widget)) label->setEnabled(on);
  };
  for (QWidget* widget : {static_cast<QWidget*>(width_), static_cast<QWidget*>(height_), static_cast<QWidget*>(look_),
                          static_cast<QWidget*>(comma_)})
    enable(widget, !data);
  for (QWidget* widget : {static_cast<QWidget*>(font_), static_cast<QWidget*>(points_), static_cast<QWidget*>(heading_),
                          static_cast<QWidget*>(greyscale_)})
    enable(widget, !data && thesis);
  enable(dpi_, now.format == FigureFormat::png);
  enable(embed_, now.format == FigureFormat::svg);
}

}  // namespace kelter::ui
