// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_export.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFontComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/figures/figure_layout.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int preview_delay_ms = 60;  // while a number is being typed
constexpr const char* settings_group = "figure-export";

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

FigureExport::FigureExport(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  setWindowTitle(tr("Export figure"));
  setWindowFlag(Qt::Window, true);
  build();
  preview_timer_.setSingleShot(true);
  preview_timer_.setInterval(preview_delay_ms);
  connect(&preview_timer_, &QTimer::timeout, this, &FigureExport::refresh_preview);
  connect(&theme(), &Theme::changed, this, [this] { preview_timer_.start(); });
  load();
  resize(qRound(theme().px(860)), qRound(theme().px(520)));
}

FigureExport::~FigureExport() { delete dialog_; }

// ---- widgets ------------------------------------------------------------------------------------------------

void FigureExport::build() {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(16, 16, 16, 16);
  row->setSpacing(16);
  preview_ = new QLabel(this);
  preview_->setObjectName("preview");
  preview_->setAlignment(Qt::AlignCenter);
  preview_->setMinimumSize(240, 160);
  preview_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Ignored);
  preview_->setAccessibleName(tr("Preview"));
  row->addWidget(preview_, 1);
  auto* side = new QVBoxLayout;
  side->setSpacing(12);
  auto* scroll = new QScrollArea(this);
  scroll->setWidgetResizable(true);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setWidget(build_form());
  scroll->setFixedWidth(qRound(theme().px(340)));
  side->addWidget(scroll, 1);
  message_ = new QLabel(this);
  message_->setWordWrap(true);
  message_->setProperty("role", "caption");
  side->addWidget(message_);
  export_ = new QPushButton(tr("Export"), this);
  export_->setProperty("primary", true);
  export_->setAccessibleName(tr("Export the figure"));
  export_->setDefault(true);
  connect(export_, &QPushButton::clicked, this, &FigureExport::export_now);
  side->addWidget(export_, 0, Qt::AlignRight);
  row->addLayout(side);
}

QWidget* FigureExport::build_form() {
  auto* page = new QWidget(this);
  form_ = new QFormLayout(page);
  form_->setContentsMargins(0, 0, 8, 0);
  form_->setVerticalSpacing(8);
  form_->setHorizontalSpacing(12);
  form_->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  which_ = new QComboBox(page);
  which_->setAccessibleName(tr("Figure"));
  form_->addRow(tr("Figure"), which_);
  connect(which_, &QComboBox::currentIndexChanged, this, &FigureExport::settings_changed);
  add_size_rows(*form_);
  add_style_rows(*form_);
  add_file_rows(*form_);
  return page;
}

void FigureExport::add_size_rows(QFormLayout& form) {
  QWidget* page = form.parentWidget();
  width_ = number_box(page, 20, 2000, 5, tr("Width in millimetres"));
  height_ = number_box(page, 20, 2000, 5, tr("Height in millimetres"));
  for (QDoubleSpinBox* box : {width_, height_}) {
    box->setSuffix(tr(" mm"));
    connect(box, &QDoubleSpinBox::valueChanged, this, &FigureExport::settings_changed);
  }
  form.addRow(tr("Width"), width_);
  form.addRow(tr("Height"), height_);
}

void FigureExport::add_style_rows(QFormLayout& form) {
  QWidget* page = form.parentWidget();
  look_ = new QComboBox(page);
  look_->addItem(tr("Thesis (black text, thin lines)"), static_cast<int>(Look::thesis));
  look_->addItem(tr("Screen (as in the window)"), static_cast<int>(Look::screen));
  look_->setAccessibleName(tr("Style"));
  font_ = new QFontComboBox(page);
  font_->setFontFilters(QFontComboBox::ScalableFonts);
  font_->setEditable(false);
  font_->setAccessibleName(tr("Font"));
  points_ = number_box(page, 5, 24, 0.5, tr("Text size in points"));
  points_->setSuffix(tr(" pt"));
  heading_ = check_box(page, tr("Title and protocol above"));
  comma_ = check_box(page, tr("Decimal comma"));
  greyscale_ = check_box(page, tr("Hatching, safe in greyscale"));
  form.addRow(tr("Style"), look_);
  form.addRow(tr("Font"), font_);
  form.addRow(tr("Text"), points_);
  for (QCheckBox* box : {heading_, comma_, greyscale_}) {
    form.addRow(QString(), box);
    connect(box, &QCheckBox::toggled, this, &FigureExport::settings_changed);
  }
  connect(look_, &QComboBox::currentIndexChanged, this, &FigureExport::settings_changed);
  connect(font_, &QFontComboBox::currentFontChanged, this, &FigureExport::settings_changed);
  connect(points_, &QDoubleSpinBox::valueChanged, this, &FigureExport::settings_changed);
}

