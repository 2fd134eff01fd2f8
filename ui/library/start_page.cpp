// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/library/start_page.h"

#include <QDragEnterEvent>
#include <QFileInfo>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/library/background.h"
#include "ui/library/recent_documents.h"
#include "ui/library/start_cards.h"
#include "ui/library/templates.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

constexpr int column_width = 1140, side_margin = 32, gap = 16;

void clear_layout(QLayout* layout) {
  while (QLayoutItem* item = layout->takeAt(0)) {
    if (item->widget()) {
      item->widget()->hide();
      item->widget()->deleteLater();
    }
    delete item;
  }
}

}  // namespace

StartPage::StartPage(Workbench& bench, QWidget* parent) : StartPage(bench, RecentDocuments::shared(), parent) {}

StartPage::StartPage(Workbench& bench, RecentDocuments& recent, QWidget* parent)
    : QScrollArea(parent), bench_(bench), recent_(recent) {
  setAccessibleName(tr("Start"));
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  viewport()->setAcceptDrops(true);
  setFocusPolicy(Qt::NoFocus);
  auto* page = new QWidget(this);
  auto* across = new QHBoxLayout(page);
  across->setContentsMargins(side_margin, 24, side_margin, 24);
  column_ = new QWidget(page);
  column_->setMaximumWidth(static_cast<int>(theme().px(column_width)));
  across->addStretch(1);
  across->addWidget(column_, 1000);
  across->addStretch(1);
  lines_ = new QVBoxLayout(column_);
  lines_->setContentsMargins(0, 0, 0, 0);
  lines_->setSpacing(gap);
  build_title();
  build_first_row();
  build_templates();
  QLabel* heading = make_heading(tr("Recent"));
  heading->setContentsMargins(0, 8, 0, 0);
  lines_->addWidget(heading);
  recent_lines_ = new QVBoxLayout;
  recent_lines_->setSpacing(8);
  lines_->addLayout(recent_lines_);
  lines_->addStretch();
  setWidget(page);
  connect(&recent_, &RecentDocuments::changed, this, &StartPage::refill_recent);
  connect(&theme(), &Theme::changed, this, &StartPage::restyle);
  refill_recent();
  restyle();
}

QLabel* StartPage::make_heading(const QString& text) {
  auto* heading = new QLabel(text, column_);
  headings_.push_back(heading);
  return heading;
}

void StartPage::build_title() {
  return_ = new QPushButton(column_);
  return_->setObjectName("return");
  connect(return_, &QPushButton::clicked, this, &StartPage::return_requested);
  lines_->addWidget(return_, 0, Qt::AlignLeft);
  refresh_return();
  name_ = new QLabel("Kelter", column_);
  claim_ = new QLabel(tr("Press a language model. See what is left of it."), column_);
  claim_->setWordWrap(true);
  lines_->addWidget(name_);
  lines_->addWidget(claim_);
  lines_->addSpacing(gap);
}

// The page stands in front of a document that is open.
void StartPage::refresh_return() {
  const DocumentModel& document = bench_.document;
  return_->setText(QString::fromUtf8("\u2190 ") + tr("Back to “%1”").arg(document.title()));
  return_->setVisible(!document.document().nodes.empty() || !document.path().isEmpty());
}

void StartPage::build_first_row() {
  first_row_ = new QGridLayout;
  first_row_->setSpacing(gap);
  demo_ =
      new ActionCard(Card::Frame::accent, tr("Open the demo"),
                     tr("One small model, pressed in eight ways: accuracy, perplexity, memory and speed side by side. "
                        "Runs on this machine, no GPU needed."),
                     column_);
  demo_->set_symbol("play");
  drop_ = new DropZone(column_);
  lines_->addLayout(first_row_);
  connect(demo_, &QAbstractButton::clicked, this, &StartPage::demo_requested);
  connect(drop_, &QAbstractButton::clicked, this, &StartPage::open_requested);
}

void StartPage::build_templates() {
  template_grid_ = new QGridLayout;
  template_grid_->setSpacing(gap);
  const std::vector<Template> templates = shipped_templates(bench_.catalogue);
  auto* line = new QWidget(column_);
  line->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 8, 0, 0);
  row->setSpacing(0);
  if (!templates.empty()) row->addWidget(make_heading(tr("Start from a template")));
  auto* empty = new QPushButton(tr("or from an empty document"), column_);
  empty->setProperty("flat", true);
  connect(empty, &QPushButton::clicked, this, &StartPage::empty_requested);
  row->addWidget(empty);
  row->addStretch();
  lines_->addWidget(line);
  for (const Template& one : templates) {
    auto* card = new ActionCard(Card::Frame::hairline, one.title, one.description, column_);
    card->set_family(one.family);
    connect(card, &QAbstractButton::clicked, this, [this, path = one.path] { Q_EMIT template_requested(path); });
    templates_.push_back(card);
  }
  lines_->addLayout(template_grid_);
}

