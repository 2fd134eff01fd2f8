// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/figure_export.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/figures/figure_layout.h"
#include "ui/figures/figure_output_form.h"
#include "ui/figures/figure_settings.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int preview_delay_ms = 60;  // while a number is being typed

}  // namespace

FigureExport::FigureExport(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  setWindowTitle(tr("Export figure"));
  setWindowFlag(Qt::Window, true);
  build();
  preview_timer_.setSingleShot(true);
  preview_timer_.setInterval(preview_delay_ms);
  connect(&preview_timer_, &QTimer::timeout, this, &FigureExport::refresh_preview);
  connect(&theme(), &Theme::changed, this, [this] { preview_timer_.start(); });
  set_output(remembered_output());
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
  form_ = new FigureOutputForm(this);
  which_ = new QComboBox(form_);
  which_->setAccessibleName(tr("Figure"));
  form_->rows().insertRow(0, tr("Figure"), which_);
  auto* place = new QHBoxLayout;
  path_ = new QLineEdit(form_);
  path_->setAccessibleName(tr("Destination"));
  auto* browse_button = new QPushButton(tr("Browse…"), form_);
  browse_button->setAccessibleName(tr("Choose the destination"));
  place->addWidget(path_, 1);
  place->addWidget(browse_button);
  form_->rows().addRow(tr("File"), place);
  connect(form_, &FigureOutputForm::changed, this, &FigureExport::settings_changed);
  connect(which_, &QComboBox::currentIndexChanged, this, &FigureExport::settings_changed);
  connect(path_, &QLineEdit::textEdited, this, [this] { path_typed_ = true; });
  connect(browse_button, &QPushButton::clicked, this, &FigureExport::browse);
  return form_;
}

// ---- settings -----------------------------------------------------------------------------------------------

FigureOutput FigureExport::output() const { return form_->output(); }
void FigureExport::set_output(const FigureOutput& output) { form_->set_output(output); }

void FigureExport::settings_changed() {
  if (loading_) return;
  suggest_path();
  message_->clear();
  preview_timer_.start();
}

// ---- figures and preview ------------------------------------------------------------------------------------

const Figure* FigureExport::figure() const {
  const int index = which_->currentIndex();
  return index >= 0 && index < static_cast<int>(figures_.size()) ? &figures_[static_cast<std::size_t>(index)] : nullptr;
}

void FigureExport::set_figures(const std::vector<Figure>& figures, const std::string& id) {
  const auto measured = std::find_if(figures.begin(), figures.end(), [](const Figure& one) { return one.measured; });
  const std::string wanted = !id.empty() ? id : figure() ? figure()->id : measured != figures.end() ? measured->id : "";
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

void FigureExport::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape) close();
  else QWidget::keyPressEvent(event);
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
  const QString document = bench_.document.path();
  const QString base = document.isEmpty() ? QStringLiteral("kelter") : QFileInfo(document).completeBaseName();
  const QString id = figure() ? QString::fromStdString(figure()->id) : QStringLiteral("figure");
  path_->setText(QDir(remembered_folder()).filePath(base + '-' + id + '.' + ending));
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
  remember_output(output());
  remember_folder(QFileInfo(path()).absolutePath());
  message_->setText(tr("Written: %1").arg(QDir::toNativeSeparators(path())));
  Q_EMIT exported(path());
  return true;
}

}  // namespace kelter::ui