void FigureExport::add_file_rows(QFormLayout& form) {
  QWidget* page = form.parentWidget();
  format_ = new QComboBox(page);
  format_->addItem(tr("PDF (vector)"), static_cast<int>(FigureFormat::pdf));
  format_->addItem(tr("SVG (vector)"), static_cast<int>(FigureFormat::svg));
  format_->addItem(tr("PNG (pixels)"), static_cast<int>(FigureFormat::png));
  format_->addItem(tr("CSV (the data)"), static_cast<int>(FigureFormat::csv));
  format_->setAccessibleName(tr("Format"));
  dpi_ = new QSpinBox(page);
  dpi_->setRange(50, 1200);
  dpi_->setSingleStep(50);
  dpi_->setSuffix(tr(" dpi"));
  dpi_->setKeyboardTracking(false);
  dpi_->setAccessibleName(tr("Resolution in dots per inch"));
  embed_ = check_box(page, tr("Font inside the file"));
  auto* place = new QHBoxLayout;
  path_ = new QLineEdit(page);
  path_->setAccessibleName(tr("Destination"));
  auto* browse_button = new QPushButton(tr("Browse…"), page);
  browse_button->setAccessibleName(tr("Choose the destination"));
  place->addWidget(path_, 1);
  place->addWidget(browse_button);
  form.addRow(tr("Format"), format_);
  form.addRow(tr("Resolution"), dpi_);
  form.addRow(QString(), embed_);
  form.addRow(tr("File"), place);
  connect(format_, &QComboBox::currentIndexChanged, this, &FigureExport::settings_changed);
  connect(dpi_, &QSpinBox::valueChanged, this, &FigureExport::settings_changed);
  connect(embed_, &QCheckBox::toggled, this, &FigureExport::settings_changed);
  connect(path_, &QLineEdit::textEdited, this, [this] { path_typed_ = true; });
  connect(browse_button, &QPushButton::clicked, this, &FigureExport::browse);
}

// ---- settings -----------------------------------------------------------------------------------------------

FigureOutput FigureExport::output() const {
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

void FigureExport::set_output(const FigureOutput& output) {
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
  settings_changed();
}

void FigureExport::load() {
  QSettings settings;
  settings.beginGroup(settings_group);
  FigureOutput output;
  output.format = static_cast<FigureFormat>(settings.value("format", static_cast<int>(output.format)).toInt());
  output.look = static_cast<Look>(settings.value("look", static_cast<int>(output.look)).toInt());
  output.width_mm = settings.value("width", output.width_mm).toDouble();
  output.height_mm = settings.value("height", output.height_mm).toDouble();
  output.dpi = settings.value("dpi", output.dpi).toInt();
  output.font = settings.value("font").toString();
  output.points = settings.value("points", output.points).toDouble();
  output.decimal_comma = settings.value("decimal-comma", false).toBool();
  output.greyscale = settings.value("greyscale", false).toBool();
  output.heading = settings.value("heading", false).toBool();
  output.embed_font = settings.value("embed-font", true).toBool();
  if (format_->findData(static_cast<int>(output.format)) < 0) output.format = FigureFormat::pdf;
  if (look_->findData(static_cast<int>(output.look)) < 0) output.look = Look::thesis;
  set_output(output);
}

void FigureExport::save() const {
  const FigureOutput now = output();
  QSettings settings;
  settings.beginGroup(settings_group);
  settings.setValue("format", static_cast<int>(now.format));
  settings.setValue("look", static_cast<int>(now.look));
  settings.setValue("width", now.width_mm);
  settings.setValue("height", now.height_mm);
  settings.setValue("dpi", now.dpi);
  settings.setValue("font", now.font);
  settings.setValue("points", now.points);
  settings.setValue("decimal-comma", now.decimal_comma);
  settings.setValue("greyscale", now.greyscale);
  settings.setValue("heading", now.heading);
  settings.setValue("embed-font", now.embed_font);
  const QString folder = QFileInfo(path()).absolutePath();
  if (QFileInfo(folder).isDir()) settings.setValue("folder", folder);
}

void FigureExport::settings_changed() {
  if (loading_) return;
  show_relevant();
  suggest_path();
  message_->clear();
  preview_timer_.start();
}

// Only what has an effect can be set.
void FigureExport::show_relevant() {
  const FigureOutput now = output();
  const bool data = now.format == FigureFormat::csv, thesis = now.look == Look::thesis;
  const auto enable = [&](QWidget* widget, bool on) {
    widget->setEnabled(on);
    if (QWidget* label = form_->labelForField(widget)) label->setEnabled(on);
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

// ---- figures and preview ------------------------------------------------------------------------------------

const Figure* FigureExport::figure() const {
  const int index = which_->currentIndex();
  return index >= 0 && index < static_cast<int>(figures_.size()) ? &figures_[static_cast<std::size_t>(index)] : nullptr;
}

void FigureExport::set_figures(const std::vector<Figure>& figures, const std::string& id) {
  const std::string wanted = !id.empty() ? id : figure() ? figure()->id : "";
  loading_ = true;
  figures_ = figures;
  which_->clear();
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    which_->addItem(figure_title(figures_[i], QLocale()));
    if (figures_[i].id == wanted) which_->setCurrentIndex(static_cast<int>(i));
  }
  loading_ = false;
  settings_changed();
}

void FigureExport::refresh_preview() {
  if (!isVisible()) return;
  const Figure* shown = figure();
  export_->setEnabled(shown && shown->measured && shown->mixed_protocols.empty());
  if (!shown || !shown->measured) {
    preview_->setText(tr("There is nothing to export yet."));
    return;
  }
  preview_->setPixmap(QPixmap::fromImage(
      figure_preview(*shown, output(), preview_->size() - QSize(8, 8), preview_->devicePixelRatioF())));
}

void FigureExport::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  preview_timer_.start();
}

void FigureExport::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  preview_timer_.start();
}