void StartPage::refill_recent() {
  clear_layout(recent_lines_);
  for (const RecentDocument& one : recent_.documents()) {
    auto* row = new RecentRow(one, column_);
    connect(row, &RecentRow::remove_wanted, this, [this, path = one.path] { recent_.remove(path); });
    connect(row, &QAbstractButton::clicked, this, [this, row] {
      if (!row->missing()) Q_EMIT document_requested(row->path());
    });
    recent_lines_->addWidget(row);
  }
  if (recent_.documents().empty()) {
    auto* none = new QLabel(tr("No documents yet. The demo is a good first one."), column_);
    none->setProperty("role", "muted");
    recent_lines_->addWidget(none);
  }
  look_for_recent();
}

// Files on a sleeping network disk must not hold the page up.
void StartPage::look_for_recent() {
  QStringList paths;
  for (const RecentDocument& one : recent_.documents())
    paths.append(one.path);
  if (paths.isEmpty()) return;
  const auto missing = [paths] {
    QStringList gone;
    for (const QString& path : paths) {
      if (!QFileInfo::exists(path)) gone.append(path);
    }
    return gone;
  };
  in_background(this, missing, [this](const QStringList& gone) {
    for (RecentRow* row : column_->findChildren<RecentRow*>())
      row->set_missing(gone.contains(row->path()));
  });
}

// Columns by the width there is: the page is read, not scrolled sideways.
void StartPage::arrange() {
  const double width = std::min(viewport()->width() - 2.0 * side_margin, theme().px(column_width));
  const bool narrow = width < theme().px(640);
  while (first_row_->count() > 0)
    delete first_row_->takeAt(0);
  first_row_->addWidget(demo_, 0, 0);
  first_row_->addWidget(drop_, narrow ? 1 : 0, narrow ? 0 : 1);
  first_row_->setColumnStretch(0, 1);
  first_row_->setColumnStretch(1, narrow ? 0 : 1);
  const int columns = width < theme().px(480) ? 1 : width < theme().px(760) ? 2 : 3;
  while (template_grid_->count() > 0)
    delete template_grid_->takeAt(0);
  int at = 0;
  for (ActionCard* card : templates_) {
    template_grid_->addWidget(card, at / columns, at % columns);
    ++at;
  }
  for (int column = 0; column < 4; ++column)
    template_grid_->setColumnStretch(column, column < columns ? 1 : 0);
}

void StartPage::restyle() {
  QFont large = theme().font(Text::headline, QFont::Bold);
  large.setPointSizeF(large.pointSizeF() * 2);
  name_->setFont(large);
  QFont claim = theme().font(Text::title);
  claim.setPointSizeF(claim.pointSizeF() * 1.25);
  claim_->setFont(claim);
  QPalette palette = claim_->palette();
  palette.setColor(QPalette::WindowText, theme().colors().muted);
  claim_->setPalette(palette);
  for (QLabel* heading : headings_)
    heading->setFont(theme().font(Text::title, QFont::DemiBold));
  column_->setMaximumWidth(static_cast<int>(theme().px(column_width)));
  arrange();
}

void StartPage::resizeEvent(QResizeEvent* event) {
  arrange();  // before the height of the page is asked for
  QScrollArea::resizeEvent(event);
}

void StartPage::showEvent(QShowEvent* event) {
  QScrollArea::showEvent(event);
  refresh_return();
  look_for_recent();
}

void StartPage::open_path(const QString& path) {
  in_background(
      this, [path] { return classify_dropped_path(path); }, [this](const DroppedPath& dropped) { take(dropped); });
}

void StartPage::take(const DroppedPath& dropped) {
  drop_->show_refusal(dropped.reason);
  switch (dropped.kind) {
    case DroppedPath::Kind::document:
      Q_EMIT document_requested(dropped.path);
      break;
    case DroppedPath::Kind::model_file:
    case DroppedPath::Kind::model_folder:
      Q_EMIT model_requested(dropped.path);
      break;
    case DroppedPath::Kind::run_folder:
      Q_EMIT run_folder_requested(dropped.path);
      break;
    case DroppedPath::Kind::unknown:
      ensureWidgetVisible(drop_);
      break;
  }
}

void StartPage::dragEnterEvent(QDragEnterEvent* event) {
  if (dropped_file(event->mimeData()).isEmpty()) return;
  drop_->set_waiting(true);
  event->acceptProposedAction();
}

void StartPage::dragMoveEvent(QDragMoveEvent* event) {
  if (!dropped_file(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void StartPage::dragLeaveEvent(QDragLeaveEvent*) { drop_->set_waiting(false); }

void StartPage::dropEvent(QDropEvent* event) {
  drop_->set_waiting(false);
  const QString path = dropped_file(event->mimeData());
  if (path.isEmpty()) return;
  event->acceptProposedAction();
  open_path(path);
}

}  // namespace kelter::ui
