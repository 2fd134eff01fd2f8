// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/run/run_panel.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/results/elided_label.h"
#include "ui/run/device_choice.h"
#include "ui/run/failure_list.h"
#include "ui/run/log_view.h"
#include "ui/run/progress_bars.h"
#include "ui/run/queue_view.h"
#include "ui/run/run_text.h"
#include "ui/theme/theme.h"

namespace kelter::ui {
namespace {

QToolButton* tool(const QString& icon, const QString& name) {
  auto* button = new QToolButton;
  button->setObjectName(icon);
  button->setAccessibleName(name);
  button->setToolTip(name);
  return button;
}

double share(std::int64_t part, std::int64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

}  // namespace

RunPanel::RunPanel(Workbench& bench, QWidget* parent) : QWidget(parent), bench_(bench) {
  setAccessibleName(tr("Run"));
  setAttribute(Qt::WA_StyledBackground);
  setProperty("panel", true);
  auto* splitter = new QSplitter(Qt::Horizontal);
  splitter->addWidget(build_left());
  splitter->addWidget(build_queue());
  splitter->setStretchFactor(0, 1);
  splitter->setChildrenCollapsible(false);
  splitter->setSizes({720, 300});
  auto* layout = new QVBoxLayout(this);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->addWidget(splitter);
  connect(&bench.runs, &RunModel::record_changed, this, &RunPanel::refresh);
  connect(&bench.runs, &RunModel::progress_changed, this, &RunPanel::refresh);
  connect(&bench.runs, &RunModel::queue_changed, this, &RunPanel::refresh);
  connect(&bench.document, &DocumentModel::problem_changed, this, &RunPanel::refresh);
  connect(&bench.engine, &EngineBridge::state_changed, this, &RunPanel::refresh);
  connect(&theme(), &Theme::changed, this, &RunPanel::restyle);
  restyle();
  refresh();
}

QSize RunPanel::sizeHint() const { return {1000, 200}; }

QPushButton* RunPanel::make_button(const QString& text, const QString& name, void (Workbench::*action)()) {
  auto* button = new QPushButton(text);
  button->setAccessibleName(name);
  button->setToolTip(name);
  connect(button, &QPushButton::clicked, this, [this, action] { (bench_.*action)(); });
  return button;
}

QWidget* RunPanel::build_header() {
  auto* header = new QWidget;
  auto* layout = new QHBoxLayout(header);
  layout->setContentsMargins(0, 0, 0, 0);
  layout->setSpacing(8);
  title_ = new QLabel;
  title_->setProperty("role", "title");
  title_->setTextFormat(Qt::PlainText);
  title_->setMinimumWidth(qRound(theme().px(80)));  // a long name gives way
  caption_ = new ElidedLabel;
  run_ = new QPushButton(tr("Run all"));
  run_->setProperty("primary", true);
  run_->setAccessibleName(tr("Run the whole document"));
  connect(run_, &QPushButton::clicked, this, [this] { bench_.run(); });
  resume_ = new QPushButton(tr("Resume"));
  resume_->setProperty("primary", true);
  resume_->setAccessibleName(tr("Go on with the run; what was finished is used again"));
  resume_->setToolTip(resume_->accessibleName());
  connect(resume_, &QPushButton::clicked, this, [this] { bench_.run(); });
  repeat_ = make_button(tr("Repeat failed"), tr("Run again what failed, with what it needs"), &Workbench::repeat_failed);
  cancel_ = make_button(tr("Cancel"), tr("Stop the run; what was finished is kept"), &Workbench::cancel);
  layout->addWidget(title_);
  layout->addWidget(caption_, 1);
  layout->addWidget(device_ = new DeviceChoice(bench_));
  for (QPushButton* button : {repeat_, resume_, run_, cancel_}) layout->addWidget(button);
  return header;
}

QWidget* RunPanel::build_left() {
  auto* left = new QWidget;
  auto* layout = new QVBoxLayout(left);
  layout->setContentsMargins(16, 4, 16, 8);
  layout->setSpacing(8);
  bars_ = new ProgressBars;
  failures_ = new FailureList(bench_);
  log_ = new LogView(bench_.runs);
  log_->setMinimumHeight(qRound(theme().px(44)));  // of two lines
  copy_log_ = tool("copy", tr("Copy the whole log"));
  connect(copy_log_, &QToolButton::clicked, log_, &LogView::copy_all);
  to_end_ = tool("to-end", tr("Go to the end of the log"));
  connect(to_end_, &QToolButton::clicked, log_, &LogView::follow);
  connect(log_, &LogView::follows_changed, this, [this] { to_end_->setVisible(!log_->follows()); });
  to_end_->hide();
  auto* side = new QVBoxLayout;
  side->setSpacing(2);
  side->addWidget(copy_log_);
  side->addStretch(1);
  side->addWidget(to_end_);
  auto* log_row = new QHBoxLayout;
  log_row->setSpacing(4);
  log_row->addWidget(log_, 1);
  log_row->addLayout(side);
  layout->addWidget(header_ = build_header());
  layout->addWidget(bars_);
  layout->addWidget(failures_);
  layout->addLayout(log_row, 1);
  return left;
}

QWidget* RunPanel::build_queue() {
  auto* right = new QWidget;
  auto* layout = new QVBoxLayout(right);
  layout->setContentsMargins(16, 4, 16, 8);
  layout->setSpacing(4);
  auto* header = new QHBoxLayout;
  header->setSpacing(2);
  auto* title = new QLabel(tr("Queue"));
  title->setProperty("role", "title");
  header->addWidget(title);
  header->addStretch(1);
  queue_ = new QueueView(bench_);
  queue_next_ = tool("to-front", tr("Run next (Ctrl+Return)"));
  queue_up_ = tool("move-up", tr("Move up (Alt+Up)"));
  queue_down_ = tool("move-down", tr("Move down (Alt+Down)"));
  queue_remove_ = tool("remove", tr("Remove from the queue (Delete)"));
  connect(queue_next_, &QToolButton::clicked, queue_, &QueueView::run_current_next);
  connect(queue_up_, &QToolButton::clicked, queue_, [this] { queue_->move_current(-1); });
  connect(queue_down_, &QToolButton::clicked, queue_, [this] { queue_->move_current(1); });
  connect(queue_remove_, &QToolButton::clicked, queue_, &QueueView::remove_current);
  connect(queue_->selectionModel(), &QItemSelectionModel::currentChanged, this, &RunPanel::refresh_queue);
  for (QToolButton* button : {queue_next_, queue_up_, queue_down_, queue_remove_}) header->addWidget(button);
  queue_->setMinimumHeight(qRound(theme().px(34)));  // of one run
  queue_empty_ = new QLabel(tr("Nothing waits."));
  queue_empty_->setToolTip(tr("A run that is started while another one is under way queues here."));
  queue_empty_->setProperty("role", "muted");
  queue_empty_->setAlignment(Qt::AlignTop);
  queue_stack_ = new QStackedWidget;
  queue_stack_->addWidget(queue_empty_);
  queue_stack_->addWidget(queue_);
  layout->addLayout(header);
  layout->addWidget(queue_stack_, 1);
  right->setMinimumWidth(220);
  return right;
}

// ---- what it shows ------------------------------------------------------------------------------------------

QString RunPanel::state_text() const {
  const RunModel& runs = bench_.runs;
  if (runs.running()) {
    return runs.progress() ? progress_text(*runs.progress(), bench_.catalogue) : tr("looking up what is known already …");
  }
  if (!runs.queue().empty()) {
    return bench_.engine.state() == EngineBridge::State::loading ? tr("waits for the engine to load …") : tr("starts …");
  }
  if (bench_.engine.state() == EngineBridge::State::unavailable) return tr("nothing can be computed: see Errors");
  if (bench_.document.document().nodes.empty()) return tr("Open the demo or a model, add a step, then press Run all.");
  if (bench_.document.problem()) return QString::fromStdString(bench_.document.problem()->what);
  if (runs.record().nodes.empty()) return tr("Nothing has run yet.");
  QString text = outcome_text(runs.record());
  if (runs.made_elsewhere()) {
    const std::string host = runs.record().environment.value("host", std::string());
    text = (host.empty() ? tr("made on another machine") : tr("made on %1").arg(QString::fromStdString(host))) + " · " + text;
  }
  return text;
}

bool RunPanel::can_resume() const {
  const RunModel& runs = bench_.runs;
  return !runs.running() && runs.queue().empty() && !runs.record().nodes.empty() && is_unfinished(runs.record());
}

void RunPanel::refresh() {
  const RunModel& runs = bench_.runs;
  const bool busy = runs.running() || !runs.queue().empty();
  title_->setText(runs.running() ? runs.running_title() : bench_.document.title());
  caption_->set_text(state_text());
  cancel_->setVisible(busy);
  resume_->setVisible(can_resume());
  repeat_->setVisible(!busy && !bench_.failed_nodes().isEmpty());
  run_->setVisible(!busy && !can_resume());
  run_->setEnabled(bench_.can_run());
  refresh_progress();
  refresh_queue();
}

void RunPanel::refresh_progress() {
  const std::optional<ProgressMessage>& progress = bench_.runs.progress();
  bars_->setVisible(bench_.runs.running());
  if (!progress) return bars_->set(0, 0, theme().colors().line);
  const StepDescriptor* step = bench_.catalogue.find(progress->stage);
  const double items = share(progress->item, progress->items);
  const double stages = share(progress->stage_index - 1, progress->stage_count) + items * share(1, progress->stage_count);
  bars_->set(stages, items, theme().family(step ? step->family : std::string()));
}

void RunPanel::refresh_queue() {
  const int row = queue_->currentIndex().row(), count = queue_->model()->rowCount();
  queue_stack_->setCurrentWidget(count == 0 ? static_cast<QWidget*>(queue_empty_) : queue_);
  queue_next_->setEnabled(row > 0);
  queue_up_->setEnabled(row > 0);
  queue_down_->setEnabled(row >= 0 && row + 1 < count);
  queue_remove_->setEnabled(row >= 0);
  for (QToolButton* button : {queue_next_, queue_up_, queue_down_, queue_remove_}) button->setVisible(count > 0);
}

void RunPanel::restyle() {
  for (QToolButton* button : {copy_log_, to_end_, queue_next_, queue_up_, queue_down_, queue_remove_}) {
    button->setIcon(theme().icon(button->objectName()));
  }
  title_->setFont(theme().font(Text::title, QFont::DemiBold));
}

void RunPanel::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::LocaleChange) refresh();
}

}  // namespace kelter::ui