// ---- destination --------------------------------------------------------------------------------------------

QString FigureExport::path() const { return path_->text().trimmed(); }

void FigureExport::set_path(const QString& path) {
  path_->setText(path);
  path_typed_ = true;
}

// FOLDER/DOCUMENT-FIGURE.pdf; a name that was typed keeps its place and gets the ending of the format.
void FigureExport::suggest_path() {
  const QString ending = extension_of(output().format);
  if (path_typed_ && !path().isEmpty()) {
    const QFileInfo typed(path());
    const bool known = QStringList{"pdf", "svg", "png", "csv"}.contains(typed.suffix().toLower());
    if (known) path_->setText(QDir(typed.path()).filePath(typed.completeBaseName() + '.' + ending));
    return;
  }
  QSettings settings;
  settings.beginGroup(settings_group);
  QString folder = settings.value("folder").toString();
  if (folder.isEmpty()) folder = QStandardPaths::writableLocation(QStandardPaths::DocumentsLocation);
  if (folder.isEmpty()) folder = QDir::homePath();
  const QString document = bench_.document.path();
  const QString base = document.isEmpty() ? QStringLiteral("kelter") : QFileInfo(document).completeBaseName();
  const QString id = figure() ? QString::fromStdString(figure()->id) : QStringLiteral("figure");
  path_->setText(QDir(folder).filePath(base + '-' + id + '.' + ending));
}

void FigureExport::browse() {
  delete dialog_;
  dialog_ = new QFileDialog(this, tr("Export figure"), QFileInfo(path()).absolutePath());
  dialog_->setAcceptMode(QFileDialog::AcceptSave);
  dialog_->setAttribute(Qt::WA_DeleteOnClose);
  dialog_->setWindowModality(Qt::NonModal);
  dialog_->setDefaultSuffix(extension_of(output().format));
  dialog_->selectFile(QFileInfo(path()).fileName());
  connect(dialog_, &QFileDialog::fileSelected, this, &FigureExport::set_path);
  dialog_->show();
}

bool FigureExport::export_now() {
  const Figure* shown = figure();
  if (!shown) return false;
  try {
    write_figure(*shown, output(), path());
  } catch (const Error& error) {
    bench_.report(error.info());
    message_->setText(QString::fromStdString(error.info().text()));
    return false;
  }
  save();
  message_->setText(tr("Written: %1").arg(QDir::toNativeSeparators(path())));
  Q_EMIT exported(path());
  return true;
}

}  // namespace kelter::ui
